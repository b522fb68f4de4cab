import { parseStream, type ConceptName, type Fact } from '@assent/kernel';

/** An event as every library and every log knows it. CloudEvents names on the wire: see `toCloudEvent`. */
export interface StoredEvent<F extends Fact = Fact, S = unknown> {
  /** ULID, unique in the installation. */
  readonly id: string;
  readonly stream: string;
  /** 1 for the first event of the stream, then one more each. */
  readonly version: number;
  readonly tenant: string;
  /** When it happened; the fact's `at`. Epoch milliseconds, as all instants in events. */
  readonly at: number;
  readonly recordedAt: number;
  /** The policy version that decided, e.g. `presentinfini@1`. */
  readonly policy: string;
  readonly actor: string;
  /** The event this one follows from. */
  readonly causedBy: string | null;
  /** Digest of the request's idempotency key, so that a request repeated after a crash is recognised. */
  readonly commandId: string | null;
  readonly fact: F;
  /** The stream's state after the event, in its public shape. */
  readonly state: S;
}

/** `assent.opposition`: one compacted topic per concept, key = stream id. */
export const topicOf = (concept: ConceptName): string => `assent.${concept}`;

/** `assent.opposition.objection-recorded` */
export const typeOf = ({ stream, fact }: Pick<StoredEvent, 'stream' | 'fact'>): string =>
  `${topicOf(parseStream(stream).concept)}.${fact.type.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase()}`;

/** The envelope of CloudEvents 1.0, structured mode. */
export function toCloudEvent(event: StoredEvent): Record<string, unknown> {
  const { id, stream, version, tenant, at, recordedAt, policy, actor, causedBy, fact, state } = event;
  return {
    specversion: '1.0',
    id,
    source: `/assent/${parseStream(stream).concept}`,
    type: typeOf(event),
    subject: stream,
    time: new Date(at).toISOString(),
    recordedat: new Date(recordedAt).toISOString(),
    tenant,
    streamversion: version,
    policy,
    actor,
    ...(causedBy !== null && { causedby: causedBy }),
    datacontenttype: 'application/json',
    data: { fact, state },
  };
}
