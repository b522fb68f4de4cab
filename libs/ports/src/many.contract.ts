/** For a store on a server and a busy machine: many single writes, each on disk. */
export const MANY_MS = 120_000;

/** As much as a process has under way, not all at once: a server has so many connections. */
const AT_ONCE = 64;

export async function forMany<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < all.length; from += AT_ONCE) {
    await Promise.all(all.slice(from, from + AT_ONCE).map(work));
  }
}
