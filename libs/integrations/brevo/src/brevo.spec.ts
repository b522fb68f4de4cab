import {
  ADA,
  REFUSED_ALL,
  settingsFor,
  trialOf,
  underTest,
  usesItsWholeContract,
} from '@assent/integration-kit';
import { connectorContract, listingContract } from '@assent/ports';
import { brevoKind } from './brevo.js';
import { FakeBrevo } from './fake-brevo.js';

const bench = {
  kind: brevoKind,
  fake: () => new FakeBrevo(7, 9, 11),
  purposes: { newsletter: { list: '7' }, offers: { list: '9' } },
  delta: 'both',
} as const;
const PHONE = { address: { kind: 'phone', value: '+33612345678' } } as const;

connectorContract('Brevo', underTest(bench));
listingContract('Brevo', underTest(bench));

describe('Brevo', () => {
  let trial: Awaited<ReturnType<typeof trialOf<FakeBrevo>>>;
  beforeEach(async () => {
    trial = await trialOf(bench);
  });
  afterEach(() => trial.end());

  it('is sent the one flag that is meant: what is left out stays as it is', async () => {
    const { fake, apply } = trial;
    fake.seed(ADA);
    const contact = fake.contact(ADA);
    if (contact) contact.smsBlacklisted = true;
    await apply({ newsletter: 'out', offers: 'out' }, REFUSED_ALL);
    expect(fake.calls.at(-1)).toMatchObject({ operation: 'update', body: { emailBlacklisted: true } });
    expect(Object.keys(fake.calls.at(-1)?.body ?? {})).toEqual(['emailBlacklisted']);
    expect(fake.contact(ADA)).toMatchObject({ emailBlacklisted: true, smsBlacklisted: true });
  });

  it('takes a phone number by its own name and closes its own channel', async () => {
    const { fake, apply, look } = trial;
    fake.seed(PHONE.address.value);
    const both = { newsletter: 'out', offers: 'out' } as const;
    expect((await apply(both, { ...PHONE, state: { objectedToAll: true } })).class).toBe('done');
    expect(fake.contact(PHONE.address.value)).toMatchObject({
      emailBlacklisted: false,
      smsBlacklisted: true,
    });
    expect((await look(both, { ...PHONE, state: { objectedToAll: true } })).match).toBe('equal');
  });

  it('takes a phone number off a list by its id', async () => {
    const { fake, apply } = trial;
    fake.seed(PHONE.address.value);
    expect((await apply({ newsletter: 'out' }, PHONE)).class).toBe('done');
    expect(fake.calls.at(-1)?.body).toEqual({ ids: [fake.contact(PHONE.address.value)?.id] });
    expect((await apply({ newsletter: 'out' }, { ...PHONE, unknown: 'tombstone' })).class).toBe('done');
  });

  it('may answer 201 to a removal that failed: told again, never believed', async () => {
    const { fake, apply, look } = trial;
    fake.seed(ADA);
    fake.losesRemovals = true;
    expect(await apply({ newsletter: 'out' })).toMatchObject({ class: 'retry' });
    expect((await look({ newsletter: 'out' })).match).toBe('looser');
    fake.losesRemovals = false;
    expect((await apply({ newsletter: 'out' })).class).toBe('done');
  });

  it('lifts the flag for a newer opt-in only when it was set by us, and closes the other lists first', async () => {
    const { fake, apply } = trial;
    fake.seed(ADA);
    await apply({ newsletter: 'out', offers: 'out' }, REFUSED_ALL);
    const again = { newsletter: 'in', offers: 'out' } as const;
    expect(await apply(again)).toMatchObject({ class: 'refused' });
    expect(fake.mails(ADA, '7')).toBe(false);
    const told = { outSince: { '*': 50, 7: 50, 9: 50 } };
    expect(await apply(again, { ...told, state: { objectedToAll: true } })).toMatchObject({ class: 'done' });
    expect(['7', '9', '11'].map((list) => fake.mails(ADA, list))).toEqual([true, false, false]);
  });

  it('K14 is not opened by an opt-in that is no newer than the stop', async () => {
    const { fake, apply } = trial;
    fake.seed(ADA);
    await apply({ newsletter: 'out' });
    expect(await apply({ newsletter: 'in' }, { outSince: { 7: 100 } })).toMatchObject({
      class: 'not-applicable',
    });
    expect(fake.mails(ADA, '7')).toBe(false);
  });

  it('says when it will not delete one of its own users', async () => {
    const { fake, erase } = trial;
    fake.seed(ADA);
    fake.user = ADA;
    expect(await erase()).toMatchObject({ class: 'data', detail: 'one of the users of the account' });
  });

  it('tells by its own header how long its window lasts', async () => {
    const { fake, apply } = trial;
    fake.seed(ADA);
    fake.fail({ status: 429, headers: { 'x-sib-ratelimit-reset': '12' } });
    expect(await apply({ newsletter: 'out' })).toMatchObject({ class: 'retry', retryAfterMs: 12_000 });
  });

  it('asks no more when a mapped list is gone before anybody is to be stopped there', async () => {
    const { fake, connector } = trial;
    fake.removeTargets();
    expect(await connector().probe()).toMatchObject({ class: 'config', detail: 'target 9 does not exist' });
  });
});

describe('The settings of Brevo', () => {
  const fake = new FakeBrevo();
  const faults = (more: object) =>
    brevoKind.check(settingsFor(fake, bench, more)).map(({ member }) => member);
  it.each([
    [{}, []],
    [{ options: { apiKey: '' } }, ['apiKey']],
    [{ options: { baseUrl: 'https://user:pass@example.org' } }, ['baseUrl']],
    [{ purposes: {} }, ['purposes']],
    [{ purposes: { newsletter: { list: 'news' } } }, ['purposes.newsletter.list']],
    [{ purposes: { newsletter: { group: '7' } } }, ['purposes.newsletter']],
    [{ role: 'mixed' }, []],
  ])('%j: at fault is %j', (more, members) => expect(faults(more)).toEqual(members));
});

usesItsWholeContract(bench);
