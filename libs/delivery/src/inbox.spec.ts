import type { Directory, EvidenceDocument } from '@assent/ports';
import type { FromTools, Told } from './from-tools.service.js';
import { Inbox } from './inbox.service.js';
import { MemoryRecords } from './stand-ins/stores.js';
import { integrationWith } from './stand-ins/tools.js';
import type { DeliveryWorker } from './worker.service.js';

const SECOND = 1_000;
const DAY = 86_400_000;

class Sealed {
  readonly documents = new Map<string, EvidenceDocument>();
  sealEvidence(_: string, __: string, id: string, document: EvidenceDocument): Promise<void> {
    this.documents.set(id, document);
    return Promise.resolve();
  }
  openEvidence = (_: string, id: string) => Promise.resolve(this.documents.get(id));
  erase(_: string, id: string): Promise<void> {
    this.documents.delete(id);
    return Promise.resolve();
  }
}

/** Each line of a body is one fact about one address; `bad` ones fail until they are mended. */
class Lines {
  readonly heard: string[] = [];
  bad = new Set<string>();
  hear({ body }: Told, blocked: Set<string>, due: boolean): Promise<number> {
    let left = 0;
    for (const line of Buffer.from(body).toString().split('\n')) {
      const [who = ''] = line.split(' ');
      if (who === 'unreadable') return Promise.reject(new Error('no such shape: ada@example.org'));
      if (!due || blocked.has(who) || this.bad.has(who)) {
        blocked.add(who);
        left += 1;
      } else this.heard.push(line);
    }
    return Promise.resolve(left);
  }
}

function world(records = new MemoryRecords(), sealed = new Sealed()) {
  const time = { now: 0 };
  const clock = { now: () => time.now, real: () => time.now };
  const lines = new Lines();
  const worker = { takeAlong: () => undefined } as unknown as DeliveryWorker;
  const make = () =>
    new Inbox(records, sealed as unknown as Directory, clock, lines as unknown as FromTools, worker);
  const inbox = make();
  const take = (text: string, id = 'mail') => inbox.take(integrationWith({ id }), Buffer.from(text));
  return { records, sealed, time, lines, inbox, take, make };
}

describe('What tools have posted', () => {
  it('is stored before it is answered, and gone when it is worked off', async () => {
    const { records, sealed, lines, inbox, take } = world();
    expect(await take('ada left')).toBe(true);
    expect([records.entries.size, sealed.documents.size, lines.heard]).toEqual([1, 1, []]);
    expect(await inbox.runDue()).toBe(1);
    expect([records.entries.size, sealed.documents.size, lines.heard]).toEqual([0, 0, ['ada left']]);
    expect(await inbox.runDue()).toBe(0);
  });

  it('stands nowhere in the clear but sealed', async () => {
    const { records, take } = world();
    await take('ada@example.org left');
    expect(JSON.stringify([...records.entries])).not.toContain('ada');
  });

  it('is worked off by whoever starts after a crash', async () => {
    const { records, sealed, lines, take, make } = world();
    await take('ada left');
    expect(await make().runDue()).toBe(1);
    expect([lines.heard, records.entries.size, sealed.documents.size]).toEqual([['ada left'], 0, 0]);
  });

  it('waits when it fails, with everything later about the same address, and nobody else', async () => {
    const { time, lines, inbox, take } = world();
    lines.bad.add('ada');
    for (const text of ['ada 1', 'bob 1', 'ada 2\nbob 2', 'ada 3']) await take(text);
    await inbox.runDue();
    expect(lines.heard).toEqual(['bob 1', 'bob 2']);
    lines.bad.clear();
    await inbox.runDue();
    expect(lines.heard).not.toContain('ada 1');
    time.now += 2 * SECOND;
    await inbox.runDue();
    expect(lines.heard.filter((line) => line.startsWith('ada'))).toEqual(['ada 1', 'ada 2', 'ada 3']);
  });

  it('that nobody can read is kept for the operator, and gone after 30 days', async () => {
    const { records, sealed, time, inbox, take } = world();
    await take('unreadable');
    for (let hours = 0; hours < 30 * 24; hours++) {
      await inbox.runDue();
      time.now += DAY / 24;
    }
    expect(records.entries.size).toBe(1);
    time.now += DAY;
    await inbox.runDue();
    expect([records.entries.size, sealed.documents.size]).toEqual([0, 0]);
  });

  it('without its body was never acknowledged: it is cleared away, but not while the body may come', async () => {
    const { records, sealed, time, inbox, take } = world();
    await take('ada left');
    sealed.documents.clear();
    await inbox.runDue();
    expect(records.entries.size).toBe(1);
    time.now += 61 * SECOND;
    await inbox.runDue();
    expect(records.entries.size).toBe(0);
  });

  it('is refused when too much of that tool waits, and of no other', async () => {
    const { inbox, take } = world();
    const much = 'x'.repeat(1 << 20);
    for (let count = 0; count < 64; count++) expect(await take(much)).toBe(true);
    expect(await take(much)).toBe(false);
    expect(await take(much, 'other')).toBe(true);
    await inbox.runDue();
    expect(await take(much)).toBe(true);
  });
});
