import {
  ADA,
  REFUSED_ALL,
  trialOf,
  underTest,
  usesItsWholeContract,
  type Trial,
} from '@assent/integration-kit';
import { connectorContract } from '@assent/ports';
import { FakeIntercom } from './fake-intercom.js';
import { intercomKind } from './intercom.js';

const type = (consent_type: string, state = 'live') => ({ consent_type, state });
const bench = {
  kind: intercomKind,
  fake: () =>
    new FakeIntercom({
      101: type('opt_out'),
      202: type('opt_in'),
      303: type('opt_out'),
      404: type('opt_out', 'draft'),
    }),
  purposes: { newsletter: { type: '101' }, offers: { type: '202' } },
};
const ALL = { newsletter: 'out', offers: 'out' } as const;

connectorContract('Intercom', underTest(bench));
connectorContract(
  'Intercom, invoices too, types of opt-in',
  underTest({ ...bench, role: 'mixed', purposes: { newsletter: { type: '202' }, offers: { type: '303' } } }),
);

describe('Intercom', () => {
  let trial: Trial<FakeIntercom>;
  beforeEach(async () => {
    trial = await trialOf(bench);
    trial.fake.seed(ADA);
  });
  afterEach(() => trial.end());

  it('stops a type of opt-out by choosing it, a type of opt-in by taking the choice back', async () => {
    const { apply, operations } = trial;
    await apply({ newsletter: 'out' });
    expect(operations().slice(-1)).toEqual(['choose']);
    await apply({ offers: 'out' });
    expect(operations().slice(-1)).toEqual(['unchoose']);
  });

  it.each(['draft', 'archived'])('refuses to act on a type that is %s', async (state) => {
    trial.fake.types[101] = type('opt_out', state);
    expect(await trial.apply({ newsletter: 'out' })).toMatchObject({ class: 'config' });
  });

  it('refuses to act on a type whose silence nobody knows: the same call might subscribe', async () => {
    trial.fake.types[101] = type('double_opt_in');
    expect(await trial.apply({ newsletter: 'out' })).toMatchObject({ class: 'config' });
    expect(trial.fake.effects).toBe(0);
  });

  it('treats every contact that has the address, also on later pages of the search', async () => {
    const { fake, apply, erase, look } = trial;
    for (let n = 0; n < 3; n++) fake.duplicate(ADA);
    expect((await look({ newsletter: 'out' })).match).toBe('looser');
    await apply({ newsletter: 'out' });
    expect(fake.mails(ADA, '101')).toBe(false);
    await apply(ALL, REFUSED_ALL);
    expect(fake.of(ADA).every((one) => one.unsubscribed_from_emails)).toBe(true);
    await erase();
    expect(fake.holds(ADA)).toBe(false);
  });

  it('follows a contact that was merged while the search still shows it', async () => {
    const { fake, apply } = trial;
    const [first] = fake.of(ADA);
    const into = fake.duplicate(ADA);
    fake.fail({
      ...{ operation: 'contact', times: 1, status: 410, body: '{"type":"error.list"}' },
      headers: { link: `<https://api.intercom.io/contacts/${into.id}>; rel="canonical"` },
    });
    expect((await apply({ newsletter: 'out' })).class).toBe('done');
    expect(into.choices[101]).toBe(true);
    expect(first?.choices[101]).toBeUndefined();
  });

  it('may not show a contact that was made a minute ago: told again, never made twice', async () => {
    const { fake, apply } = trial;
    fake.contacts = [];
    fake.searchLags = true;
    const tombstone = { unknown: 'tombstone' } as const;
    expect((await apply({ newsletter: 'out' }, tombstone)).class).toBe('done');
    expect(await apply({ newsletter: 'out' }, tombstone)).toMatchObject({ class: 'retry' });
    fake.index();
    expect((await apply({ newsletter: 'out' }, tombstone)).class).toBe('done');
    expect(fake.contacts).toHaveLength(1);
  });

  it.each(['marked_email_as_spam', 'has_hard_bounced'] as const)('never overrules %s', async (flag) => {
    const { fake, apply, look } = trial;
    await apply({ newsletter: 'out' });
    for (const one of fake.of(ADA)) one[flag] = true;
    expect((await apply({ newsletter: 'in' })).class).toBe('refused');
    fake.letBackIn(ADA);
    expect((await look({ newsletter: 'out' })).match).toBe('stricter');
  });

  it('keeps its request id in the receipt, wherever it stands', async () => {
    trial.fake.fail({ status: 422, headers: { 'x-request-id': '' } });
    const { calls, detail } = await trial.apply({ newsletter: 'out' });
    expect([calls[0]?.vendorRequestId, detail]).toEqual(['fake1', 'fault']);
  });
});

describe('A mixed account at Intercom', () => {
  it('closes every type, and leaves messages of no type alone', async () => {
    const { fake, apply, end } = await trialOf({ ...bench, role: 'mixed' });
    fake.seed(ADA);
    expect((await apply(ALL, REFUSED_ALL)).class).toBe('done');
    expect(['101', '202', '303'].map((one) => fake.mails(ADA, one))).toEqual([false, false, false]);
    expect(fake.sent(ADA)).toBe(true);
    await end();
  });
});

usesItsWholeContract(bench);
