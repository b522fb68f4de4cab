/** Addresses whose verdicts count for nothing now: those to be decided anew, and those that somebody is writing to. */
export class Marked {
  /** By tenant. */
  private readonly waiting = new Map<string, Set<string>>();
  /** By tenant and key, how many are writing. */
  private readonly writers = new Map<string, number>();

  get count(): number {
    return [...this.waiting.values()].reduce((all, keys) => all + keys.size, 0);
  }

  add(tenant: string, key: string): void {
    const keys = this.waiting.get(tenant);
    if (keys === undefined) this.waiting.set(tenant, new Set([key]));
    else keys.add(key);
  }

  /** Up to so many of one tenant, which wait no more; undefined: none do. */
  take(most: number): { readonly tenant: string; readonly keys: string[] } | undefined {
    const [tenant, waiting] = [...this.waiting].find(([, keys]) => keys.size > 0) ?? [];
    if (tenant === undefined || waiting === undefined) return undefined;
    const keys: string[] = [];
    for (const key of waiting) {
      if (keys.length === most) break;
      waiting.delete(key);
      keys.push(key);
    }
    return { tenant, keys };
  }

  hold(tenant: string, keys: readonly string[]): void {
    for (const key of keys) {
      const name = `${tenant} ${key}`;
      this.writers.set(name, (this.writers.get(name) ?? 0) + 1);
    }
  }

  release(tenant: string, keys: readonly string[]): void {
    for (const key of keys) {
      const name = `${tenant} ${key}`;
      const left = (this.writers.get(name) ?? 1) - 1;
      if (left > 0) this.writers.set(name, left);
      else this.writers.delete(name);
    }
  }

  isHeld = (tenant: string, key: string): boolean => this.writers.has(`${tenant} ${key}`);

  /** What is decided of it from heads that were read before may be out of date. */
  has = (tenant: string, key: string): boolean =>
    this.waiting.get(tenant)?.has(key) === true || this.isHeld(tenant, key);
}
