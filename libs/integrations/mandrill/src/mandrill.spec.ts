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
import { FakeMandrill } from './fake-mandrill.js';
import { mandrillKind } from './mandrill.js';

const bench = {
  kind: mandrillKind,
  fake: (ms: number) => new FakeMandrill({ ms }, 'news', 'offers', 'other'),
  purposes: { newsletter: { subaccount: 'news' }, offers: { subaccount: 'offers' } },
  keepsStops: true,
};
const mixed = { ...bench, role: 'mixed' } as const;
const ALL = { newsletter: 'out', offers: 'out' } as const;
const PHONE = '+33612345678';
const YEAR = 365 * 86_400_000;

connectorContract('Mandrill, marketing only', underTest(bench));
connectorContract('Mandrill, subaccounts for marketing', underTest(mixed));

describe('Mandrill', () => {
  let trial: Trial<FakeMandrill>;
  beforeEach(async () => {
    trial = await trialOf(bench);
  });
  afterEach(() => trial.end());

  it('is told to forget the allowlist first: an allowlisted address makes a reject have no effect', async () => {
    const { fake, apply, operations, look } = trial;
    fake.allowlist.add(ADA).add(`${ADA}.example.net`);
    await apply({ newsletter: 'out' });
    expect(operations().slice(-2)).toEqual(['disallow', 'reject']);
    expect(fake.mails(ADA, 'news')).toBe(false);
    fake.allowlist.add(ADA);
    expect((await look({ newsletter: 'out' })).match).toBe('looser');
    expect((await apply({ newsletter: 'out' })).class).toBe('done');
    expect([fake.mails(ADA, 'news'), [...fake.allowlist]]).toEqual([false, [`${ADA}.example.net`]]);
  });

  it('forgets an unsubscribe of its own after a year: ours is entered beside it, and stays', async () => {
    const { fake, apply, look } = trial;
    fake.note(ADA, 'unsub', 'news');
    expect((await look({ newsletter: 'out' })).match).toBe('stricter');
    expect((await apply({ newsletter: 'out' })).class).toBe('done');
    expect((await look({ newsletter: 'out' })).match).toBe('equal');
    fake.now.ms += YEAR;
    expect(fake.mails(ADA, 'news')).toBe(false);
  });

  it('is never believed to have replaced its own entry: then the read-back says stricter, and ours follows it', async () => {
    const { fake, apply, look } = trial;
    fake.addReplaces = false;
    fake.note(ADA, 'unsub', 'news');
    await apply({ newsletter: 'out' });
    expect((await look({ newsletter: 'out' })).match).toBe('stricter');
    fake.now.ms += YEAR;
    expect((await look({ newsletter: 'out' })).match).toBe('looser');
    await apply({ newsletter: 'out' });
    expect((await look({ newsletter: 'out' })).match).toBe('equal');
  });

  it('keeps a bounce, a complaint and the entries of others through an opt-in', async () => {
    const { fake, apply } = trial;
    for (const reason of ['hard-bounce', 'spam', 'custom'] as const) {
      fake.rows = [];
      fake.note(ADA, reason, 'news');
      expect((await apply({ newsletter: 'in' })).class).toBe('refused');
      expect(fake.mails(ADA, 'news')).toBe(false);
    }
  });

  it('stops a phone number on its own list', async () => {
    const { fake, apply, look } = trial;
    const phone = { address: { kind: 'phone', value: PHONE } } as const;
    expect((await apply({ newsletter: 'out' }, phone)).class).toBe('done');
    expect((await look({ newsletter: 'out' }, phone)).match).toBe('equal');
    expect(fake.mails(PHONE, 'news')).toBe(false);
    expect((await apply({ newsletter: 'in' }, { ...phone, outSince: { news: 50 } })).class).toBe('done');
    expect(fake.mails(PHONE, 'news')).toBe(true);
  });

  it('has nobody to erase: the stop is kept, and said to be', async () => {
    const { fake, apply, erase } = trial;
    await apply(ALL, REFUSED_ALL);
    expect(await erase()).toMatchObject({
      class: 'not-applicable',
      detail: 'no contact store: the stop is kept',
    });
    expect(fake.sent(ADA)).toBe(false);
  });

  it.each([
    [500, 'Invalid_Key', 'config'],
    [500, 'GeneralError', 'retry'],
    [500, 'ValidationError', 'data'],
    [429, 'RequestLimitExceeded', 'retry'],
  ])('that answers %i %s means %s: the name decides, not the status', async (status, name, kind) => {
    trial.fake.fail({ status, body: JSON.stringify({ status: 'error', name, message: ADA }) });
    const outcome = await trial.apply({ newsletter: 'out' });
    expect(outcome.class).toBe(kind);
    expect(JSON.stringify(outcome)).not.toContain(ADA);
  });
});

describe('A mixed account at Mandrill', () => {
  it('keeps its invoices through an objection', async () => {
    const { fake, apply, end } = await trialOf(mixed);
    expect((await apply(ALL, REFUSED_ALL)).class).toBe('done');
    expect(['news', 'offers'].map((name) => fake.mails(ADA, name))).toEqual([false, false]);
    expect(fake.sent(ADA)).toBe(true);
    await end();
  });
});

describe('The settings of Mandrill', () => {
  const fake = new FakeMandrill({ ms: 0 });
  const whole = { purposes: { newsletter: { account: '*' } } };
  it.each([
    [{}, []],
    [whole, []],
    [{ ...whole, role: 'mixed' }, ['role']],
    [{ role: 'mixed' }, []],
    [{ role: 'transactional' }, ['role']],
    [{ options: { apiKey: '' } }, ['apiKey']],
    [{ purposes: { newsletter: { list: 'a' } } }, ['purposes.newsletter']],
  ] as const)('%j: at fault is %j', (more, members) =>
    expect(mandrillKind.check(settingsFor(fake, bench, more)).map(({ member }) => member)).toEqual(members),
  );
});

usesItsWholeContract(bench);
