import {
  ADA,
  REFUSED_ALL,
  settingsFor,
  trialOf,
  underTest,
  usesItsWholeContract,
  type Trial,
} from '@assent/integration-kit';
import { connectorContract } from '@assent/ports';
import { FakeSendGrid } from './fake-sendgrid.js';
import { sendgridKind } from './sendgrid.js';

const bench = {
  kind: sendgridKind,
  fake: () => new FakeSendGrid('12', '34', '56'),
  purposes: { newsletter: { group: '12' }, offers: { group: '34' } },
  keepsStops: true,
  delta: 'left',
} as const;
const mixed = { ...bench, role: 'mixed' } as const;
const ALL = { newsletter: 'out', offers: 'out' } as const;

connectorContract('SendGrid, marketing only', underTest(bench));
connectorContract('SendGrid, invoices too', underTest(mixed));

describe('SendGrid', () => {
  let trial: Trial<FakeSendGrid>;
  beforeEach(async () => {
    trial = await trialOf(bench);
    trial.fake.seed(ADA);
  });
  afterEach(() => trial.end());
  const stands = (fake: FakeSendGrid) => ['12', '34', '56'].map((group) => fake.mails(ADA, group));

  it('takes an objection on its global list where nothing but marketing is sent', async () => {
    const { fake, apply } = trial;
    expect((await apply(ALL, REFUSED_ALL)).class).toBe('done');
    expect([stands(fake), fake.sent(ADA)]).toEqual([[false, false, false], false]);
  });

  it('K15 closes group by group when one purpose was opened again, and lifts only its own global stop', async () => {
    const { fake, apply } = trial;
    const but = { newsletter: 'in', offers: 'out' } as const;
    expect((await apply(but, REFUSED_ALL)).class).toBe('done');
    expect(stands(fake)).toEqual([true, false, false]);
    fake.letBackIn(ADA);
    await apply(ALL, REFUSED_ALL);
    expect((await apply(but, REFUSED_ALL)).class).toBe('refused');
    expect((await apply(but, { ...REFUSED_ALL, outSince: { '*': 50 } })).class).toBe('done');
    expect([stands(fake), fake.sent(ADA)]).toEqual([[true, false, false], true]);
  });

  it('never suppresses in a group that is gone: that would stop invoices', async () => {
    const { fake, apply } = trial;
    fake.groups.delete('12');
    expect(await apply({ newsletter: 'out' })).toMatchObject({
      class: 'config',
      detail: 'target 12 does not exist',
    });
    expect([fake.sent(ADA), fake.global.size]).toEqual([true, 0]);
  });

  it('erases contact and recipient data, which take their time, and is believed when the contact is gone', async () => {
    const { fake, erase, look } = trial;
    fake.jobsEndLater = true;
    const owed = { state: { erase: true, objectedToAll: true } };
    expect((await erase(owed)).class).toBe('done');
    expect((await look(ALL, owed)).match).toBe('looser');
    fake.finishJobs();
    expect(await look(ALL, owed)).toMatchObject({ match: 'equal', presence: 'absent' });
  });

  it('is told again when an erasure has forgotten the stop', async () => {
    const { fake, apply, connector, look } = trial;
    await apply(ALL, REFUSED_ALL);
    fake.eraseForgetsSuppressions = true;
    const owed = { state: { erase: true, objectedToAll: true } };
    await trial.erase(owed);
    expect((await look(ALL, owed)).match).toBe('looser');
    expect(connector().capabilities.readBack).toBe('get');
    await apply(ALL, owed);
    expect((await look(ALL, owed)).match).toBe('equal');
  });

  it('does not delete somebody else whose alternate address this is', async () => {
    const { fake, erase } = trial;
    fake.contacts = [{ id: 'c9', email: 'eve@example.net', alternates: [ADA] }];
    expect(await erase()).toMatchObject({ class: 'data', detail: 'alternate address of another contact' });
    expect(fake.contacts).toHaveLength(1);
  });
});

describe('A mixed account at SendGrid', () => {
  it('keeps its invoices through an objection: every mapped group closes, no other, and never the global list', async () => {
    const { fake, apply, look, end } = await trialOf(mixed);
    fake.seed(ADA);
    expect((await apply(ALL, REFUSED_ALL)).class).toBe('done');
    expect(['12', '34', '56'].map((group) => fake.mails(ADA, group))).toEqual([false, false, true]);
    expect(fake.sent(ADA)).toBe(true);
    expect((await look(ALL, REFUSED_ALL)).match).toBe('equal');
    await end();
  });
});

describe('The settings of SendGrid', () => {
  const fake = new FakeSendGrid();
  it.each([
    [{}, []],
    [{ options: { apiKey: '' } }, ['apiKey']],
    [{ options: { subuser: 'a b' } }, ['subuser']],
    [{ purposes: { newsletter: { group: 'news' } } }, ['purposes.newsletter.group']],
  ])('%j: at fault is %j', (more, members) =>
    expect(sendgridKind.check(settingsFor(fake, bench, more)).map(({ member }) => member)).toEqual(members),
  );
});

usesItsWholeContract(bench);
