import type { ConsentFact } from '@assent/contract';
import { ask, at, codeOf, ended, given, objected, withdrawn, type Told } from './person-spec.js';

const consented: Told = { consents: [given('2026-03-10', 'prospecting')] };
const customer = {
  relationship: 'customer',
  informedAt: at('2026-01-15'),
  collectedAt: at('2026-01-15'),
} as const;

describe('A decision', () => {
  it('is yes on the ground of a consent, and says until when (S2-33)', () => {
    const decision = ask(consented, '2026-06-01');
    expect(decision).toMatchObject({
      allowed: true,
      code: 'allowed',
      basis: 'consent',
      policy: 'presentinfini@1',
    });
    expect(decision.reasons).toMatchObject([{ rule: 'consentGiven', commitment: 'S2-33', eventId: 'e1' }]);
    expect(decision.validUntil).toBe(at('2027-03-10'));
  });

  it('is no without a ground (S2-33, S0-53, S4-09)', () => {
    expect(codeOf({}, '2026-06-01')).toBe('no-consent');
    expect(codeOf({}, '2026-06-01', { tenant: 'publisher', purpose: 'solicitation' })).toBe('no-consent');
    expect(codeOf({ subject: null }, '2026-06-01')).toBe('no-consent');
  });

  it('G-54 is no for a purpose that the policy does not declare, or not on that channel (S3-06, S2-02)', () => {
    expect(codeOf(consented, '2026-06-01', { purpose: 'promotion' })).toBe('purpose-unknown');
    expect(codeOf(consented, '2026-06-01', { tenant: 'prestamicro', purpose: 'promotion' })).toBe(
      'purpose-unknown',
    );
    expect(codeOf(consented, '2026-06-01', { channel: 'sms' })).toBe('purpose-unknown');
  });

  it('is yes for a service message whatever was refused (K13, S1-51)', () => {
    const told = { objections: [objected('2026-05-01')], consents: [withdrawn('2026-05-01', 'customer')] };
    expect(ask(told, '2026-06-01', { purpose: 'customer' })).toMatchObject({
      allowed: true,
      basis: 'contract',
    });
  });

  it('S1-54 is no for any message while use is restricted', () => {
    const told = { subject: { restrictedSince: at('2026-05-01') } };
    expect(codeOf(told, '2026-05-01', { purpose: 'customer' })).toBe('restricted');
    expect(codeOf(told, '2026-04-30', { purpose: 'customer' })).toBe('allowed');
  });

  it('is no from the instant of the objection: at a tie the restriction wins (K12, S2-32)', () => {
    const told = { ...consented, objections: [objected('2026-06-01T10:00:00+02:00')] };
    expect(codeOf(told, '2026-06-01T09:59:59+02:00')).toBe('allowed');
    expect(codeOf(told, '2026-06-01T10:00:00+02:00')).toBe('objection-in-force');
    expect(
      codeOf({ ...told, consents: [given('2026-06-01T10:00:00+02:00', 'prospecting')] }, '2026-06-02'),
    ).toBe('objection-in-force');
  });

  it('K14 does not become yes when the prohibition ends (S0-63)', () => {
    const told = { ...consented, objections: [objected('2026-06-01')] };
    expect(codeOf(told, '2029-06-01')).toBe('dropped-out');
    const edition = { consents: [given('2026-03-10', 'newsletter')], objections: [objected('2026-06-01')] };
    expect(codeOf(edition, '2029-05-31', { purpose: 'newsletter' })).toBe('objection-in-force');
    expect(codeOf(edition, '2029-06-01', { purpose: 'newsletter' })).toBe('no-consent');
  });

  it('K14 needs a ground newer than the objection also where the law asks for no consent', () => {
    const told = {
      subject: customer,
      objections: [objected('2026-06-01')],
      consents: [ended('2026-06-01', '*')],
    };
    expect(codeOf({ subject: customer }, '2026-06-01')).toBe('allowed');
    expect(codeOf(told, '2026-06-02')).toBe('objection-in-force');
    expect(codeOf({ ...told, objections: [] }, '2026-06-02')).toBe('no-consent');
    // At a tie the restriction wins.
    expect(codeOf({ subject: customer, consents: [ended('2026-01-15', '*')] }, '2026-06-02')).toBe(
      'no-consent',
    );
  });

  it('K15 becomes yes for one purpose by a newer opt-in of the person, by nothing else', () => {
    const objections = [objected('2026-06-01')];
    const by = (...consents: ConsentFact[]) => codeOf({ objections, consents }, '2026-07-01');
    expect(by(given('2026-06-02', 'prospecting'))).toBe('allowed');
    expect(by(given('2026-05-31', 'prospecting'))).toBe('objection-in-force');
    for (const method of ['import', 'operator', 'integration', 'script'] as const) {
      expect(by(given('2026-06-02', 'prospecting', { method }))).toBe('objection-in-force');
    }
    const told = { objections, consents: [given('2026-06-02', 'prospecting')] };
    expect(codeOf(told, '2026-07-01', { purpose: 'loyalty' })).toBe('objection-in-force');
  });

  it('counts a box left empty at collection as an objection to that purpose', () => {
    const subject = {
      ...customer,
      declined: [{ purpose: 'prospecting', since: at('2026-01-15'), eventId: 'e' }],
    };
    expect(codeOf({ subject }, '2026-02-01')).toBe('objection-in-force');
    expect(codeOf({ subject, consents: [given('2026-03-01', 'prospecting')] }, '2026-03-02')).toBe('allowed');
  });

  it('covers children by a stop on the parent, and not the reverse (K13)', () => {
    const told = {
      consents: [given('2026-03-10', 'newsletter.x')],
      objections: [objected('2026-04-01', 'newsletter')],
    };
    expect(codeOf(told, '2026-05-01', { purpose: 'newsletter.x' })).toBe('objection-in-force');
    const child = {
      consents: [given('2026-03-10', 'newsletter')],
      objections: [objected('2026-04-01', 'newsletter.x')],
    };
    expect(codeOf(child, '2026-05-01', { purpose: 'newsletter' })).toBe('allowed');
  });
});

describe('Double opt-in', () => {
  const edition = { purpose: 'newsletter' };
  it('waits for the second step of an edition (S2-04)', () => {
    const told = { consents: [given('2026-06-01', 'newsletter', { confirmed: false })] };
    expect(codeOf(told, '2026-06-02', edition)).toBe('confirmation-pending');
  });
  it('confirms each list by itself', () => {
    const told = {
      consents: [
        given('2026-01-05', 'newsletter'),
        given('2026-06-01', 'newsletter.y', { confirmed: false }),
      ],
    };
    expect(codeOf(told, '2026-06-02', edition)).toBe('allowed');
    expect(codeOf(told, '2026-06-02', { purpose: 'newsletter.y' })).toBe('confirmation-pending');
    expect(codeOf(told, '2026-06-02', { purpose: 'newsletter.z' })).toBe('no-consent');
  });
  it('is not asked for solicitations', () =>
    expect(
      codeOf({ consents: [given('2026-06-01', 'prospecting', { confirmed: false })] }, '2026-06-02'),
    ).toBe('allowed'));
});
