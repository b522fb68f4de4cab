/** `assent.consent[3]` */
export const partitionName = (topic: string, partition: number): string => `${topic}[${partition}]`;

export function partitionNamed(name: string): { topic: string; partition: number } {
  const [topic = '', partition] = name.slice(0, -1).split('[');
  return { topic, partition: Number(partition) };
}

/** What this process knows of how far the partitions reach, and of its own events on their way into them. */
export class Tails {
  /** Offset behind the last event. */
  private readonly ends = new Map<string, number>();
  /** Event id → partition. */
  private readonly sending = new Map<string, string>();

  sent(id: string, name: string): void {
    this.sending.set(id, name);
  }

  /** Stored, as an answer or the event itself tells: whichever is first. */
  arrived(id: string): void {
    this.sending.delete(id);
  }

  reaches(name: string, end: number): void {
    if (end > (this.ends.get(name) ?? 0)) this.ends.set(name, end);
  }

  end(name: string): number {
    return this.ends.get(name) ?? 0;
  }

  underway(into: (name: string) => boolean): number {
    let count = 0;
    for (const name of this.sending.values()) if (into(name)) count += 1;
    return count;
  }
}
