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
import { customerioKind } from './customerio.js';
import { FakeCustomerIo } from './fake-customerio.js';

const TOPICS = ['topic_1', 'topic_2', 'topic_3'];
const bench = {
  kind: customerioKind,
  fake: () => new FakeCustomerIo(TOPICS),
  purposes: { newsletter: { topic: 'topic_1' }, offers: { topic: 'topic_2' } },
};
const mixed = { ...bench, role: 'mixed' } as const;
const ALL = { newsletter: 'out', offers: 'out' } as const;

connectorContract('Customer.io', underTest(bench));
connectorContract('Customer.io, invoices too', underTest(mixed));

describe('Customer.io', () => {
  let trial: Trial<FakeCustomerIo>;
  beforeEach(async () => {
    trial = await trialOf(bench);
    trial.fake.seed(ADA);
  });
  afterEach(() => trial.end());

  it('is told of one topic by its path: as an object it would replace the others', async () => {
    const { fake, apply } = trial;
    await apply({ newsletter: 'out' });
    expect(fake.calls.at(-1)?.body).toEqual({
      'cio_subscription_preferences.topics.topic_1': false,
      _update: true,
    });
    expect(fake.of(ADA)[0]?.topics).toEqual({ topic_1: false, topic_2: true, topic_3: true });
  });

  it('creates nobody by a stop: only a tombstone is meant to', async () => {
    const { fake, apply } = trial;
    fake.people = [];
    await apply(ALL, REFUSED_ALL);
    expect(fake.people).toEqual([]);
    await apply(ALL, { ...REFUSED_ALL, unknown: 'tombstone' });
    expect(fake.people).toMatchObject([{ email: ADA, unsubscribed: true }]);
  });

  it('mails whoever chose nothing: silence is no stop', async () => {
    const { fake, apply, look } = trial;
    for (const person of fake.of(ADA)) person.topics = {};
    expect((await look({ newsletter: 'out' })).match).toBe('looser');
    await apply({ newsletter: 'out' });
    expect(fake.of(ADA)[0]?.topics).toEqual({ topic_1: false });
  });

  it('treats every person with the address', async () => {
    const { fake, apply, erase } = trial;
    fake.add(ADA);
    fake.letBackIn(ADA);
    await apply({ newsletter: 'out' });
    expect(fake.mails(ADA, 'topic_1')).toBe(false);
    await apply(ALL, REFUSED_ALL);
    expect(fake.sent(ADA)).toBe(false);
    await erase();
    expect(fake.holds(ADA)).toBe(false);
  });

  it.each([
    [true, 'equal'],
    ['True', 'equal'],
    ['1', 'equal'],
    [1, 'equal'],
    ['yes', 'looser'],
    [false, 'looser'],
  ])('reads unsubscribed %j as %s', async (value, match) => {
    for (const person of trial.fake.of(ADA)) person.unsubscribed = value;
    expect((await trial.look(ALL, REFUSED_ALL)).match).toBe(match);
  });

  it('ignores calls on whoever was erased, with 200: the read-back does not believe them', async () => {
    const { apply, erase, fake, look } = trial;
    await erase();
    expect((await apply({ newsletter: 'in' })).class).toBe('done');
    expect([fake.holds(ADA), (await look({ newsletter: 'in' })).match]).toEqual([false, 'stricter']);
  });

  it('is refused when the account is of another region: it would pass through another continent', async () => {
    expect(await trial.connector({ options: { region: 'eu' } }).probe()).toMatchObject({
      ...{ class: 'config', detail: 'another region' },
    });
  });

  it('needs both keys: one writes, the other reads', async () => {
    expect((await trial.connector({ options: { trackKey: 'wrong' } }).probe()).class).toBe('config');
    expect((await trial.connector({ options: { appKey: 'wrong' } }).probe()).class).toBe('config');
  });
});

describe('A mixed account at Customer.io', () => {
  it('closes topic by topic: unsubscribed says all messages', async () => {
    const { fake, apply, look, end } = await trialOf(mixed);
    fake.seed(ADA);
    await apply(ALL, REFUSED_ALL);
    expect(TOPICS.map((topic) => fake.mails(ADA, topic))).toEqual([false, false, false]);
    expect([fake.sent(ADA), (await look(ALL, REFUSED_ALL)).match]).toEqual([true, 'equal']);
    await end();
  });
});

describe('The settings of Customer.io', () => {
  const fake = new FakeCustomerIo([]);
  it.each([
    [{}, []],
    [{ options: { siteId: '', trackKey: '', appKey: '' } }, ['siteId', 'trackKey', 'appKey']],
    [{ options: { region: 'fr' } }, ['region']],
    [{ options: { appUrl: 'nowhere' } }, ['appUrl']],
    [{ purposes: { newsletter: { topic: '1' } } }, ['purposes.newsletter.topic']],
  ])('%j: at fault is %j', (more, members) =>
    expect(customerioKind.check(settingsFor(fake, bench, more)).map(({ member }) => member)).toEqual(members),
  );
});

usesItsWholeContract(bench);
