import type { InboundFact, ToolChanges } from '@assent/ports';
import { OnlyProcess, SharedLeases } from '@assent/runtime';
import type { Inbox } from './inbox.service.js';
import { Poller } from './poller.service.js';
import { HOUR, MemoryRecords, MINUTE, TENANT } from './stand-ins/stores.js';
import { ALL_KINDS, DONE, ScriptedTool } from './stand-ins/tools.js';
import { world } from './stand-ins/world.js';

const left = (value: string): InboundFact => ({
  ...{ what: 'left', who: { kind: 'email', value }, targets: ['n1'], at: 1 },
});
const LATER = { class: 'retry', detail: 'status 429', retryAfterMs: 20 * MINUTE, calls: [] } as const;

/** A tool with a history; a cursor is how much of it was read, two at a time. */
class TellingTool extends ScriptedTool {
  readonly asked: (string | null)[] = [];
  history: InboundFact[] = [];
  failures: (ToolChanges['outcome'] | 'throws')[] = [];
  constructor() {
    super({ ...ALL_KINDS, delta: 'events' });
  }
  override changesSince(cursor: string | null): Promise<ToolChanges> {
    this.asked.push(cursor);
    const failure = this.failures.shift();
    if (failure === 'throws') return Promise.reject(new TypeError('of ada@example.org'));
    if (failure !== undefined) return Promise.resolve({ outcome: failure, facts: [], cursor, more: false });
    const from = Number(cursor ?? 0);
    const facts = this.history.slice(from, from + 2);
    const read = from + facts.length;
    const more = read < this.history.length;
    return Promise.resolve({ outcome: DONE, facts, cursor: String(read), more });
  }
}

/** What was handed over, durably when `take` answers; `full` refuses. */
class TakingInbox {
  readonly taken: string[] = [];
  full = false;
  dies = false;
  take(_: unknown, body: Uint8Array, polled: unknown): Promise<boolean> {
    if (this.dies) return Promise.reject(new Error('the disk is gone'));
    expect(polled).toBe('events');
    const facts = JSON.parse(Buffer.from(body).toString()) as { who: { value: string } }[];
    if (!this.full) this.taken.push(...facts.map(({ who }) => who.value));
    return Promise.resolve(!this.full);
  }
}

async function setting(tools: Record<string, ScriptedTool> = { mail: new TellingTool() }) {
  const made = world(tools);
  const records = new MemoryRecords();
  const inbox = new TakingInbox();
  await made.worker.runDue();
  const poller = (leases = new OnlyProcess(), { integrations, worker } = made) =>
    new Poller(integrations, records, leases, inbox as unknown as Inbox, made.clock, worker);
  return { ...made, records, inbox, tool: tools['mail'] as TellingTool, newPoller: poller, poller: poller() };
}

