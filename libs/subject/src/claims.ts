import type { Directory } from '@assent/ports';

/** The addresses of one registration belong to more than one person. */
export class SeveralOwners extends Error {
  constructor(readonly owners: readonly string[]) {
    super(`the addresses belong to ${owners.length} different persons`);
    this.name = 'SeveralOwners';
  }
}

/**
 * Uniqueness of an address in its tenant: an insert-only claim before the first event. A claim without a person
 * behind it was left by a crash, and is adopted.
 */
export class Claims {
  /** Registrations in this process that share an address take turns. */
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(private readonly directory: Directory) {}

  /** Claims all keys for their one owner, known or new, and answers it; rejects with `SeveralOwners`. */
  async take(tenant: string, keys: readonly string[], newId: () => string): Promise<string> {
    const owners = await this.directory.owners(tenant, keys);
    const known = [...new Set(owners.filter((owner) => owner !== undefined))];
    if (known.length > 1) throw new SeveralOwners(known);
    let owner = known[0];
    // In one order everywhere, so that two who claim the same keys at once meet at the first of them.
    const free = keys.filter((_, index) => owners[index] === undefined).sort();
    for (const [index, key] of free.entries()) {
      const winner = await this.directory.claim(tenant, key, (owner ??= newId()));
      if (winner === owner) continue;
      if (known.length > 0 || index > 0) throw new SeveralOwners([owner, winner]);
      owner = winner;
    }
    if (owner === undefined) throw new Error('a registration needs an address');
    return owner;
  }

  /** Runs `work` after every earlier registration that shares a key with it. */
  async during<T>(tenant: string, keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const names = keys.map((key) => `${tenant} ${key}`);
    const before = Promise.all(names.map((name) => this.turns.get(name) ?? Promise.resolve()));
    const turn = before.then(work);
    const settled = turn.catch(() => undefined);
    for (const name of names) this.turns.set(name, settled);
    try {
      return await turn;
    } finally {
      for (const name of names) if (this.turns.get(name) === settled) this.turns.delete(name);
    }
  }
}
