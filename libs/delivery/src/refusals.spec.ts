import type { OppositionList } from '@assent/opposition';
import type { ResolvedSubject } from '@assent/ports';
import { Drifts } from './drifts.service.js';
import { Refusals, type Saying } from './refusals.service.js';
import { subject } from './stand-ins/people.js';
import { KEY, T0, TENANT } from './stand-ins/stores.js';
import { ScriptedTool } from './stand-ins/tools.js';
import { ADA, IN, OUT, world } from './stand-ins/world.js';

const MINUTE = 60_000;
const noop = (): undefined => undefined;
const LIMIT = { code: 'dropped-out' as const, since: T0, eventId: 'p1' };

/** What the list was told, and which purposes stand on it already. */
class List {
  readonly told: { purpose: string; channel: string; source: string; at: number; commandId: unknown }[] = [];
  standing = new Set<string>();
  since = T0;
  standsSince = (_: string, __: readonly string[], { purpose }: { purpose: string }) =>
    Promise.resolve(this.standing.has(purpose) ? this.since : undefined);
  object(
    _: string,
    __: ResolvedSubject,
    { scope, source, at }: { scope: { purpose: string; channel: string }; source: string; at: number },
    { commandId }: { commandId: unknown },
  ) {
    this.told.push({ ...scope, source, at, commandId });
    return Promise.resolve({ events: [{}], revision: 1, subjectId: null });
  }
}

async function setting(
  cells: Parameters<ReturnType<typeof world>['people']['set']>[1] = {},
  tool = new ScriptedTool(),
) {
  const isOut = Object.values(cells).some(({ code }) => code !== 'allowed');
  tool.answers = [{ class: 'done', calls: [], closed: isOut ? ['o1'] : [] }];
  const made = world({ mail: tool });
  const list = new List();
  made.people.set(KEY, cells);
  await made.planner.plan(TENANT, KEY);
  await made.worker.runDue();
  const counted: string[] = [];
  const drifted = (_: string, id: string) => void counted.push(id);
  const policies = made.policies.asPort();
  const drifts = new Drifts(made.planner, made.directory.asPort(), made.log, made.clock, policies, {
    ...{ attempted: noop, heard: noop, refusedAtSend: noop },
    drifted,
  });
  const refusals = new Refusals(
    list as unknown as OppositionList,
    made.deliveries,
    made.planner,
    policies,
    made.clock,
    drifts,
  );
  const active = made.integrations.find(TENANT, 'mail');
  if (active === undefined) throw new Error('no integration');
  const who: ResolvedSubject = {
    ...{ subjectId: null, state: null, version: 0, key: KEY, address: ADA, keys: [KEY] },
  };
  const saying = (more: Partial<Saying> = {}): Saying => ({
    ...{ active, who, at: made.clock.now(), isDated: true, commandId: 'c1' },
    ...more,
  });
  return { ...made, list, refusals, saying, counted };
}
const purposes = ({ told }: List): string[] => told.map(({ purpose }) => purpose);

