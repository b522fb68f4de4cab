/**
 * Keyed values with an end: idempotency keys, digests of API keys, webhook inbox. Keys and values hold no clear
 * personal data. Durable when a write resolves.
 */
export abstract class Records {
  /** The value, unless its end has come at `now` (real time). */
  abstract get<T>(key: string, now: number): Promise<T | undefined>;
  /** Stores the value unless the key holds a live one; answers the live one, or `undefined` when it was stored. */
  abstract putIfAbsent<T>(key: string, value: T, expiresAt: number, now: number): Promise<T | undefined>;
  abstract put(key: string, value: unknown, expiresAt: number): Promise<void>;
  abstract delete(key: string): Promise<void>;
  /** Live entries whose key starts with `prefix`, in key order. */
  abstract list<T>(prefix: string, now: number): Promise<{ key: string; value: T }[]>;
  /** Removes what is over at `now`; answers how many. */
  abstract sweep(now: number): Promise<number>;
}
export const NO_END = Number.MAX_SAFE_INTEGER;
