/** Events that the log has and that were not read from their topic. */
export class Missing {
  private readonly byStream = new Map<string, { readonly versions: Set<number>; due: number }>();

  /** How long an event may be on its way, and a fifth of how long until it is asked for again. */
  constructor(private readonly graceMs: number) {}

  get size(): number {
    return this.byStream.size;
  }

  streams(): Iterable<string> {
    return this.byStream.keys();
  }

  has(stream: string): boolean {
    return this.byStream.has(stream);
  }

  add(stream: string, versions: readonly number[], now: number): void {
    const missing = this.byStream.get(stream) ?? { versions: new Set<number>(), due: now + this.graceMs };
    for (const version of versions) missing.versions.add(version);
    this.byStream.set(stream, missing);
  }

  found(stream: string, version: number): void {
    const missing = this.byStream.get(stream);
    if (missing?.versions.delete(version) && missing.versions.size === 0) this.byStream.delete(stream);
  }

  /** Streams to publish again, with the version to begin at; each is told once until it is due anew. */
  due(now: number): [stream: string, from: number][] {
    const due: [string, number][] = [];
    for (const [stream, missing] of this.byStream) {
      if (missing.due > now) continue;
      due.push([stream, Math.min(...missing.versions)]);
      missing.due = now + 5 * this.graceMs;
    }
    return due;
  }

  clear(): void {
    this.byStream.clear();
  }
}
