import { forbids } from './activation.js';
import type { PolicyDocument } from './document.js';
import type { Integration, Processor } from './rules.js';
import { local, NOW } from './written-spec.js';

const policy = (rules: Partial<PolicyDocument> = {}): PolicyDocument => ({
  tenant: 't',
  source: 'x',
  version: 1,
  locale: 'en',
  timezone: 'Europe/Paris',
  purposes: {},
  ...rules,
});
const tool = (processor: Processor | undefined, kind = 'mailchimp'): Integration => ({
  id: 'tool',
  tenant: 't',
  kind,
  role: 'marketing',
  enabled: true,
  purposes: {},
  unknownContact: 'skip',
  processor,
  options: {},
});
const US = { name: 'Mailer', country: 'US', contract: 'C-1' };
const FR = { name: 'Mailer', country: 'FR', contract: 'C-1' };
const code = (rules: Partial<PolicyDocument>, processor: Processor | undefined, at = NOW) =>
  forbids(policy(rules), tool(processor), at)?.code;

describe("The tenant's own system", () => {
  it('is forbidden by nothing', () => {
    expect(
      code({ sharing: { thirdParties: 'listed' }, transfers: { outsideEU: 'forbidden' } }, undefined),
    ).toBeUndefined();
  });
});

describe('A partner', () => {
  const partner = { ...FR, relation: 'partner' as const };

  it('S2-07, S3-13, S0-01 is forbidden unless the policy shares with partners; a silent policy shares with nobody', () => {
    expect(code({}, partner)).toBe('sharing-forbidden');
    expect(code({ sharing: {} }, partner)).toBe('sharing-forbidden');
    expect(code({ sharing: { thirdParties: 'forbidden' } }, partner)).toBe('sharing-forbidden');
    expect(code({ sharing: { thirdParties: 'listed' } }, partner)).toBe('sharing-forbidden');
    expect(code({ sharing: { thirdParties: 'partners' } }, partner)).toBeUndefined();
  });

  it('is one thing, a processor another', () => {
    expect(code({ sharing: { thirdParties: 'forbidden' } }, FR)).toBeUndefined();
    expect(code({ sharing: { thirdParties: 'forbidden' } }, { ...FR, relation: 'supplier' })).toBeUndefined();
  });
});

describe('A recipient, where the policy lists them', () => {
  const listed: Partial<PolicyDocument> = {
    sharing: { thirdParties: 'listed' },
    processors: [
      { name: 'MailChimp/Mandrill', connectors: ['mailchimp', 'mandrill'], recipientListed: true },
      { name: 'Airtable', recipientListed: true },
      { name: 'Analytics', recipientListed: false },
    ],
  };
  const of = (name: string, kind: string) => forbids(policy(listed), tool({ ...FR, name }, kind), NOW)?.code;

  it('is found by the kind of the tool, or by its name', () => {
    expect(of('The Rocket Science Group', 'mailchimp')).toBeUndefined();
    expect(of('AIRTABLE', 'webhook')).toBeUndefined();
  });

  it('is unlisted when the policy does not name it, or names it only elsewhere', () => {
    expect(of('Mailer', 'webhook')).toBe('recipient-unlisted');
    expect(of('Analytics', 'webhook')).toBe('recipient-unlisted');
  });
});

describe('A transfer', () => {
  it('is none within the European Economic Area', () => {
    for (const country of ['FR', 'BE', 'IE', 'NO', 'IS', 'LI'])
      expect(code({ transfers: { outsideEU: 'forbidden' } }, { ...FR, country })).toBeUndefined();
  });

  it('is refused whatever its ground where the policy promises that there is none', () => {
    for (const mechanism of ['adequacy', 'scc', 'bcr', 'dpf', 'art46', 'art49'])
      expect(code({ transfers: { outsideEU: 'forbidden' } }, { ...US, mechanism })).toBe(
        'transfer-forbidden',
      );
    expect(
      code({ transfers: { outsideEU: 'forbidden' } }, { ...FR, country: 'GB', mechanism: 'adequacy' }),
    ).toBe('transfer-forbidden');
  });

  it('S2-41, S0-69 needs a ground everywhere else, also where the policy is silent', () => {
    for (const rules of [
      {},
      { transfers: {} },
      { transfers: { outsideEU: 'allowed' } },
      { transfers: { outsideEU: 'withMechanism' } },
    ] as const) {
      expect(code(rules, US)).toBe('transfer-forbidden');
      for (const mechanism of ['adequacy', 'scc', 'bcr', 'dpf', 'art46', 'art49'])
        expect(code(rules, { ...US, mechanism })).toBeUndefined();
    }
  });

  it('S1-34 has no ground in Privacy Shield since 16 July 2020', () => {
    const shield = { ...US, mechanism: 'privacyShield' };
    expect(code({}, shield, Date.parse('2020-07-15T23:59:59Z'))).toBeUndefined();
    expect(code({}, shield, Date.parse('2020-07-16T00:00:00Z'))).toBe('transfer-forbidden');
    expect(forbids(policy(), tool(shield), local('2026-01-01T00:00'))?.detail).toBe(
      'The mechanism privacyShield recorded for Mailer has been invalid since 2020-07-16.',
    );
  });

  it('has no ground before the ground existed, nor in a word that is none', () => {
    expect(code({}, { ...US, mechanism: 'dpf' }, Date.parse('2023-07-09T00:00:00Z'))).toBe(
      'transfer-forbidden',
    );
    expect(forbids(policy(), tool({ ...US, mechanism: 'sccs' }), NOW)?.detail).toBe(
      'The mechanism sccs recorded for Mailer is not one of adequacy, art46, scc, bcr, art49, dpf, privacyShield.',
    );
    expect(code({}, { ...US, mechanism: 'constructor' })).toBe('transfer-forbidden');
  });
});

describe('Of several reasons', () => {
  it('sharing goes before recipients, recipients before borders', () => {
    const strict: Partial<PolicyDocument> = {
      sharing: { thirdParties: 'listed' },
      transfers: { outsideEU: 'forbidden' },
    };
    expect(code(strict, { ...US, relation: 'partner' })).toBe('sharing-forbidden');
    expect(code(strict, US)).toBe('recipient-unlisted');
    expect(code({ ...strict, processors: [{ name: 'Mailer', recipientListed: true }] }, US)).toBe(
      'transfer-forbidden',
    );
  });
});
