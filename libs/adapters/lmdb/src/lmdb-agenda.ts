import type { ConceptName } from '@assent/kernel';
import { Agenda, type WakeUp } from '@assent/ports';
import type { Database } from 'lmdb';
import type { LmdbStore } from './lmdb-store.js';

interface Row {
  readonly version: number;
  /** Null: planned by this version not to be woken. */
  readonly at: number | null;
}

/** `agenda`: stream → row · `agenda-due`: [at, stream] → version. */
export class LmdbAgenda extends Agenda {
  private readonly rows: Database<Row, string>;
  private readonly byTime: Database<number, [number, string]>;

  constructor(private readonly store: LmdbStore) {
    super();
    this.rows = store.db<Row>('agenda');
    this.byTime = store.db<number, [number, string]>('agenda-due');
  }

  override async plan(stream: string, version: number, at: number | 'never'): Promise<void> {
    const next: Row = { version, at: at === 'never' ? null : at };
    const before = this.rows.get(stream);
    if (before && (before.version > version || (before.version === version && before.at === next.at))) return;
    await this.store.ahead(() => {
      const row = this.rows.get(stream);
      if (row && row.version > version) return;
      if (row?.at != null) void this.byTime.remove([row.at, stream]);
      void this.rows.put(stream, next);
      if (next.at !== null) void this.byTime.put([next.at, stream], version);
    });
  }

  override due(now: number, limit: number, concepts?: readonly ConceptName[]): Promise<WakeUp[]> {
    const prefixes = concepts?.map((concept) => `${concept}/`);
    const due: WakeUp[] = [];
    for (const { key, value: version } of this.byTime.getRange({ end: [now, '\uffff'] })) {
      if (due.length >= limit) break;
      const [at, stream] = key;
      if (prefixes?.some((prefix) => stream.startsWith(prefix)) ?? true) due.push({ stream, version, at });
    }
    return Promise.resolve(due);
  }

  override next(): Promise<number | undefined> {
    for (const [at] of this.byTime.getKeys({ limit: 1 })) return Promise.resolve(at);
    return Promise.resolve(undefined);
  }
}
