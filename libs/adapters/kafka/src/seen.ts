/** Which versions of a stream were read from its topic, as far as it is remembered. */
export class Seen {
  private readonly streams = new Map<
    string,
    { newest: number; readonly versions: Set<number>; at: number }
  >();

  add(stream: string, version: number, at: number): void {
    const seen = this.streams.get(stream) ?? { newest: 0, versions: new Set<number>(), at };
    seen.versions.add(version);
    seen.newest = Math.max(seen.newest, version);
    seen.at = at;
    this.streams.delete(stream); // so that the oldest come first
    this.streams.set(stream, seen);
  }

  has(stream: string, version: number): boolean {
    return this.streams.get(stream)?.versions.has(version) ?? false;
  }

  /** At least this version: enough where Kafka may keep the last event of a key only. */
  reached(stream: string, version: number): boolean {
    return (this.streams.get(stream)?.newest ?? 0) >= version;
  }

  forget(before: number): void {
    for (const [stream, { at }] of this.streams) {
      if (at >= before) return;
      this.streams.delete(stream);
    }
  }

  clear(): void {
    this.streams.clear();
  }
}
