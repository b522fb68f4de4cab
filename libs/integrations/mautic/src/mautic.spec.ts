import {
  ADA,
  REFUSED_ALL,
  settingsFor,
  trialOf,
  underTest,
  usesItsWholeContract,
  wanted,
  type Trial,
} from '@assent/integration-kit';
import { connectorContract, listingContract } from '@assent/ports';
import { FakeMautic } from './fake-mautic.js';
import { mauticKind } from './mautic.js';

const bench = {
  kind: mauticKind,
  fake: () => new FakeMautic(3, 5, 7),
  purposes: { newsletter: { segment: '3' }, offers: { segment: '5' } },
};
const ALL = { newsletter: 'out', offers: 'out' } as const;

connectorContract('Mautic', underTest(bench));
listingContract('Mautic by segments', underTest(bench), { unsaid: true });

describe('Mautic', () => {
  let trial: Trial<FakeMautic>;
  beforeEach(async () => {
    trial = await trialOf(bench);
    trial.fake.seed(ADA);
  });
  afterEach(() => trial.end());

  it('is told that the person said it: reason 1, which no operator lifts as their own', async () => {
    const { fake, apply } = trial;
    await apply(ALL, REFUSED_ALL);
    expect(fake.of(ADA)[0]?.dnc).toEqual({ email: 1 });
    expect(fake.calls.at(-1)?.body).toMatchObject({ reason: 1 });
  });

  it('treats every contact with the address, and nobody whose address begins alike', async () => {
    const { fake, apply, erase, look } = trial;
    const other = `${ADA}.example.net`;
    fake.seed(other);
    fake.add(ADA);
    fake.letBackIn(ADA);
    await apply(ALL, REFUSED_ALL);
    expect(fake.of(ADA).map(({ dnc }) => dnc['email'])).toEqual([1, 1]);
    expect((await look(ALL, REFUSED_ALL)).match).toBe('equal');
    const [first] = fake.of(ADA);
    if (first) first.dnc = {};
    expect((await look(ALL, REFUSED_ALL)).match).toBe('looser');
    await erase();
    expect([fake.holds(ADA), fake.mails(other, '3')]).toEqual([false, true]);
  });

  it('makes a tombstone in two calls: a stop inside the creation was dropped by older versions', async () => {
    const { fake, apply, operations } = trial;
    fake.contacts = [];
    await apply(ALL, { ...REFUSED_ALL, unknown: 'tombstone' });
    expect(operations().slice(-2)).toEqual(['create', 'stop']);
    expect(fake.of(ADA)[0]?.dnc).toEqual({ email: 1 });
  });

  it('stored reason 0 as contactable: read as no stop', async () => {
    const [contact] = trial.fake.of(ADA);
    if (contact) contact.dnc = { email: 0 };
    expect((await trial.look(ALL, REFUSED_ALL)).match).toBe('looser');
  });

  it('keeps a bounce through an opt-in', async () => {
    const [contact] = trial.fake.of(ADA);
    if (contact) contact.dnc = { email: 2 };
    expect((await trial.apply({ newsletter: 'in' }, { outSince: { '*': 50 } })).class).toBe('refused');
  });

  it('is lifted for a newer opt-in to one segment, the others having been left', async () => {
    const { fake, apply } = trial;
    await apply(ALL, REFUSED_ALL);
    expect((await apply({ newsletter: 'in', offers: 'out' }, { outSince: { '*': 50 } })).class).toBe('done');
    expect(['3', '5', '7'].map((segment) => fake.mails(ADA, segment))).toEqual([true, false, false]);
  });

  it('is asked for the contact that a webhook names: whose it is, and whether it was a refusal', async () => {
    const { fake, connector } = trial;
    const { id, dnc } = fake.of(ADA)[0] ?? fake.add(ADA);
    const who = { kind: 'email', value: ADA };
    const asked = () => connector().contact?.(String(id), wanted({}).sentAt);
    expect(await asked()).toEqual({ who, out: [] });
    dnc['email'] = 1;
    expect(await asked()).toEqual({ who, out: '*' });
    dnc['email'] = 2;
    expect(await asked()).toEqual({ who, out: [] });
    expect(await connector().contact?.('4711', 0)).toBe('absent');
    fake.fail({ status: 503 });
    expect(await asked()).toBe('unread');
  });

  it('closes the channel where a purpose is mapped to it', async () => {
    const { fake, connector, apply } = trial;
    const purposes = { newsletter: { channel: 'email' } };
    const outcome = await connector({ purposes }).apply(wanted({ newsletter: 'out' }));
    expect(outcome).toMatchObject({ class: 'done', closed: ['*'] });
    expect(fake.of(ADA)[0]?.dnc).toEqual({ email: 1 });
    const opened = wanted({ newsletter: 'in' }, { outSince: { '*': 50 } });
    expect((await connector({ purposes }).apply(opened)).class).toBe('done');
    expect(fake.mails(ADA, 'email')).toBe(true);
    expect((await apply({ newsletter: 'untouched' })).class).toBe('not-applicable');
  });
});

describe('The settings of Mautic', () => {
  const fake = new FakeMautic();
  it.each([
    [{}, []],
    [{ options: { baseUrl: 'mautic' } }, ['baseUrl', 'baseUrl']],
    [{ options: { username: '', password: '' } }, ['username', 'password']],
    [{ purposes: { newsletter: { channel: 'email' } } }, []],
    [{ purposes: { newsletter: { channel: 'fax' } } }, ['purposes.newsletter.channel']],
  ])('%j: at fault is %j', (more, members) =>
    expect(mauticKind.check(settingsFor(fake, bench, more)).map(({ member }) => member)).toEqual(members),
  );
});

usesItsWholeContract(bench);
