import type { ConceptName } from '@assent/kernel';

/** A concept whose streams change by time alone. Each concept provides one; the agenda runner collects them. */
export abstract class Waker {
  abstract readonly concept: ConceptName;
  /** Sends `{ type: 'wake', at: now }` to the stream; answers its version and when it wants to be woken next. */
  abstract wake(stream: string, now: number): Promise<{ version: number; wakeAt: number | 'never' }>;
  /** When the stream wants to be woken, read from its head; what the agenda's consumer plans after each event. */
  abstract wakeAt(stream: string): Promise<{ version: number; wakeAt: number | 'never' }>;
}
/** Injection token of the list of all wakers. */
export const WAKERS = Symbol('wakers');