describe('A refusal at a tool', () => {
  it('is one for every purpose that lives at the target, on the channel of the address', async () => {
    const { refusals, saying, list } = await setting();
    expect(await refusals.refused(saying(), ['n1'], 'integration')).toBe('objected');
    expect(list.told).toMatchObject([
      { purpose: 'newsletter', channel: 'email', source: 'integration', commandId: 'c1 newsletter' },
    ]);
  });

  it.each([
    ['the whole account', '*'],
    ['a target that no purpose is mapped to', ['elsewhere']],
    ['a mapped target and another one', ['n1', 'elsewhere']],
    ['a purpose that the policy does not know', { purposes: ['nothing'] }],
    ['no purpose at all', { purposes: [] }],
  ] as const)('of %s is one of everything', async (_, targets) => {
    const { refusals, saying, list } = await setting();
    await refusals.refused(saying(), targets, 'integration');
    expect(purposes(list)).toEqual(['*']);
  });

  it('that is a complaint is one of everything, whatever was complained about', async () => {
    const { refusals, saying, list } = await setting();
    await refusals.refused(saying(), ['n1'], 'complaint');
    expect(list.told).toMatchObject([{ purpose: '*', source: 'complaint' }]);
  });

  it('that stands already is confirmed, and one of everything only when everything stands', async () => {
    const { refusals, saying, list, policies } = await setting();
    list.standing.add('newsletter').add('*');
    expect(await refusals.refused(saying(), ['n1'], 'integration')).toBe('confirmed');
    expect(await refusals.refused(saying(), '*', 'integration')).toBe('objected');
    for (const { declared } of policies.at().purposes) list.standing.add(declared);
    expect(await refusals.refused(saying(), '*', 'integration')).toBe('confirmed');
    expect(purposes(list)).toEqual(['*']);
  });

  it('that has stood for a day is recorded anew: an opt-in made since, and told later, must not open it', async () => {
    const { refusals, saying, list } = await setting();
    list.standing.add('newsletter');
    const at = list.since + 24 * 60 * MINUTE;
    expect(await refusals.refused(saying({ at: at - 1 }), ['n1'], 'integration')).toBe('confirmed');
    expect(await refusals.refused(saying({ at }), ['n1'], 'integration')).toBe('objected');
    expect(list.told).toMatchObject([{ purpose: 'newsletter', at }]);
  });

  it('that stands may be our own doing, whenever it is told, where we have closed a target and no time is said', async () => {
    const { refusals, saying, list, clock } = await setting({ 'offers/email': LIMIT });
    list.standing.add('newsletter');
    clock.pass(48 * 60 * MINUTE);
    expect(await refusals.refused(saying({ isDated: false }), ['n1'], 'integration')).toBe('confirmed');
    expect(await refusals.refused(saying(), ['n1'], 'integration')).toBe('objected');
    expect(purposes(list)).toEqual(['newsletter']);
  });

  it('is our own echo shortly after we have closed the target for another reason, and a refusal later', async () => {
    const { refusals, saying, list, clock } = await setting({ 'offers/email': LIMIT });
    expect(await refusals.refused(saying(), ['o1'], 'integration')).toBe('confirmed');
    clock.pass(16 * MINUTE);
    expect(await refusals.refused(saying(), ['o1'], 'integration')).toBe('objected');
    expect(purposes(list)).toEqual(['offers']);
  });

  it('of a target that we have not closed is one, however shortly after', async () => {
    const { refusals, saying, list } = await setting({ 'offers/email': LIMIT });
    await refusals.refused(saying(), ['n1'], 'integration');
    expect(purposes(list)).toEqual(['newsletter']);
  });
});