describe('What has changed at a tool', () => {
  it('is asked every hour by the clock of the rules, from where it was read to', async () => {
    const { poller, tool, inbox, clock } = await setting();
    tool.history = ['ada', 'bob', 'eve'].map(left);
    expect(await poller.runDue()).toBe(2);
    expect([inbox.taken, tool.asked]).toEqual([
      ['ada', 'bob', 'eve'],
      [null, '2'],
    ]);
    tool.history.push(left('dan'));
    clock.pass(59 * MINUTE);
    expect(await poller.runDue()).toBe(0);
    clock.rule += MINUTE;
    await poller.runDue();
    expect([inbox.taken.at(-1), tool.asked.at(-1)]).toEqual(['dan', '3']);
    expect(await poller.readAt({ tenant: TENANT, id: 'mail', kind: 'scripted' })).toBe(clock.now());
  });

  it('is asked at once when an operator wants to know', async () => {
    const { poller, tool, inbox } = await setting();
    await poller.runDue();
    tool.history = [left('ada')];
    poller.soon({ tenant: TENANT, id: 'mail' });
    await poller.runDue();
    expect(inbox.taken).toEqual(['ada']);
  });

  it('is asked for once more when an operator wants to know while it is being read', async () => {
    const { poller, tool, inbox } = await setting();
    const answer = tool.changesSince.bind(tool);
    tool.changesSince = async (cursor) => {
      const before = await answer(cursor);
      tool.changesSince = answer;
      tool.history = [left('ada')]; // behind what was just read
      poller.soon({ tenant: TENANT, id: 'mail' });
      return before;
    };
    await poller.runDue();
    await poller.runDue();
    expect(inbox.taken).toEqual(['ada']);
  });

  it('is safe before the tool is asked to go on: what was not handed over is read again', async () => {
    const { poller, newPoller, tool, inbox, records } = await setting();
    tool.history = ['ada', 'bob', 'eve'].map(left);
    inbox.dies = true;
    await expect(poller.runDue()).rejects.toThrow('the disk is gone');
    expect([...records.entries.keys()]).toEqual([]);
    inbox.dies = false;
    await newPoller().runDue();
    expect(inbox.taken).toEqual(['ada', 'bob', 'eve']);
  });

  it('is read on by whoever starts after a crash between two pages', async () => {
    const { poller, newPoller, tool, inbox } = await setting();
    tool.history = ['ada', 'bob', 'eve'].map(left);
    const first = tool.changesSince.bind(tool);
    tool.changesSince = (cursor) => (cursor === '2' ? Promise.reject(new Error('killed')) : first(cursor));
    await poller.runDue();
    expect(inbox.taken).toEqual(['ada', 'bob']);
    tool.changesSince = first;
    await newPoller().runDue();
    expect(inbox.taken).toEqual(['ada', 'bob', 'eve']);
  });

  it('waits when too much waits already, and is not lost', async () => {
    const { poller, tool, inbox } = await setting();
    tool.history = [left('ada')];
    inbox.full = true;
    await poller.runDue();
    inbox.full = false;
    await poller.runDue();
    expect([inbox.taken, tool.asked]).toEqual([['ada'], [null, null]]);
  });

  it('is not asked before the time that the tool names, by whichever clock comes first', async () => {
    const { poller, tool, clock } = await setting();
    tool.failures = [LATER];
    await poller.runDue();
    clock.pass(19 * MINUTE);
    await poller.runDue();
    expect(tool.asked).toHaveLength(1);
    clock.pass(MINUTE);
    await poller.runDue();
    expect(tool.asked).toHaveLength(2);
  });

  it('is not asked while the tool cannot be called, and its failures count there', async () => {
    const { poller, tool, worker, clock } = await setting();
    tool.failures = Array.from({ length: 40 }, () => ({ class: 'retry' as const, calls: [] }));
    for (let times = 0; times < 40; times++) {
      await poller.runDue();
      clock.pass(HOUR);
    }
    const [report] = await worker.report(TENANT);
    expect([report?.breaker, tool.asked.length < 40]).toEqual(['open', true]);
  });

  it('that may not be asked for does not keep a stop from being told', async () => {
    const { poller, tool, worker } = await setting();
    const forbidden = { operation: 'GET /x', requestDigest: '', responseDigest: null, vendorRequestId: null };
    tool.failures = [{ class: 'config', detail: 'status 403', calls: [{ ...forbidden, status: 403 }] }];
    await poller.runDue();
    const [report] = await worker.report(TENANT);
    expect([report?.breaker, report?.lastError?.outcome]).toEqual(['closed', 'config: status 403']);
  });

  it('is asked by one process at a time', async () => {
    const { newPoller, tool, records, clock, process } = await setting();
    tool.history = Array.from({ length: 20 }, (_, i) => left(`p${i}`));
    const other = process();
    await other.worker.runDue();
    const make = (made?: typeof other) =>
      newPoller(new SharedLeases(records, clock) as unknown as OnlyProcess, made as never);
    await Promise.all([make().runDue(), make(other).runDue()]);
    expect(tool.asked).toHaveLength(10);
  });

  it('of a tool that throws is told to the operator without what it threw', async () => {
    const { poller, tool, worker } = await setting();
    tool.failures = ['throws'];
    await poller.runDue();
    const [report] = await worker.report(TENANT);
    expect(report?.lastError?.outcome).toBe('data: TypeError');
  });

  it('is not asked of tools that cannot say it, nor of those that may not be sent to', async () => {
    const { poller, tool, policies } = await setting({ mail: new TellingTool(), mute: new ScriptedTool() });
    policies.forbidden.add('mail');
    await poller.runDue();
    expect(tool.asked).toEqual([]);
  });

  it('leaves nothing of any person where it remembers how far it has read', async () => {
    const { poller, tool, records } = await setting();
    tool.history = [left('ada@example.org')];
    await poller.runDue();
    expect(JSON.stringify([...records.entries])).not.toContain('ada');
  });
});
