import type { AddressKind } from '@assent/contract';

/** What a tool posted, byte for byte. */
export interface InboundRequest {
  /** The public address it was posted to, with its query: some tools sign it. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Epoch milliseconds, real time: what signed timestamps are compared with. */
  readonly receivedAt: number;
}

/** `stale`: genuine, but of another time than now, so perhaps caught and sent again: acknowledged, and without effect. */
export type Verdict = 'genuine' | 'forged' | 'stale';

/** Whom a tool means, as it writes it; not yet normalised. Tools of the tenant that know keys only name the key. */
export type InboundPerson =
  | { readonly kind: Exclude<AddressKind, 'post' | 'externalId'>; readonly value: string }
  | { readonly key: string };

/** Targets by the names that the settings give them, or purposes by ours; `*`: all marketing of the account. */
export type InboundTargets = readonly string[] | '*' | { readonly purposes: readonly string[] };

interface Told {
  /** The tool's own id of the event, for whoever sees it twice. Without one, what it says and when is its name. */
  readonly id?: string;
  /** When it happened, epoch milliseconds; null when the tool does not say. */
  readonly at: number | null;
}

/** One thing that a tool says about one person. */
export type InboundFact =
  | (Told & {
      /** `joined`: somebody was let in there. It is never a consent, whoever did it. */
      readonly what: 'left' | 'complained' | 'joined';
      readonly who: InboundPerson;
      readonly targets: InboundTargets;
    })
  | (Told & { readonly what: 'bounced'; readonly who: InboundPerson; readonly hard: boolean })
  | (Told & { readonly what: 'moved'; readonly who: InboundPerson; readonly to: InboundPerson })
  /** The tool names a record of its own instead of saying who, or what was left: it is to be asked. */
  | (Told & { readonly what: 'changed'; readonly contact: string; readonly targets?: InboundTargets })
  /** The tool asks to be answered at this address before it sends anything; already checked to be its own. */
  | (Told & { readonly what: 'handshake'; readonly url: string })
  /** The tool says that it will tell nothing more: somebody ended it there. */
  | (Told & { readonly what: 'closed' });

/**
 * How one tool's webhooks are proven and read. Pure: no clock, no state, no call. What it throws is a fault of the reader;
 * a body that says nothing it understands is an empty list.
 */
export interface Inbound {
  /** What has to be read before a signature can be checked, such as a certificate: its address, known to be the tool's. */
  needs?(request: InboundRequest): string | undefined;
  /** `needed`: the text that was read there. Compares in constant time. */
  verify(request: InboundRequest, needed?: string): Verdict;
  read(body: Uint8Array): readonly InboundFact[];
}

/** What a tool holds of one record, asked by its own id. */
export interface Contact {
  readonly who: InboundPerson;
  /** What it was told to stop there; empty when nothing. */
  readonly out: InboundTargets;
}
