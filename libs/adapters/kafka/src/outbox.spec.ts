import type { StoredEvent } from '@assent/contract';
import { eventNamed } from '@assent/ports';
import { MemoryLog } from './memory-log.js';
import { Outbox } from './outbox.js';
import { PublishingEventLog } from './publishing-event-log.js';
import { Tails } from './tails.js';

const STREAM = 'consent/t/a';

/** A topic whose answers are given when the test says so. */
class Topic {
  readonly versions: number[] = [];
  readonly tails = new Tails();
  private readonly waiting: { events: readonly StoredEvent[]; answer: (error?: Error) => void }[] = [];
  private arrivals: (() => void)[] = [];

  partitionOfStream(): string {
    return 'assent.consent[0]';
  }

  publish(events: readonly StoredEvent[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ events, answer: (error) => (error ? reject(error) : resolve()) });
      const arrivals = this.arrivals;
      this.arrivals = [];
      for (const arrive of arrivals) arrive();
    });
  }

  /** Stores (or loses) the oldest request that nobody has answered, and answers it. */
  async answer(outcome: 'stored' | 'refused' | 'stored but refused' = 'stored'): Promise<void> {
    while (this.waiting.length === 0) await new Promise<void>((resolve) => this.arrivals.push(resolve));
    const { events, answer } = this.waiting.shift() ?? { events: [], answer: () => undefined };
    if (outcome !== 'refused') this.versions.push(...events.map(({ version }) => version));
    answer(outcome === 'stored' ? undefined : new Error('no answer'));
  }
}

/** Two processes that write the same log and publish to the same topic. */
function two() {
  const source = new MemoryLog();
  const process = () => {
    const topic = new Topic();
    const outbox = new Outbox(source, topic);
    return { topic, outbox, log: new PublishingEventLog(source, outbox) };
  };
  return { source, one: process(), other: process() };
}

describe('What is appended', () => {
  it('is published in order, and owed until it is stored', async () => {
    const { one } = two();
    await one.log.append(STREAM, 0, [eventNamed('1'), eventNamed('2')], 2);
    await one.log.append(STREAM, 2, [eventNamed('3')], 3);
    expect(one.outbox.pending).toBe(1);
    await one.topic.answer();
    await one.topic.answer();
    await one.outbox.drained();
    expect(one.topic.versions).toEqual([1, 2, 3]);
    expect(one.outbox.pending).toBe(0);
  });

  it('is acknowledged while nothing can be published, and published later, in order', async () => {
    const { one } = two();
    await one.log.append(STREAM, 0, [eventNamed('1')], 1);
    await one.topic.answer('refused');
    await one.log.append(STREAM, 1, [eventNamed('2')], 2);
    expect((await one.log.head(STREAM))?.version).toBe(2);
    await one.topic.answer();
    await one.outbox.drained();
    expect(one.topic.versions).toEqual([1, 2]);
  });

  it('is published again when nobody knows whether it was stored', async () => {
    const { one } = two();
    await one.log.append(STREAM, 0, [eventNamed('1')], 1);
    await one.topic.answer('stored but refused');
    await one.topic.answer();
    await one.outbox.drained();
    expect(one.topic.versions).toEqual([1, 1]);
  });

  it('is repeated from where it failed, when much is owed', async () => {
    const { source, one } = two();
    for (let n = 0; n < 300; n++) await source.append(STREAM, n, [eventNamed(String(n))], n);
    one.outbox.missing(STREAM, 1);
    await one.topic.answer();
    await one.topic.answer('refused');
    await one.topic.answer();
    await one.outbox.drained();
    expect(one.topic.versions).toEqual(Array.from({ length: 300 }, (_, n) => n + 1));
  });

  it('never leaves an old version behind a newer one of another process', async () => {
    const { one, other } = two();
    await one.log.append(STREAM, 0, [eventNamed('1')], 1);
    await other.log.append(STREAM, 1, [eventNamed('2')], 2);
    await other.topic.answer();
    await other.outbox.drained();
    await one.topic.answer(); // version 1, stored after version 2
    await one.topic.answer(); // the head once more
    await one.outbox.drained();
    expect([other.topic.versions, one.topic.versions]).toEqual([[2], [1, 2]]);
  });

  it('that another process left behind is published from the log', async () => {
    const { source, one } = two();
    await source.append(STREAM, 0, [eventNamed('1'), eventNamed('2'), eventNamed('3')], 3);
    one.outbox.missing(STREAM, 2);
    await one.topic.answer();
    await one.outbox.drained();
    expect(one.topic.versions).toEqual([2, 3]);
  });

  it('is waited for by nobody once the process stops', async () => {
    const { one } = two();
    await one.log.append(STREAM, 0, [eventNamed('1')], 1);
    const drained = one.outbox.drained();
    one.outbox.stop();
    await drained;
    await one.log.append(STREAM, 1, [eventNamed('2')], 2);
    expect(one.topic.versions).toEqual([]);
  });
});
