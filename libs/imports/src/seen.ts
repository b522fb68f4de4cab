/** The keys of people whom a dry run would register, so that a second line about one of them is told as known. */
export class Seen {
  private readonly keys = new Set<string>();

  /** The newest so many are remembered: a dry run of any file has bounded memory. */
  constructor(private readonly most = 250_000) {}

  /** Whether one of the keys came before; from now on all of them have. */
  before(keys: readonly string[]): boolean {
    const was = keys.some((key) => this.keys.has(key));
    for (const key of keys) this.keys.add(key);
    for (const oldest of this.keys) {
      if (this.keys.size <= this.most) break;
      this.keys.delete(oldest);
    }
    return was;
  }
}
