import { Logger } from '@nestjs/common';
import { comparing, listed, ListingTool, OF, stopped } from './stand-ins/comparing.js';
import { objections, subject } from './stand-ins/people.js';
import { HOUR, KEY, MINUTE, SECOND, T0, TENANT } from './stand-ins/stores.js';
import { ALL_KINDS, ScriptedTool, seen } from './stand-ins/tools.js';
import { ADA, IN, OUT } from './stand-ins/world.js';

Logger.overrideLogger(false);
const DAY = 24 * HOUR;
const OTHER = 'f'.repeat(32);
const BOB = 'bob@example.org';

describe('The comparison of a tool that lists whom it mails', () => {
  it('reads nobody back who is not listed, and records nothing but its summary', async () => {
    const { tool, pass, latest, receipts } = await stopped(new ListingTool());
    tool.contacts = [listed('eve@example.org'), listed('zoe@example.org'), listed('max@example.org')];
    const before = await receipts();
    await pass(DAY);
    expect([tool.lookedAt.length, tool.asked]).toEqual([0, 2]);
    expect(await latest()).toMatchObject({
      ...{ compared: 1, total: 1, listed: 3, complete: true },
      ...{ looser: 0, stricter: 0, reappeared: 0, failed: 0, finishedAt: expect.any(Number) as number },
    });
    expect(await receipts()).toEqual(before);
  });

  it('finds whoever is out and mailed: read back, an incident with a receipt, told again until seen to obey', async () => {
    const { tool, pass, latest, receipts, row, log, audits } = await stopped(new ListingTool());
    tool.contacts = [listed(ADA.value)];
    tool.observations = [seen('looser')];
    const told = tool.told.length;
    await pass(DAY);
    expect([row().state, tool.told.length]).toEqual(['drifted', told + 1]);
    tool.contacts = [];
    await pass(5 * SECOND);
    expect(row().state).toBe('verified');
    expect((await receipts()).slice(-4)).toEqual([
      ...['Drifted 1 looser', 'Sent 1 sent', 'Accepted 1 done', 'Verified 1 verified'],
    ]);
    const events = await log.read(`delivery/${TENANT}/mail/${KEY}`);
    expect(events.at(-4)).toMatchObject({
      causedBy: 'o1',
      fact: { detail: 'found by audit', observed: 'looser', cause: 'unknown' },
    });
    const { id, looser } = await latest();
    expect(looser).toBe(1);
    expect(await audits.findings(OF, id)).toMatchObject([
      { addressKey: KEY, kind: 'looser', observed: 'looser' },
    ]);
    await pass(DAY);
    expect([tool.told.length, (await latest()).looser]).toEqual([told + 1, 0]);
  });

  it('does not believe a listing that a read-back denies', async () => {
    const { tool, pass, latest, receipts } = await stopped(new ListingTool());
    tool.contacts = [listed(ADA.value)];
    const before = await receipts();
    await pass(DAY);
    expect([tool.lookedAt.length, (await latest()).looser, await receipts()]).toEqual([1, 0, before]);
  });

  it('leaves alone whoever is being told already', async () => {
    const { tool, pass, people, planner, latest, clock, row } = await stopped(new ListingTool());
    tool.contacts = [listed(ADA.value)];
    tool.answers = Array.from({ length: 9 }, () => ({
      class: 'retry' as const,
      calls: [],
      retryAfterMs: HOUR,
    }));
    people.set(KEY, { 'offers/email': { ...OUT, since: T0 + 1 } });
    await planner.plan(TENANT, KEY);
    await pass(DAY);
    expect([tool.lookedAt.length, (await latest()).looser]).toEqual([0, 0]);
    expect(row().dueAt).toBeGreaterThan(clock.rule);
  });

  it('stops whoever refused long before the tool was added, by the address that the tool itself names', async () => {
    const made = await stopped(new ListingTool());
    const { tool, keys, entries, people, directory, pass, row, latest, deliveries } = made;
    keys.set(BOB, OTHER);
    entries.set(OTHER, objections({}));
    people.set(OTHER, { 'offers/email': OUT }, { subjectId: null, addresses: [] });
    tool.contacts = [listed(BOB), listed('eve@example.org')];
    await pass(DAY);
    expect(directory.addresses.get(OTHER)).toEqual({ kind: 'email', value: BOB });
    expect(tool.told.at(-1)).toMatchObject({ addressKey: OTHER, address: { value: BOB } });
    expect([row('mail', OTHER).lane, (await latest()).looser]).toEqual(['verify', 1]);
    expect([...deliveries.rows.keys()]).toHaveLength(2);
  });

  it('finds whoever was erased and is there again: stopped, then erased again, the address gone after it', async () => {
    const made = await stopped(new ListingTool());
    const { tool, people, planner, directory, pass, row, receipts, latest } = made;
    const erased = subject({ erasedAt: T0 });
    people.set(KEY, { 'offers/email': { code: 'erased', since: T0, eventId: 'e1' } }, { subject: erased });
    await planner.plan(TENANT, KEY);
    for (const wait of [0, 5 * SECOND, 20 * MINUTE, 7 * HOUR]) await pass(wait);
    expect([row().state, directory.addresses.has(KEY)]).toEqual(['verified', false]);
    tool.contacts = [{ ...listed(ADA.value, []), cause: 'import' }];
    tool.observations = [seen('looser')];
    const [told, gone] = [tool.told.length, tool.erased.length];
    await pass(DAY);
    expect([tool.told.length - told, tool.erased.length - gone, row().state]).toEqual([1, 0, 'drifted']);
    tool.contacts = [];
    for (const wait of [5 * SECOND, 20 * MINUTE, 7 * HOUR]) await pass(wait);
    expect([tool.erased.length - gone, row().state, directory.addresses.has(KEY)]).toEqual([
      1,
      'verified',
      false,
    ]);
    expect(await receipts()).toContain('Drifted 2 reappeared');
    expect((await latest()).reappeared).toBe(1);
  });

  it('asks for a page again that may be read later, and tries sooner where the listing could not be read', async () => {
    const { tool, pass, latest } = await stopped(new ListingTool());
    tool.contacts = [listed(ADA.value)];
    tool.failures = [{ class: 'retry' }, { class: 'retry' }];
    await pass(DAY);
    expect(await latest()).toMatchObject({ complete: true, failed: 0, listed: 1 });
    tool.failures = [{ class: 'config', detail: 'API Key Invalid' }];
    await pass(DAY);
    const { id } = await latest();
    expect(await latest()).toMatchObject({ complete: false, failed: 1, compared: 0 });
    await pass(HOUR);
    expect((await latest()).id).not.toBe(id);
    expect(await latest()).toMatchObject({ complete: true, failed: 0 });
  });
});

