import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoredEvent } from '@assent/contract';
import { Movable, type DeliveryRow, type Head, type Part, type Thing } from '@assent/ports';
import type { Database, Key } from 'lmdb';
import type { LmdbStore } from './lmdb-store.js';

type Id = [tenant: string, id: string];
type Content = Thing['content'];

/** Things read without letting others have their turn. */
const STEP = 200;

interface Source {
  readonly database: string;
  /** The key of a thing as text, from which `place` makes the key in the database again. */
  readonly key: (key: never) => string;
  readonly place: (text: string) => Key;
  readonly content: (key: never, value: never) => Content;
}

const plain = { key: (key: string) => key, place: (text: string) => text };
const byId = {
  key: ([tenant, id]: Id) => `${tenant}/${id}`,
  place: (text: string) => [text.slice(0, text.indexOf('/')), text.slice(text.indexOf('/') + 1)],
};
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** All that an LMDB store holds. Only reads; the store may be open to be read only. */
export class LmdbContents extends Movable {
  private readonly sources: Readonly<Record<Part, Source>>;

  constructor(private readonly store: LmdbStore) {
    super();
    const events = store.db<StoredEvent, number>('events');
    const positions = store.db<number, [string, number]>('streams');
    const eventsOf = (stream: string) =>
      Array.from(
        positions.getRange({ start: [stream, 0], end: [stream, Number.MAX_SAFE_INTEGER] }),
        ({ value }) => withoutPlace(events.get(value) as StoredEvent),
      );
    type Sealed = Uint8Array;
    type Owned = { readonly subjectId: string; readonly sealed: Sealed };
    const where = ([tenant, id]: Id) => ({ tenant, id });
    this.sources = {
      streams: {
        ...{ database: 'heads', ...plain },
        content: (stream: string, { state }: Head) => ({ stream, events: eventsOf(stream), state }),
      },
      agenda: {
        ...{ database: 'agenda', ...plain },
        content: (stream: string, row: object) => ({ stream, ...row }),
      },
      claims: {
        ...{ database: 'claims', ...byId },
        content: (id: Id, owner: string) => ({ ...where(id), owner }),
      },
      addresses: {
        ...{ database: 'addresses', ...byId },
        content: (id: Id, { subjectId, sealed }: Owned) => ({
          ...where(id),
          owner: subjectId,
          sealed: base64(sealed),
        }),
      },
      holds: {
        ...{ database: 'holds', ...byId },
        content: (id: Id, { until, sealed }: { until: number; sealed: Sealed }) => ({
          ...where(id),
          until,
          sealed: base64(sealed),
        }),
      },
      profiles: {
        ...{ database: 'profiles', ...byId },
        content: (id: Id, sealed: Sealed) => ({ ...where(id), sealed: base64(sealed) }),
      },
      evidence: {
        ...{ database: 'evidence', ...byId },
        content: (id: Id, { owner, sealed }: { owner: string; sealed: Sealed }) => ({
          ...where(id),
          owner,
          sealed: base64(sealed),
        }),
      },
      deliveries: {
        ...{ database: 'deliveries', ...byId },
        content: (_: Id, row: DeliveryRow) => ({ ...row }),
      },
      records: {
        ...{ database: 'records', ...plain },
        content: (key: string, entry: object) => ({ key, ...entry }),
      },
    };
  }

  private database(part: Part): Database<unknown, Key> | undefined {
    return this.store.db<unknown, Key>(this.sources[part].database);
  }

  override count(part: Part): Promise<number> {
    return Promise.resolve(this.database(part)?.getKeysCount() ?? 0);
  }

  override async *things(part: Part, after?: string): AsyncIterable<Thing> {
    const { key, place, content } = this.sources[part];
    let start = after === undefined ? undefined : place(after);
    for (;;) {
      const range = { ...(start !== undefined && { start, exclusiveStart: true }), limit: STEP };
      const step = [...(this.database(part)?.getRange(range) ?? [])];
      for (const { key: at, value } of step) {
        yield { key: key(at as never), content: content(at as never, value as never) };
      }
      if (step.length < STEP) return;
      start = step.at(-1)?.key;
      await nextTurn();
    }
  }
}

/** As it was given to the log. */
function withoutPlace({ stream, version, ...event }: StoredEvent): Content {
  void [stream, version];
  return event;
}
