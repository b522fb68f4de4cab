import type { KnownAddress } from '@assent/contract';
import { ask, at, codeOf, ending, given, objected, policyOf, sent, withdrawn } from './person-spec.js';

const informed = { informedAt: at('2026-01-15') };
const customer = { relationship: 'customer', ...informed } as const;
const edition = { purpose: 'newsletter.x' };

const linkEndsAt = (since: number) => since;

describe('A consent', () => {
  it('ends at its end itself, not before (K3)', () => {
    const told = { consents: [given('2026-03-10', 'prospecting')] };
    const policy = ending(() => at('2026-05-01'));
    const before = ask(told, '2026-04-30', { policy });
    expect([before.code, before.validUntil]).toEqual(['allowed', at('2026-05-01')]);
    expect(ask(told, '2026-05-01', { policy })).toMatchObject({
      code: 'consent-expired',
      reasons: [{ since: at('2026-05-01'), eventId: 'e1', commitment: 'K3' }],
    });
  });

  it('that has ended stays ended when a later policy would let it last (K17)', () => {
    const consents = [
      given('2026-03-10', 'prospecting'),
      { type: 'ConsentExpired', at: at('2026-05-01'), purpose: 'prospecting', channel: 'email', given: 'e1' },
    ] as const;
    expect(codeOf({ consents }, '2026-04-30')).toBe('allowed');
    expect(codeOf({ consents }, '2026-05-01')).toBe('consent-expired');
  });

  it('S0-78 is refused from the withdrawal itself, and by a later consent given again', () => {
    const consents = [given('2026-03-10', 'prospecting'), withdrawn('2026-06-02', 'prospecting')];
    expect(codeOf({ consents }, '2026-06-01')).toBe('allowed');
    expect(codeOf({ consents }, '2026-06-02')).toBe('consent-withdrawn');
    const again = [...consents, given('2026-06-03', 'prospecting')];
    expect(codeOf({ consents: again }, '2026-06-03')).toBe('allowed');
    expect(codeOf({ subject: { context: 'professional', ...informed }, consents }, '2026-06-02')).toBe(
      'consent-withdrawn',
    );
  });

  it('for a parent carries its lists only where the policy lets them share one', () => {
    const told = { consents: [given('2026-03-10', 'newsletter')] };
    const ofAll = (doubleOptIn: boolean) => ({ confirmation: { doubleOptIn, perList: false, linkEndsAt } });
    expect(codeOf(told, '2026-06-01', edition)).toBe('no-consent');
    expect(codeOf(told, '2026-06-01', { ...edition, policy: ofAll(true) })).toBe('allowed');
    const single = { confirmation: { doubleOptIn: false, perList: true, linkEndsAt } };
    expect(codeOf(told, '2026-06-01', { ...edition, policy: single })).toBe('no-consent');
    const solicitation = { consents: [given('2026-03-10', 'prospecting')] };
    expect(codeOf(solicitation, '2026-06-01', { purpose: 'prospecting.wine' })).toBe('allowed');
  });

  it('for a list does not carry its parent', () =>
    expect(codeOf({ consents: [given('2026-03-10', 'prospecting.wine')] }, '2026-06-01')).toBe('no-consent'));

  it('K15 for a parent opens what was refused of all, and leaves closed what was refused by name', () => {
    const consents = [given('2026-05-01', 'prospecting')];
    const wine = { purpose: 'prospecting.wine' };
    expect(codeOf({ consents, objections: [objected('2026-04-01')] }, '2026-06-01', wine)).toBe('allowed');
    expect(
      codeOf({ consents, objections: [objected('2026-04-01', 'prospecting.wine')] }, '2026-06-01', wine),
    ).toBe('objection-in-force');
  });

  it('with a second step is not undone by one without', () => {
    const consents = [
      given('2026-03-10', 'newsletter.x'),
      given('2026-04-10', 'newsletter.x', { confirmed: false }),
    ];
    expect(ask({ consents }, '2026-06-01', edition)).toMatchObject({
      code: 'allowed',
      reasons: [{ eventId: 'e1' }],
    });
  });
});