describe('A comparison that meets a fault', () => {
  it('ends incomplete, and is made anew within the hour', async () => {
    const { tool, directory, pass, latest } = await stopped(new ListingTool());
    tool.contacts = [listed('eve@example.org')];
    directory.owner = () => Promise.reject(new TypeError('eve@example.org'));
    await pass(DAY);
    expect(await latest()).toMatchObject({
      complete: false,
      failed: 1,
      finishedAt: expect.any(Number) as number,
    });
    const { id } = await latest();
    await pass(HOUR);
    expect((await latest()).id).not.toBe(id);
  });
});

describe('The comparison of a tool that lists nobody', () => {
  it('reads back everybody who is out, and a sample of those who may be mailed', async () => {
    const { tool, people, planner, directory, keys, settle, pass, latest } = await stopped(
      new ScriptedTool(),
    );
    keys.set(BOB, OTHER);
    directory.addresses.set(OTHER, { kind: 'email', value: BOB });
    people.set(OTHER, { 'newsletter/email': IN }, { subjectId: 'sub_2' });
    await planner.plan(TENANT, OTHER);
    await settle();
    await pass(5 * SECOND);
    tool.lookedAt.length = 0;
    await pass(DAY);
    expect(tool.lookedAt.map(({ addressKey }) => addressKey).sort()).toEqual([KEY, OTHER].sort());
    expect(await latest()).toMatchObject({ compared: 2, total: 2, listed: 0, complete: true });
  });

  it('takes up a refusal there that nobody knew of, and one that is our own for none', async () => {
    const { tool, people, planner, pass, refused, audits } = comparing(new ScriptedTool());
    people.set(KEY, { 'newsletter/email': IN });
    await planner.plan(TENANT, KEY);
    for (const wait of [0, 5 * SECOND, HOUR]) await pass(wait);
    tool.observations = [{ ...seen('stricter'), out: ['n1'] }];
    await pass(DAY);
    expect(refused).toEqual([{ purpose: 'newsletter', key: KEY }]);
    expect(await audits.latest(OF)).toMatchObject({ stricter: 1, looser: 0 });
    tool.observations = [{ ...seen('stricter'), out: ['n9'] }];
    await pass(DAY);
    expect(refused).toHaveLength(1);
  });

  it('goes on with the tool that cannot be read an hour later, and calls nobody looser for it', async () => {
    const { tool, pass, latest } = await stopped(new ScriptedTool());
    tool.observations = [seen('unknown')];
    await pass(DAY);
    expect(await latest()).toMatchObject({ failed: 1, looser: 0, finishedAt: expect.any(Number) as number });
  });

  it('compares nothing where nothing can be read', async () => {
    const made = comparing(new ScriptedTool({ ...ALL_KINDS, readBack: 'none' }));
    made.people.set(KEY, { 'offers/email': OUT });
    await made.planner.plan(TENANT, KEY);
    await made.pass(0);
    await made.pass(DAY);
    await made.pass(DAY);
    expect(await made.audits.latest(OF)).toMatchObject({ compared: 0, total: 0, complete: true });
  });

  it('is taken over by another process where it was left, under the same name', async () => {
    const { tool, audits, comparingProcess, settle, latest, clock, active } = await stopped(
      new ScriptedTool(),
    );
    const { audit } = await audits.begin(active);
    await audits.stop();
    expect((await latest()).finishedAt).toBeNull();
    clock.actual += 2 * MINUTE;
    const other = comparingProcess();
    await settle(other);
    expect(await latest()).toMatchObject({
      id: audit.id,
      compared: 1,
      finishedAt: expect.any(Number) as number,
    });
    expect(tool.lookedAt).toHaveLength(1);
  });
});
