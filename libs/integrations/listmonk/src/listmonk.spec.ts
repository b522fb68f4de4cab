import {
  ADA,
  REFUSED_ALL,
  settingsFor,
  trialOf,
  underTest,
  usesItsWholeContract,
  type Trial,
} from '@assent/integration-kit';
import { connectorContract, listingContract } from '@assent/ports';
import { FakeListmonk } from './fake-listmonk.js';
import { listmonkKind } from './listmonk.js';

const bench = {
  kind: listmonkKind,
  fake: () => new FakeListmonk(3, 5, 7),
  purposes: { newsletter: { list: '3' }, offers: { list: '5' } },
  role: 'mixed',
  delta: 'left',
} as const;
const ALL = { newsletter: 'out', offers: 'out' } as const;

connectorContract('listmonk', underTest(bench));
listingContract('listmonk', underTest(bench));

describe('listmonk', () => {
  let trial: Trial<FakeListmonk>;
  beforeEach(async () => {
    trial = await trialOf(bench);
    trial.fake.seed(ADA);
  });
  afterEach(() => trial.end());

  it('keeps the membership as unsubscribed: taking it away would forget the opt-out', async () => {
    const { fake, apply } = trial;
    await apply({ newsletter: 'out' });
    expect(fake.of(ADA)?.lists).toEqual({ 3: 'unsubscribed', 5: 'confirmed', 7: 'confirmed' });
  });

  it.each(["x'--@example.org", "' or '1'='1@example.org"])(
    'takes %s for an address and not for SQL',
    async (value) => {
      const { fake, apply } = trial;
      fake.seed(value);
      await apply(ALL, { ...REFUSED_ALL, address: { kind: 'email', value } });
      expect([fake.mails(value, '3'), fake.mails(ADA, '3')]).toEqual([false, true]);
    },
  );

  it('is never asked for an address that cannot be quoted', async () => {
    const address = { kind: 'email', value: "a\\'b@example.org" } as const;
    expect(await trial.apply({ newsletter: 'out' }, { address })).toMatchObject({ class: 'data' });
    expect(trial.operations()).toEqual([]);
  });

  it('answers true without having done anything: the read-back does not believe it', async () => {
    const { fake, apply, look } = trial;
    fake.changesNothing = true;
    expect((await apply({ newsletter: 'out' })).class).toBe('done');
    expect((await look({ newsletter: 'out' })).match).toBe('looser');
    expect((await apply(ALL, REFUSED_ALL)).class).toBe('done');
    expect((await look(ALL, REFUSED_ALL)).match).toBe('looser');
  });

  it('remembers the stop of somebody who is not on the list, where unknown people are to be entered', async () => {
    const { fake, apply, look } = trial;
    const subscriber = fake.of(ADA);
    if (subscriber) subscriber.lists = { 5: 'confirmed' };
    await apply({ newsletter: 'out' });
    expect(subscriber?.lists).toEqual({ 5: 'confirmed' });
    await apply({ newsletter: 'out' }, { unknown: 'tombstone' });
    expect(subscriber?.lists).toEqual({ 3: 'unsubscribed', 5: 'confirmed' });
    expect(await look({ newsletter: 'out' })).toMatchObject({ match: 'equal', summary: 'suppressed' });
  });

  it('is unblocked for a newer opt-in to one list, the others staying closed', async () => {
    const { fake, apply } = trial;
    await apply(ALL, REFUSED_ALL);
    const told = { outSince: { '*': 50 } };
    expect((await apply({ newsletter: 'in', offers: 'out' }, told)).class).toBe('done');
    expect(['3', '5', '7'].map((list) => fake.mails(ADA, list))).toEqual([true, false, false]);
  });

  it('enters nobody twice, and somebody new in the one list that they asked for', async () => {
    const { fake, apply } = trial;
    fake.fail({ operation: 'find', times: 1, body: '{"data":{"results":[]}}' });
    expect((await apply({ newsletter: 'out' }, { unknown: 'tombstone' })).class).toBe('retry');
    fake.subscribers = [];
    expect((await apply({ newsletter: 'in' })).class).toBe('done');
    expect(['3', '5'].map((list) => fake.mails(ADA, list))).toEqual([true, false]);
  });
});

describe('Who has left at listmonk', () => {
  it('is known of everything when blocked, and of the list alone otherwise', async () => {
    const { fake, connector, end } = await trialOf(bench);
    for (const address of [ADA, 'bob@example.org']) fake.seed(address);
    fake.leave(ADA, '3');
    const bob = fake.of('bob@example.org');
    if (bob) Object.assign(bob, { status: 'blocklisted', lists: { 3: 'unsubscribed' } });
    const changes = await connector().changesSince?.(null, 1);
    expect(changes?.facts).toMatchObject([
      { what: 'left', targets: ['3'], at: null },
      { what: 'left', targets: '*', at: null },
    ]);
    await end();
  });
});

describe('The settings of listmonk', () => {
  const fake = new FakeListmonk();
  it.each([
    [{}, []],
    [{ options: { baseUrl: '' } }, ['baseUrl']],
    [{ options: { username: '', token: '' } }, ['username', 'token']],
    [{ purposes: { newsletter: { list: '0' } } }, ['purposes.newsletter.list']],
  ])('%j: at fault is %j', (more, members) =>
    expect(listmonkKind.check(settingsFor(fake, bench, more)).map(({ member }) => member)).toEqual(members),
  );
});

usesItsWholeContract(bench);
