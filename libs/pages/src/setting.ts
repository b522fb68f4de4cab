import type { Say } from './texts.js';

/** Where a page stands: whose it is, in which language it speaks, where its style lies. */
export interface Setting<K extends string> {
  /** `fr` */
  readonly language: string;
  /** Empty on a page of nobody. */
  readonly brand: string;
  /** Who is responsible for the data (GDPR art. 13(1)(a)); null when the tenant does not say. */
  readonly controller: string | null;
  readonly styles: readonly string[];
  readonly say: Say<K>;
  /** `24 November 2026`, in the tenant's zone. Takes epoch milliseconds. */
  readonly day: (instant: number) => string;
  /** `24 November 2026 at 14:05`. */
  readonly moment: (instant: number) => string;
  /** `14:05`. */
  readonly time: (instant: number) => string;
}