describe('Somebody who is found to be out at a tool', () => {
  it('has refused, when nobody here had them out', async () => {
    const { refusals, saying, list, people } = await setting();
    people.people.clear();
    expect(await refusals.foundOut(saying(), ['n1'])).toBe('objected');
    expect(list.told).toMatchObject([{ purpose: 'newsletter', source: 'integration' }]);
  });

  it('has refused nothing new when we had put them out, however long ago and for whatever reason', async () => {
    const { refusals, saying, list, clock } = await setting({ 'offers/email': LIMIT });
    clock.pass(400 * 24 * 60 * MINUTE);
    expect(await refusals.foundOut(saying(), ['o1'])).toBe('confirmed');
    expect(await refusals.foundOut(saying(), ['n1'])).toBe('objected');
    expect(purposes(list)).toEqual(['newsletter']);
  });

  it('has refused nothing new when the tool was never seen to obey the opt-in that came since', async () => {
    const tool = new ScriptedTool();
    const { refusals, saying, list, people, planner, worker, row } = await setting(
      { 'offers/email': OUT },
      tool,
    );
    people.set(KEY, { 'offers/email': { ...IN, since: T0 + MINUTE } });
    tool.answers = [{ class: 'refused', calls: [] }];
    await planner.plan(TENANT, KEY);
    expect(await refusals.foundOut(saying(), ['o1'])).toBe('confirmed');
    await worker.runDue();
    expect([row().state, await refusals.foundOut(saying(), ['o1'])]).toEqual(['refused', 'confirmed']);
    expect(list.told).toEqual([]);
  });

  it('has refused again when the opt-in was seen there, and is being told once more', async () => {
    const { refusals, saying, clock, planner, integrations, worker, row, list } = await setting({
      'offers/email': IN,
    });
    clock.pass(10_000);
    await worker.runDue();
    const active = integrations.find(TENANT, 'mail');
    if (active !== undefined) await planner.resync(active);
    expect([row().state, row().verifiedAt]).toEqual(['queued', null]);
    expect(await refusals.foundOut(saying(), ['o1'])).toBe('objected');
    expect(purposes(list)).toEqual(['offers']);
  });

  it('has refused nothing new when we had put them out by a click that was undone since', async () => {
    const tool = new ScriptedTool();
    const { refusals, saying, clock, people, planner, worker, row, list } = await setting(
      { 'offers/email': IN },
      tool,
    );
    clock.pass(10_000);
    await worker.runDue();
    tool.answers = [{ class: 'done', calls: [], closed: ['o1'] }];
    people.set(KEY, { 'offers/email': { ...OUT, since: clock.now() } });
    await planner.plan(TENANT, KEY);
    await worker.runDue();
    expect(row().outSince).toEqual({ o1: clock.now() });
    people.set(KEY, { 'offers/email': IN });
    await planner.plan(TENANT, KEY);
    expect(await refusals.foundOut(saying(), ['o1'])).toBe('confirmed');
    expect(list.told).toEqual([]);
  });

  it('has refused again after the opt-in was seen there', async () => {
    const { refusals, saying, clock, worker, row, list } = await setting({ 'offers/email': IN });
    clock.pass(10_000);
    await worker.runDue();
    expect(row().state).toBe('verified');
    expect(await refusals.foundOut(saying(), ['o1'])).toBe('objected');
    expect(purposes(list)).toEqual(['offers']);
  });
});

describe('An opt-in at a tool', () => {
  it('of somebody who is out is drift: counted, with a receipt, and told again', async () => {
    const { refusals, saying, list, counted, row, worker, log } = await setting({ 'offers/email': OUT });
    await worker.runDue();
    expect(await refusals.letIn(saying(), ['o1'])).toBe('drifted');
    expect([counted, row().state, row().lane]).toEqual([['mail'], 'drifted', 'stop']);
    expect((await log.read(`delivery/${TENANT}/mail/${KEY}`)).at(-1)?.fact).toMatchObject({
      ...{ type: 'DeliveryDrifted', outcome: 'looser', detail: 'told by the tool', cause: 'unknown' },
    });
    expect(list.told).toEqual([]);
  });

  it('of somebody erased brings their address back for stopping and erasing, in that order', async () => {
    const { refusals, saying, people, planner, worker, row, directory, clock } = await setting();
    const erased = subject({ erasedAt: T0 });
    people.set(KEY, { 'offers/email': { code: 'erased', since: T0, eventId: 'e1' } }, { subject: erased });
    await planner.plan(TENANT, KEY);
    for (const wait of [5_000, 5_000, 20 * MINUTE, 360 * MINUTE]) {
      await worker.runDue();
      clock.pass(wait);
    }
    await worker.runDue();
    expect([row().state, directory.addresses.has(KEY)]).toEqual(['verified', false]);
    expect(await refusals.letIn(saying(), ['o1'])).toBe('drifted');
    expect([row().state, row().todo, directory.addresses.get(KEY)]).toEqual([
      'drifted',
      ['stop', 'erase'],
      ADA,
    ]);
  });

  it('of somebody who agreed is confirmed; of whoever nobody asked it is noted, and opens nothing', async () => {
    const agreed = await setting({ 'offers/email': IN });
    expect(await agreed.refusals.letIn(agreed.saying(), ['o1'])).toBe('confirmed');
    const unasked = await setting();
    expect(await unasked.refusals.letIn(unasked.saying(), ['o1'])).toBe('noted');
    expect(unasked.row().desired.purposes['offers']?.['email']?.tri).not.toBe('in');
  });
});
