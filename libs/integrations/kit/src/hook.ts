/** What a stand-in posts when something happens there, signed as its vendor does. For stand-ins and specifications. */
import type { InboundFact } from '@assent/ports';

export interface Happening {
  readonly what: Extract<InboundFact['what'], 'left' | 'complained' | 'joined' | 'bounced' | 'moved'>;
  readonly address: string;
  /** The target that it happened to; everything at the tool without one. */
  readonly target?: string;
  /** Of a move. */
  readonly to?: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** A call of ours did it: many vendors are silent then. */
  readonly byCall?: boolean;
  /** What the vendor's own id of the event is made from. */
  readonly id: string;
}

export interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Undefined where the vendor has no such event. */
export type Poster = (happening: Happening, url: string) => Post | undefined;

export const asJson = (body: unknown, headers: Readonly<Record<string, string>> = {}): Post => ({
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
export const asForm = (fields: Readonly<Record<string, string>>): Post => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
});
