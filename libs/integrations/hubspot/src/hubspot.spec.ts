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
import { FakeHubSpot } from './fake-hubspot.js';
import { hubspotKind } from './hubspot.js';

const SUBSCRIPTIONS = ['11', '22', '33'];
const bench = {
  kind: hubspotKind,
  fake: () => new FakeHubSpot(SUBSCRIPTIONS),
  purposes: { newsletter: { subscription: '11' }, offers: { subscription: '22' } },
  keepsStops: true,
};
const mixed = { ...bench, role: 'mixed' } as const;
const branded = {
  ...bench,
  fake: () => new FakeHubSpot(SUBSCRIPTIONS, ['0', '7']),
  options: { brands: '0,7' },
};
const ALL = { newsletter: 'out', offers: 'out' } as const;

connectorContract('HubSpot', underTest(bench));
connectorContract('HubSpot, invoices too', underTest(mixed));

describe('HubSpot', () => {
  let trial: Trial<FakeHubSpot>;
  beforeEach(async () => {
    trial = await trialOf(bench);
    trial.fake.seed(ADA);
  });
  afterEach(() => trial.end());

  it('says nothing about whoever is mailed: empty results are no stop', async () => {
    expect((await trial.look({ newsletter: 'out' })).match).toBe('looser');
  });

  it('stops an address without a contact too, and keeps that through an erasure', async () => {
    const { fake, apply, erase, look } = trial;
    fake.contacts.clear();
    await apply({ newsletter: 'out' });
    expect(fake.statuses.get(ADA)).toEqual({ 11: 'UNSUBSCRIBED' });
    await erase();
    expect((await look({ newsletter: 'out' }, { state: { erase: true } })).match).toBe('equal');
  });

  it('never deletes an address that is unknown: that would blocklist it for ever', async () => {
    const { fake, erase } = trial;
    await erase();
    await erase();
    expect([fake.contacts.size, fake.blocklist.size]).toEqual([0, 0]);
  });

  it('opens one again after a stop of everything, the others staying closed', async () => {
    const { fake, apply } = trial;
    await apply(ALL, REFUSED_ALL);
    const told = { outSince: { '*': 50 } };
    expect((await apply({ newsletter: 'in', offers: 'out' }, told)).class).toBe('done');
    expect(['11', '22'].map((one) => fake.mails(ADA, one))).toEqual([true, false]);
  });

  it('may take nobody back but by a form of its own: refused, and the person stays out', async () => {
    const { fake, apply } = trial;
    fake.resubscribes = 'refused';
    await apply(ALL, REFUSED_ALL);
    expect(await apply({ newsletter: 'in' }, { outSince: { '*': 50 } })).toMatchObject({ class: 'refused' });
    expect(fake.mails(ADA, '11')).toBe(false);
  });

  it('is asked whose the number is that a webhook names', async () => {
    const { fake, connector } = trial;
    fake.seed(ADA);
    const who = { kind: 'email', value: ADA };
    expect(await connector().contact?.(fake.numberOf(ADA), 0)).toEqual({ who, out: [] });
    expect(await connector().contact?.('4711', 0)).toBe('absent');
    fake.fail({ status: 503 });
    expect(await connector().contact?.(fake.numberOf(ADA), 0)).toBe('unread');
  });

  it('keeps its correlation id in the receipt', async () => {
    const { calls } = await trial.apply({ newsletter: 'out' });
    expect(calls.at(-1)?.vendorRequestId).toMatch(/^fake-/);
  });
});

describe('An account of several brands at HubSpot', () => {
  it('is stopped brand by brand, and each is read back', async () => {
    const { fake, apply, look, end } = await trialOf(branded);
    fake.seed(ADA);
    await apply(ALL, REFUSED_ALL);
    expect(['0', '7'].map((brand) => fake.mails(ADA, '33', brand))).toEqual([false, false]);
    expect((await look(ALL, REFUSED_ALL)).match).toBe('equal');
    fake.all.delete(`${ADA} 7`);
    expect((await look(ALL, REFUSED_ALL)).match).toBe('looser');
    await end();
  });
});

describe('A mixed account at HubSpot', () => {
  it('closes its mapped types, and leaves the others: they may be those of invoices', async () => {
    const { fake, apply, end } = await trialOf(mixed);
    fake.seed(ADA);
    await apply(ALL, REFUSED_ALL);
    expect(SUBSCRIPTIONS.map((one) => fake.mails(ADA, one))).toEqual([false, false, true]);
    await end();
  });
});

describe('The settings of HubSpot', () => {
  const fake = new FakeHubSpot([]);
  it.each([
    [{}, []],
    [{ options: { accessToken: '' } }, ['accessToken']],
    [{ options: { brands: 'a' } }, ['brands']],
    [{ options: { preferencesPath: '/communication-preferences/2026-03' } }, []],
    [{ options: { preferencesPath: '/../crm' } }, ['preferencesPath']],
    [{ purposes: { newsletter: { subscription: 'a' } } }, ['purposes.newsletter.subscription']],
  ])('%j: at fault is %j', (more, members) =>
    expect(hubspotKind.check(settingsFor(fake, bench, more)).map(({ member }) => member)).toEqual(members),
  );
});

usesItsWholeContract(bench);
