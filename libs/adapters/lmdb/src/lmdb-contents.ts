import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoredEvent } from '@assent/contract';
import { Movable, type Head, type Part, type Thing } from '@assent/ports';
import type { Database, Key, RangeOptions } from 'lmdb';
import type { LmdbStore } from './lmdb-store.js';
import { ShareFile } from './share-file.js';
import type { Owner } from './shares.js';

type Id = [tenant: string, id: string];
type Content = Thing['content'];

/** Things read without letting others have their turn. */
const STEP = 200;
const DATABASES: Partial<Record<Part, string>> = { streams: 'heads' };
/** Whose databases have a text as their key, all others tenant and id. */
const BY_TEXT: readonly Part[] = ['streams', 'agenda', 'records'];

/** All that an LMDB store holds. Only reads; the store may be open to be read only. */
export class LmdbContents extends Movable {
  private readonly events: Database<StoredEvent, number>;
  private readonly positions: Database<number, [string, number]>;
  private readonly slots: Database<number, Owner> | undefined;
  private file: ShareFile | undefined;

  /** Throws for a store of a version without shares, whose sealed data would be taken for dead. */
  constructor(private readonly store: LmdbStore) {
    super();
    const layout = store.db<number>('layout') as Database<number, string> | undefined;
    if (layout?.get('sealed') !== 2) {
      throw new Error(`${store.path} is of an earlier version: start the service on it once, then stop it`);
    }
    this.events = store.db<StoredEvent, number>('events');
    this.positions = store.db<number, [string, number]>('streams');
    this.slots = store.db<number, Owner>('shares');
    store.beforeGivingBack(() => this.file?.close());
  }

  private database(part: Part): Database<unknown, Key> | undefined {
    return this.store.db<unknown, Key>(DATABASES[part] ?? part);
  }

  override count(part: Part): Promise<number> {
    return Promise.resolve(this.database(part)?.getKeysCount() ?? 0);
  }

  override async *things(part: Part, after?: string): AsyncIterable<Thing> {
    const byText = BY_TEXT.includes(part);
    let start: Key | undefined = after !== undefined && !byText ? idOf(after) : after;
    for (;;) {
      const range: RangeOptions = {
        ...(start !== undefined && { start, exclusiveStart: true }),
        limit: STEP,
      };
      const step: { key: Key; value: unknown }[] = [...(this.database(part)?.getRange(range) ?? [])];
      for (const { key: at, value } of step) {
        const content = byText ? this.named(part, at as string, value) : this.owned(part, at as Id, value);
        if (content) yield { key: byText ? (at as string) : (at as Id).join('/'), content };
      }
      if (step.length < STEP) return;
      start = step.at(-1)?.key;
      await nextTurn();
    }
  }

  private named(part: Part, key: string, value: unknown): Content {
    if (part === 'agenda') return { stream: key, ...(value as object) };
    if (part === 'records') return { key, ...(value as object) };
    return { stream: key, events: this.eventsOf(key), state: (value as Head).state };
  }

  /** Nothing when it cannot be opened any more. */
  private owned(part: Part, [tenant, id]: Id, value: unknown): Content | undefined {
    if (part === 'deliveries') return value as Content;
    if (part === 'claims') return { tenant, id, owner: value };
    const { sealed, subjectId, ...rest } = (part === 'profiles' ? { sealed: value } : value) as {
      readonly sealed: Uint8Array;
      readonly subjectId?: string;
      readonly owner?: string;
    };
    const owner = rest.owner ?? subjectId ?? id;
    const isHold = part === 'holds';
    const slot = this.slots?.get([tenant, isHold ? 'hold' : 'owner', owner]);
    if (slot === undefined) return undefined;
    this.file ??= new ShareFile(this.store.path, true);
    const share = base64(this.file.read(slot));
    return { tenant, id, ...rest, ...(!isHold && { owner }), sealed: base64(sealed), share };
  }

  private eventsOf(stream: string): Content[] {
    const range = {
      start: [stream, 0] as [string, number],
      end: [stream, Number.MAX_SAFE_INTEGER] as [string, number],
    };
    return Array.from(this.positions.getRange(range), ({ value }) =>
      withoutPlace(this.events.get(value) as StoredEvent),
    );
  }
}

const idOf = (text: string): Id => [text.slice(0, text.indexOf('/')), text.slice(text.indexOf('/') + 1)];
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** As it was given to the log. */
function withoutPlace({ stream, version, ...event }: StoredEvent): Content {
  void [stream, version];
  return event;
}
