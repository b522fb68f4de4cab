import { ImportedConsents, type ImportedConsent } from './imported-consents.service.js';
import type { ConsentEvent } from './consents.service.js';
import { NOON, policies, TENANT, world } from './world-spec.js';

const HOUR = 3_600_000;
const notice = { id: 'offers', version: 2, digest: 'n' };
const one: ImportedConsent = {
  at: NOON - 2 * HOUR,
  purpose: 'offers',
  channel: 'email',
  notice,
  confirmedAt: null,
};
const by = { actor: 'key:1', causedBy: 'imp_1' };
const form = {
  subject: { email: 'ada@example.org' },
  purpose: 'offers',
  channels: ['email'],
  notice: 'offers@2',
};

function imports() {
  const all = world();
  const id = 'sub_1';
  all.subjects.add(id, ['ada@example.org']);
  const imported = new ImportedConsents(all.log, all.consents, policies, all.clock);
  const person = async () => {
    const who = await all.subjects.resolve(TENANT, { id });
    if ('malformed' in who) throw new Error('nobody');
    return who;
  };
  const seal = () =>
    Promise.resolve({ id: 'ev_1', digest: 'd', method: 'import', confirmedAt: null } as const);
  const give = async (more: Partial<ImportedConsent> = {}) =>
    imported.give(TENANT, id, await person(), { ...one, ...more }, seal, by);
  const foresee = async (more: Partial<ImportedConsent> = {}) =>
    imported.foresee(TENANT, id, await person(), { ...one, ...more });
  const types = async () => (await all.facts(id)).map(({ type }) => type);
  const takeBack = async (dryRun = false) => {
    const events = await all.consents.history(TENANT, id);
    const mine = events.filter(({ causedBy }) => causedBy === 'imp_1');
    return Promise.all(mine.map((event: ConsentEvent) => imported.takeBack(TENANT, event, by, dryRun)));
  };
  return { ...all, give, foresee, types, takeBack };
}

describe('A consent that a file tells', () => {
  it('is given once, as foreseen, by the evidence of the file', async () => {
    const { give, foresee, facts } = imports();
    expect([await foresee(), await give(), await foresee(), await give()]).toEqual([
      'given',
      'given',
      'known',
      'known',
    ]);
    expect(await facts('sub_1')).toMatchObject([
      { type: 'ConsentGiven', evidence: { method: 'import' }, restores: null },
    ]);
  });

  it('prolongs none that is in force, but brings the second step that it lacked', async () => {
    const { give, types, post } = imports();
    await post({
      ...form,
      decision: 'given',
      evidence: { method: 'form' },
      occurredAt: new Date(NOON - 9 * HOUR).toISOString(),
    });
    expect(await give()).toBe('known');
    expect(await types()).toHaveLength(1);
    expect(await give({ confirmedAt: NOON - HOUR })).toBe('given');
    expect(await give({ at: NOON - HOUR, confirmedAt: NOON - HOUR })).toBe('known');
  });

  it('is history, told once, where the person refused or withdrew, however new it says it is (K15)', async () => {
    const refused = imports();
    await refused.objected('ada@example.org', NOON - 3 * HOUR);
    const withdrew = imports();
    await withdrew.post({
      ...form,
      notice: undefined,
      decision: 'withdrawn',
      occurredAt: new Date(NOON - 3 * HOUR).toISOString(),
    });
    for (const { foresee, give, types } of [refused, withdrew]) {
      const before = (await types()).length;
      expect([await foresee(), await give(), await give(), await give({ confirmedAt: NOON })]).toEqual([
        ...['stopped', 'stopped', 'stopped', 'stopped'],
      ]);
      expect((await types()).slice(before)).toEqual(['ConsentNoted']);
    }
  });

  it('ends when it is taken back, once, and a right file may tell it anew with a newer date only', async () => {
    const { give, takeBack, facts, clock } = imports();
    await give();
    expect(await takeBack(true)).toEqual([true]);
    expect(await facts('sub_1')).toHaveLength(1);
    expect([await takeBack(), (await takeBack()).includes(true)]).toEqual([[true], false]);
    expect((await facts('sub_1')).at(-1)).toMatchObject({
      ...{ type: 'ConsentEnded', at: NOON, scope: { purpose: 'offers', channel: 'email' } },
    });
    clock.set(NOON + 2 * HOUR);
    expect([await give({ at: NOON - HOUR }), await give({ at: NOON + HOUR })]).toEqual(['stopped', 'given']);
  });

  it('that the person has given anew since is left alone', async () => {
    const { give, takeBack, post } = imports();
    await give();
    await post({
      ...form,
      decision: 'given',
      evidence: { method: 'form' },
      occurredAt: new Date(NOON - HOUR).toISOString(),
    });
    expect(await takeBack()).toEqual([false]);
  });
});
