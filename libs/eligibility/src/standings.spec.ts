import fc from 'fast-check';
import { streamOf, type Fact } from '@assent/kernel';
import { normaliseAddress, type Address } from '@assent/contract';
import {
  collectedAgain,
  ended,
  erased,
  expired,
  given,
  objected,
  opened,
  released,
  restricted,
  undid,
  withdrawn,
} from './facts-spec.js';
import { at, world } from './world-spec.js';

const TENANT = 'presentinfini';

async function professional(more: object = {}) {
  const all = world();
  const who = await all.person('2025-01-10', { context: 'professional', informed: true, ...more });
  const code = async (when: string, purpose = 'prospecting', subject: object = who.ref) =>
    (await all.gate.decide(TENANT, { subject, purpose, channel: 'email', at: at(when) })).code;
  return { ...all, who, code };
}

describe('A standing', () => {
  it('costs heads only, unless it is of another time than the heads', async () => {
    const { log, who, code } = await professional();
    who.did('consent', given('2025-02-01', 'prospecting'));
    who.objected(objected('2025-06-01'));
    expect(await code('2025-06-01')).toBe('objection-in-force');
    expect(await code('2026-06-01')).toBe('objection-in-force');
    expect(log.reads).toBe(0);
    expect(await code('2025-05-31')).toBe('allowed');
    expect(log.reads).toBeGreaterThan(0);
  });

  it('is as of the instant asked about, also when the clock was set back', async () => {
    const { clock, standings, subjects, who } = await professional();
    who.objected(objected('2025-06-01'));
    clock.set(at('2025-05-01'));
    const resolved = await subjects.resolve(TENANT, who.ref);
    if ('malformed' in resolved) throw new Error('known');
    expect((await standings.of(TENANT, resolved)).oppositions).toMatchObject([{ entries: [] }]);
  });

  it('knows in the past what was lifted, renewed or over since', async () => {
    const { who, code } = await professional();
    who.did('subject', restricted('2025-03-01'));
    who.did('subject', released('2025-04-01'));
    who.did('subject', collectedAgain('2025-05-01', ['prospecting']));
    who.did('subject', collectedAgain('2025-07-01', ['prospecting']));
    who.did('subject', erased('2025-09-01'));
    expect(await code('2025-02-28')).toBe('allowed');
    expect(await code('2025-03-01')).toBe('restricted');
    expect(await code('2025-04-02')).toBe('allowed');
    expect(await code('2025-06-01')).toBe('objection-in-force');
    expect(await code('2025-09-01', 'customer', { id: who.subjectId })).toBe('erased');
    expect(await code('2025-08-31', 'customer', { id: who.subjectId })).toBe('allowed');
  });

  it('takes the union over all addresses, and takes back an undone click on all of them', async () => {
    const phone: Address = { kind: 'phone', value: '+33612345678' };
    const email: Address = { kind: 'email', value: 'two@example.org' };
    const { who, code } = await professional({ addresses: [phone, email], tenant: TENANT });
    const entry = who.objected(objected('2025-06-01', 'prospecting'), 0);
    who.objected(objected('2025-06-01', 'prospecting', '*', entry), 1);
    who.did('consent', ended('2025-06-01', 'prospecting', entry));
    const ask = (when: string) => code(when, 'prospecting', { email: 'two@example.org' });
    expect(await ask('2025-06-02')).toBe('objection-in-force');
    who.objected(undid('2025-06-01 00:10', entry, 'prospecting'), 0);
    expect(await ask('2025-06-01 00:05')).toBe('objection-in-force');
    expect(await ask('2025-06-02')).toBe('allowed');
  });

  it('K14 remembers objections that are over or opened: they end older grounds for good', async () => {
    const customer = await professional({ context: 'consumer', relationship: 'customer' });
    const second = customer.who.objected(objected('2025-02-01'));
    customer.who.objected(expired('2028-02-01', second));
    expect(await customer.code('2028-02-01')).toBe('no-consent');

    const back = await professional({ context: 'consumer', relationship: 'customer' });
    const third = back.who.objected(objected('2025-02-01', 'prospecting'));
    back.who.objected(opened('2025-03-01', third, 'prospecting', 'prospecting'));
    expect(await back.code('2025-03-02')).toBe('no-consent'); // the opt-in itself is the only new ground
    back.who.did('consent', given('2025-03-01', 'prospecting'));
    expect(await back.code('2025-03-02')).toBe('allowed');
  });

  it('of an address of nobody is its opposition list', async () => {
    const { gate, log, keyring } = world();
    const address = normaliseAddress('email', 'letter@example.org') as Address;
    log.record(streamOf('opposition', TENANT, keyring.addressKey(TENANT, address)), objected('2026-01-05'));
    const ask = async (purpose: string, subject: object = { email: 'letter@example.org' }) =>
      gate.decide(TENANT, { subject, purpose, channel: 'email', at: at('2026-02-01') });
    expect(await ask('prospecting')).toMatchObject({ code: 'objection-in-force', revision: 1 });
    expect((await ask('customer')).code).toBe('no-consent');
    expect((await ask('prospecting', { email: 'nobody@example.org' })).code).toBe('no-consent');
    expect((await ask('prospecting', { id: 'sub_00000000000000000000000000' })).code).toBe('no-consent');
  });
});

describe('A past answer', () => {
  const day = (n: number) => `2025-05-${String(n).padStart(2, '0')}`;
  const purpose = fc.constantFrom('prospecting', 'newsletter', '*');
  const one = fc.constantFrom('prospecting', 'newsletter');
  const acts: fc.Arbitrary<(on: string) => ['subject' | 'consent' | 'opposition', Fact]> = fc.oneof(
    purpose.map((of) => (on: string) => ['opposition', objected(on, of)] as ['opposition', Fact]),
    fc.record({ of: one, method: fc.constantFrom('form', 'import'), confirmed: fc.boolean() }).map(
      ({ of, ...how }) =>
        (on: string) =>
          ['consent', given(on, of, how)] as ['consent', Fact],
    ),
    one.map((of) => (on: string) => ['consent', withdrawn(on, of)] as ['consent', Fact]),
    purpose.map((of) => (on: string) => ['consent', ended(on, of, `${on} ${of}`)] as ['consent', Fact]),
    fc
      .constantFrom(restricted, released, (on: string) => collectedAgain(on, ['prospecting']))
      .map((make) => (on: string) => ['subject', make(on)] as ['subject', Fact]),
  );
  const histories = fc.array(fc.tuple(acts, fc.integer({ min: 1, max: 28 })), { maxLength: 9 });

  it('is the answer that was given when only what had happened by then was known', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.integer({ min: 1, max: 28 }), async (history, asked) => {
        const facts = history.map(([make, on]) => make(day(on)));
        const answers = async (known: typeof facts) => {
          const { who, code } = await professional();
          for (const [concept, fact] of known) {
            if (concept === 'opposition') who.objected(fact);
            else who.did(concept, fact);
          }
          return [
            await code(day(asked)),
            await code(day(asked), 'newsletter'),
            await code(day(asked), 'customer'),
          ];
        };
        const then = facts.filter(([, fact]) => fact.at <= at(day(asked)));
        expect(await answers(facts)).toEqual(await answers(then));
      }),
      { numRuns: 300 },
    );
  });
});