describe('An edition', () => {
  it('S2-04 needs a confirmed consent of everybody: being a customer is no request for it', () => {
    const s0 = { tenant: 'assistanceweb', purpose: 'newsletter' };
    expect(codeOf({ subject: customer }, '2026-06-01', s0)).toBe('no-consent');
    expect(codeOf({ subject: { context: 'professional', ...informed } }, '2026-06-01', s0)).toBe(
      'no-consent',
    );
    const single = { confirmation: { doubleOptIn: false, perList: true, linkEndsAt } };
    expect(ask({ subject: customer }, '2026-06-01', { ...s0, policy: single }).basis).toBe('softOptIn');
  });
});

describe('A customer', () => {
  it('S2-34 may be solicited while the relation runs, from the later of its beginning and the offer', () => {
    expect(ask({ subject: customer }, '2026-06-01')).toMatchObject({
      basis: 'softOptIn',
      reasons: [{ since: at('2026-01-01') }],
    });
    expect(codeOf({ subject: customer }, '2026-01-14')).toBe('informed-missing');
    expect(codeOf({ subject: { ...customer, informedAt: null } }, '2026-06-01')).toBe('informed-missing');
  });

  it('S2-24 is not counted and does not drop out', () =>
    expect(
      codeOf(
        { subject: customer, prospect: [sent('2026-04-01', 'a'), sent('2026-05-01', 'b')] },
        '2028-06-01',
      ),
    ).toBe('allowed'));

  it('who is a professional as well may be solicited on either ground', () => {
    const subject = { ...customer, context: 'professional' } as const;
    const { reasons } = ask({ subject }, '2026-06-01', { explain: true });
    expect(reasons.map(({ rule }) => rule)).toEqual(['existingCustomer', 'professionalAddress']);
  });
});

describe('A message', () => {
  const address = (letter: string, removedAt: number | null): KnownAddress => ({
    ...{ kind: 'email', key: letter.repeat(32), addedAt: 0, removedAt },
  });

  it('needs an address of its kind that the person has at the instant', () => {
    const moved = { addresses: [address('a', at('2026-05-01'))] };
    expect(codeOf({ subject: moved }, '2026-04-30', { purpose: 'customer' })).toBe('allowed');
    expect(codeOf({ subject: moved }, '2026-05-01', { purpose: 'customer' })).toBe('undeliverable');
    expect(codeOf({}, '2026-05-01', { purpose: 'customer', channel: 'post' })).toBe('undeliverable');
  });

  it('reaches nobody at an address that bounced for good, until it is given anew; a bounce refuses nothing', () => {
    const dead = { ...address('a', null), bouncedAt: at('2026-05-01') };
    const told = { subject: { addresses: [dead] } };
    expect(codeOf(told, '2026-04-30', { purpose: 'customer' })).toBe('allowed');
    expect(codeOf(told, '2026-05-01', { purpose: 'customer' })).toBe('undeliverable');
    const alive = { subject: { addresses: [{ ...dead, addedAt: at('2026-05-02') }] } };
    expect(codeOf(alive, '2026-05-03', { purpose: 'customer' })).toBe('allowed');
    const both = { subject: { addresses: [dead, address('b', null)] } };
    expect(codeOf(both, '2026-05-03', { purpose: 'customer' })).toBe('allowed');
  });

  it('to the signed-in person needs none', () => {
    const question = { tenant: 'assistool', purpose: 'customer', channel: 'inapp' } as const;
    expect(codeOf({ subject: { addresses: [] } }, '2026-06-01', question)).toBe('allowed');
  });

  it('of a contract begins with the person being known', () => {
    expect(codeOf({}, '2025-12-31', { purpose: 'customer' })).toBe('no-consent');
    expect(codeOf({}, '2026-01-01', { purpose: 'customer' })).toBe('allowed');
  });

  it('is never for a purpose that is internal', () => {
    expect(policyOf('prestamicro').purpose('personalisation')?.channels).toContain('inapp');
    const question = { tenant: 'prestamicro', purpose: 'personalisation', channel: 'inapp' } as const;
    expect(codeOf({}, '2026-06-01', question)).toBe('purpose-unknown');
  });
});

describe('A permission', () => {
  it('says when the next version of the policy may end it', () => {
    const policy = { nextVersionAt: at('2026-07-01') };
    const told = { consents: [given('2026-03-10', 'prospecting')] };
    expect(ask(told, '2026-06-01', { policy }).validUntil).toBe(at('2026-07-01'));
    expect(ask(told, '2026-07-01', { policy }).validUntil).toBe(at('2027-03-10'));
  });
});
