import {
  ADA,
  REFUSED_ALL,
  trialOf,
  underTest,
  usesItsWholeContract,
  type Trial,
} from '@assent/integration-kit';
import { connectorContract } from '@assent/ports';
import { FakeKlaviyo } from './fake-klaviyo.js';
import { klaviyoKind } from './klaviyo.js';

const bench = {
  kind: klaviyoKind,
  fake: () => new FakeKlaviyo('News1', 'Offer2', 'Other3'),
  purposes: { newsletter: { list: 'News1' }, offers: { list: 'Offer2' } },
  delta: 'left',
} as const;
const ALL = { newsletter: 'out', offers: 'out' } as const;

connectorContract('Klaviyo', underTest(bench));

describe('Klaviyo', () => {
  let trial: Trial<FakeKlaviyo>;
  beforeEach(async () => {
    trial = await trialOf(bench);
    trial.fake.seed(ADA);
  });
  afterEach(() => trial.end());

  it('is never told of a list that the person is not in: that would unsubscribe them from everything', async () => {
    const { fake, apply, operations } = trial;
    const profile = fake.profile(ADA);
    if (profile) profile.lists = ['Offer2'];
    expect((await apply({ newsletter: 'out' })).class).toBe('done');
    expect(operations()).not.toContain('unsubscribe');
    expect([fake.mails(ADA, 'Offer2'), profile?.consent]).toEqual([true, 'SUBSCRIBED']);
  });

  it('accepts a job and does it later: believed only when the profile shows it', async () => {
    const { fake, apply, look } = trial;
    fake.jobsEndLater = true;
    expect((await apply({ newsletter: 'out' })).class).toBe('done');
    expect((await look({ newsletter: 'out' })).match).toBe('looser');
    fake.finishJobs();
    expect((await look({ newsletter: 'out' })).match).toBe('equal');
  });

  it('is stopped when the profile can receive nothing and does not say subscribed', async () => {
    const { fake, apply, look, operations } = trial;
    await apply(ALL, REFUSED_ALL);
    expect(operations().slice(-2)).toEqual(['unsubscribe', 'suppress']);
    const profile = fake.profile(ADA);
    expect((await look(ALL, REFUSED_ALL)).match).toBe('equal');
    if (profile) profile.consent = 'SUBSCRIBED';
    expect((await look(ALL, REFUSED_ALL)).match).toBe('looser');
  });

  it.each(['SPAM_COMPLAINT', 'SPAM_REPORT', 'HARD_BOUNCE'])('keeps %s through an opt-in', async (reason) => {
    const { fake, apply } = trial;
    await apply({ newsletter: 'out' });
    fake.profile(ADA)?.suppressions.push(reason);
    expect((await apply({ newsletter: 'in' })).class).toBe('refused');
    expect(fake.mails(ADA, 'News1')).toBe(false);
  });

  it('closes every other list before one is opened again: the opt-in lifts all suppressions', async () => {
    const { fake, apply } = trial;
    await apply(ALL, REFUSED_ALL);
    const told = { outSince: { '*': 50 } };
    expect((await apply({ newsletter: 'in', offers: 'out' }, told)).class).toBe('done');
    expect(['News1', 'Offer2', 'Other3'].map((list) => fake.mails(ADA, list))).toEqual([true, false, false]);
  });

  it.each([true, false])(
    'keeps an unknown address unmailed, whether or not a job creates it: %s',
    async (creates) => {
      const { fake, apply, look } = trial;
      fake.profiles = [];
      fake.jobsCreate = creates;
      expect((await apply({ newsletter: 'out' }, { unknown: 'tombstone' })).class).toBe('done');
      expect((await look({ newsletter: 'out' }, { unknown: 'tombstone' })).match).toBe('equal');
    },
  );

  it('is erased when the profile is gone, not when the job was accepted', async () => {
    const { fake, erase, look } = trial;
    fake.jobsEndLater = true;
    expect((await erase()).class).toBe('done');
    expect((await look({}, { state: { erase: true } })).match).toBe('looser');
    fake.finishJobs();
    expect((await look({}, { state: { erase: true } })).match).toBe('equal');
  });

  it('is asked for an address with a quote in it, and for nobody else', async () => {
    const address = { kind: 'email', value: '"ada\\" lovelace"@example.org' } as const;
    trial.fake.seed(address.value);
    expect((await trial.apply({ newsletter: 'out' }, { address })).class).toBe('done');
    expect(trial.fake.mails(address.value, 'News1')).toBe(false);
  });
});

describe('A mixed account at Klaviyo', () => {
  it('is unsubscribed and not suppressed: whether a suppression spares invoices is not verified', async () => {
    const { fake, apply, operations, look, end } = await trialOf({ ...bench, role: 'mixed' });
    fake.seed(ADA);
    await apply(ALL, REFUSED_ALL);
    expect(operations()).not.toContain('suppress');
    expect(fake.profile(ADA)?.suppressions).toEqual(['UNSUBSCRIBE']);
    expect((await look(ALL, REFUSED_ALL)).match).toBe('equal');
    await end();
  });
});

usesItsWholeContract(bench);
