import type { Database } from 'lmdb';
import type { LmdbStore } from './lmdb-store.js';
import { ShareFile } from './share-file.js';

/** Whose share: a subject id or an address key, or the hold of an address key. */
export type Owner = [tenant: string, what: 'owner' | 'hold', id: string];

export interface Share {
  readonly slot: number;
  readonly bytes: Buffer;
}

/** Slots that are made ready with one synchronisation. */
const BLOCK = 64;

/**
 * One share per owner, without which nothing of the owner opens (see `ShareFile`). The store holds only which slot is
 * whose: `shares`: owner → slot · `shares-free`: slots ready for use · `shares-doomed`: slots to be written over.
 * Pages of the store that once held something sealed are thereby dead when the share is, wherever they were copied to.
 */
export class Shares {
  private readonly slots: Database<number, Owner>;
  private readonly free: Database<true, number>;
  private readonly doomed: Database<true, number>;
  private readonly file: ShareFile;
  /** Handed out, and not yet in the store. */
  private readonly reserved = new Map<string, number>();
  private readonly taken = new Set<number>();
  private filling: Promise<void> | undefined;

  constructor(private readonly store: LmdbStore) {
    this.slots = store.db<number, Owner>('shares');
    this.free = store.db<true, number>('shares-free');
    this.doomed = store.db<true, number>('shares-doomed');
    this.file = new ShareFile(store.path);
    store.beforeGivingBack(() => this.file.close());
    if (this.file.length === 0 && this.slots.getKeysCount({ limit: 1 }) > 0) {
      throw new Error(`${store.path}/shares is missing: restore it together with data.mdb`);
    }
    // What a crash left undone: its owner was erased, so it must not outlive the start.
    const left = [...this.doomed.getKeys({})];
    if (left.length > 0) this.file.renewNow(left);
    this.finish(left).catch(() => undefined); // they stay doomed, and are written over again
  }

  find(owner: Owner): Share | undefined {
    const slot = this.slots.get(owner);
    return slot === undefined ? undefined : { slot, bytes: this.file.read(slot) };
  }

  /** The owner's share, or one that becomes the owner's when `keep` agrees. */
  async of(owner: Owner): Promise<Share> {
    for (;;) {
      const found = this.find(owner);
      if (found !== undefined) return found;
      const slot = this.reserved.get(nameOf(owner)) ?? this.next();
      if (slot !== undefined) {
        this.reserved.set(nameOf(owner), slot);
        this.taken.add(slot);
        return { slot, bytes: this.file.read(slot) };
      }
      await this.fill();
    }
  }

  /** Inside a commit: whether what was sealed with the slot may be stored. False: the owner was erased meanwhile. */
  keep(owner: Owner, slot: number): boolean {
    const known = this.slots.get(owner);
    if (known !== undefined) return known === slot;
    if (this.reserved.get(nameOf(owner)) !== slot) return false;
    void this.slots.put(owner, slot);
    void this.free.remove(slot);
    return true;
  }

  /** After the commit. */
  kept(owner: Owner): void {
    const slot = this.reserved.get(nameOf(owner));
    if (slot === undefined || this.slots.get(owner) !== slot) return;
    this.reserved.delete(nameOf(owner));
    this.taken.delete(slot);
  }

  /** Inside a commit: the owner has no share any more; `shred` must follow it. */
  doom(owner: Owner): number[] {
    const slot = this.slots.get(owner);
    if (slot === undefined) return [];
    void this.slots.remove(owner);
    void this.doomed.put(slot, true);
    return [slot];
  }

  /** Resolves when nobody can open what was sealed with the slots. */
  async shred(slots: readonly number[]): Promise<void> {
    if (slots.length === 0) return;
    await this.file.renew(slots);
    await this.finish(slots);
  }

  private finish(slots: readonly number[]): Promise<void> {
    if (slots.length === 0) return Promise.resolve();
    return this.store.commit(() => {
      for (const slot of slots) {
        void this.doomed.remove(slot);
        void this.free.put(slot, true);
      }
    });
  }

  private next(): number | undefined {
    for (const slot of this.free.getKeys({})) if (!this.taken.has(slot)) return slot;
    return undefined;
  }

  /** A block of new slots at the end of the file. One that a crash kept from the store is left unused. */
  private fill(): Promise<void> {
    this.filling ??= this.makeBlock().finally(() => (this.filling = undefined));
    return this.filling;
  }

  private async makeBlock(): Promise<void> {
    const start = this.file.length;
    const block = Array.from({ length: BLOCK }, (_, index) => start + index);
    await this.file.renew(block);
    await this.store.commit(() => {
      for (const slot of block) void this.free.put(slot, true);
    });
  }
}

const nameOf = (owner: Owner): string => owner.join(' ');
