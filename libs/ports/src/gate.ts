import type { Channel, Decision } from '@assent/contract';
import type { SubjectRef } from './subjects.js';

export interface Question {
  readonly subject: SubjectRef;
  readonly purpose: string;
  readonly channel: Channel;
  /** The instant asked about, epoch milliseconds; past, present or future. */
  readonly at: number;
  /** A solicitation that must not count against itself: its own permit. */
  readonly except?: string;
  /** Consult every rule, also behind the first that speaks. */
  readonly explain?: boolean;
}

/** The decision, for concepts that must ask before they record. Implemented by eligibility. Fails closed. */
export abstract class Gate {
  abstract decide(tenant: string, question: Question): Promise<Decision>;
}
