/** The five tenants of `policies/`, against what their published texts require. */
import { loadPolicies } from './load.js';
import type { Integration, Processor } from './rules.js';
import { contrastOnWhite } from './texts.js';
import { EXAMPLES, local, NOW, shown } from './written-spec.js';

const { policies, notes } = loadPolicies({ dir: EXAMPLES, env: {}, now: NOW });
const TENANTS = ['assistanceweb', 'assistool', 'presentinfini', 'prestamicro', 'publisher'];
const at = (tenant: string) => policies.at(tenant, NOW);
const S0 = at('assistanceweb');
const S2 = at('presentinfini');
const tool = (tenant: string, kind: string, processor: Processor): Integration => ({
  id: 'tool',
  tenant,
  kind,
  role: 'marketing',
  enabled: true,
  purposes: {},
  unknownContact: 'skip',
  processor,
  options: {},
});

describe('The example tenants', () => {
  it('load without a fault and without any environment variable', () => {
    expect(policies.tenants()).toEqual(TENANTS);
    expect(TENANTS.flatMap((tenant) => policies.integrations(tenant))).toEqual([]);
    expect(TENANTS.flatMap((tenant) => policies.turningPoints(tenant))).toEqual([]);
  });

  it('have every notice in French and in English, naming controller, recipients and the right to object', () => {
    for (const tenant of TENANTS) {
      const asking = at(tenant).purposes.filter(({ basis }) => Object.values(basis).includes('consent'));
      for (const id of [...asking.map(({ declared }) => declared), 'collection']) {
        const notice = policies.notice(tenant, `${id}@1`, NOW);
        expect([tenant, id, Object.keys(notice?.texts ?? {})]).toEqual([tenant, id, ['en', 'fr']]);
        expect(notice?.texts['en']).toMatch(/Controller: .*\n- Recipients: .*\n- Your rights: .*objection/i);
        expect(notice?.texts['fr']).toMatch(
          /Responsable du traitement : .*\n- Destinataires : .*\n- Vos droits : .*opposition/i,
        );
      }
    }
  });

  it('are named to people, with a colour that is readable on white and a label for every message', () => {
    for (const tenant of TENANTS) {
      for (const locale of ['en', 'fr']) {
        expect(policies.text(tenant, 'brand.name', locale)).toMatch(/./);
        expect(
          contrastOnWhite(policies.text(tenant, 'brand.colour', locale) ?? '#ffffff'),
        ).toBeGreaterThanOrEqual(4.5);
        for (const { declared } of at(tenant).purposes.filter((one) => one.class !== 'internal'))
          expect([declared, policies.text(tenant, `purpose.${declared}`, locale)]).toEqual([
            declared,
            expect.any(String),
          ]);
      }
    }
  });

  it('give notes: what is not yet acted upon, A2-3, A1-6, A4-10', () => {
    const told = (text: string) =>
      notes.filter((note) => note.includes(text)).map((note) => note.split(/[@:]/)[0]);
    expect(told('not yet acted upon')).toEqual(TENANTS);
    expect(told('(A2-3)')).toEqual(['presentinfini']);
    expect(told('(A1-6)')).toEqual(['assistool', 'assistool', 'assistool']);
    expect(told('A4-10')).toEqual(['publisher']);
    expect(notes).toHaveLength(10);
  });
});

describe('A prospect of presentinfini', () => {
  const ends = (anchors: { contact?: string; collection?: string }) =>
    shown(
      S2.prospect.inactivityEndsAt({
        ...(anchors.contact && { contactByPerson: local(anchors.contact) }),
        ...(anchors.collection && { collection: local(anchors.collection) }),
      }),
    );

  it('G-01, G-02 of a bare date is kept until the same date a year later', () => {
    const contact = policies.instant('presentinfini', '2026-03-10');
    expect(shown(S2.prospect.inactivityEndsAt({ contactByPerson: contact ?? 0 }))).toBe('2027-03-10T00:00');
  });

  it('G-03, G-04, G-05 is kept a year, to the minute, clamped to the month', () => {
    expect(ends({ contact: '2026-03-10T14:30' })).toBe('2027-03-10T14:30');
    expect(ends({ contact: '2028-02-29T09:00' })).toBe('2029-02-28T09:00');
    expect(ends({ contact: '2027-02-28T12:00' })).toBe('2028-02-28T12:00');
  });

  it('G-23 who was never in contact is kept a year from the collection', () => {
    expect(ends({ collection: '2026-05-31T00:00' })).toBe('2027-05-31T00:00');
  });

  it('S2-23, A2-2 counts from the own contact only, once there is one', () => {
    expect(ends({ contact: '2026-03-10T14:30', collection: '2026-06-01T00:00' })).toBe('2027-03-10T14:30');
  });

  it('S2-24, A2-3 may be solicited twice without an answer; how long an answer may take is silent', () => {
    expect(S2.prospect.unansweredLimit).toBe(2);
    expect(S2.prospect.answerWindowEndsAt(local('2026-05-01T09:00'))).toBeUndefined();
  });
});

describe('A prospect of assistanceweb', () => {
  it('G-28 is kept three years from the collection', () => {
    expect(shown(S0.prospect.inactivityEndsAt({ collection: local('2023-05-20T00:00') }))).toBe(
      '2026-05-20T00:00',
    );
  });

  it('G-29 is kept three years from the latest of collection and contact', () => {
    const anchors = { collection: local('2023-05-20T00:00'), contactByPerson: local('2024-02-29T08:00') };
    expect(shown(S0.prospect.inactivityEndsAt(anchors))).toBe('2027-02-28T08:00');
  });

  it('G-30 has no limit of unanswered solicitations', () => {
    expect(S0.prospect.unansweredLimit).toBeUndefined();
  });
});

describe('An objection', () => {
  it('G-33, G-34 stays on the list of assistanceweb three years from its entry', () => {
    expect(shown(S0.opposition.keptUntil(local('2026-07-01T09:30')))).toBe('2029-07-01T09:30');
    expect(shown(S0.opposition.keptUntil(local('2028-01-10T15:00')))).toBe('2031-01-10T15:00');
  });

  it('holds, by the text, on the whole network of presentinfini', () => {
    expect([S2.opposition.scope, S2.brands]).toEqual(['network', ['commentgerer.com']]);
  });
});

describe('A purpose', () => {
  it('G-54 of promotion is not declared by prestamicro, not even for customers', () => {
    const S3 = at('prestamicro');
    expect(['newsletter', 'prospecting', 'offers', 'marketing'].map((id) => S3.purpose(id))).toEqual(
      Array(4).fill(undefined),
    );
    expect(S3.purposes.filter((one) => one.class === 'marketing')).toEqual([]);
  });

  it('S0-06, S4-12 that invites to studies or asks opinions is a solicitation; S0-54 a newsletter is none', () => {
    expect(S0.purpose('studies')?.prospecting).toBe(true);
    expect(at('publisher').purpose('opinions')?.prospecting).toBe(true);
    expect([S0.purpose('newsletter')?.prospecting, S0.purpose('solicitation')?.prospecting]).toEqual([
      false,
      true,
    ]);
  });

  it('S2-34, S2-35 of prospecting rests on consent, on the relation, or on the trade', () => {
    expect(S2.purpose('prospecting')?.basis).toEqual({
      consumer: 'consent',
      customer: 'softOptIn',
      professional: 'legitimateInterest',
    });
    expect(S2.purpose('newsletter')?.basis.professional).toBe('consent');
    expect(S2.purpose('prospecting')?.conditions).toContain('objectionOfferedAtCollection');
  });

  it('A4-4 that the publisher leaves silent is filled by the law', () => {
    const S4 = at('publisher');
    expect(S4.filledByLaw).toEqual(
      expect.arrayContaining(['prospect.inactivity', 'opposition.retention', 'purposes.solicitation.basis']),
    );
    expect(shown(S4.prospect.inactivityEndsAt({ collection: local('2024-02-29T00:00') }))).toBe(
      '2027-02-28T00:00',
    );
    expect(S4.purpose('solicitation')?.basis.consumer).toBe('consent');
  });
});

describe('A tool that sends', () => {
  const inactive = (tenant: string, kind: string, processor: Processor) =>
    policies.inactive(tool(tenant, kind, processor), NOW);

  it('G-44 in the USA stays off at assistanceweb, even with Article 46 clauses', () => {
    for (const mechanism of ['scc', 'art46'])
      expect(inactive('assistanceweb', 'mailchimp', { name: 'Mailer', country: 'US', mechanism })).toEqual({
        code: 'transfer-forbidden',
        detail: 'The policy promises that no personal data leaves the European Union; Mailer is in US.',
      });
  });

  it('G-53 that is not among the recipients of assistool stays off', () => {
    expect(inactive('assistool', 'brevo', { name: 'Brevo', country: 'FR' })).toEqual({
      code: 'recipient-unlisted',
      detail:
        'Brevo is not among the recipients that the policy names; a new version must be announced first.',
    });
  });

  it('S1-29, A1-11 is one of those assistool names, by its kind or by its name', () => {
    expect(
      inactive('assistool', 'mailchimp', { name: 'Mailchimp', country: 'US', mechanism: 'scc' }),
    ).toBeUndefined();
    expect(
      inactive('assistool', 'webhook', { name: 'Plivo', country: 'US', mechanism: 'bcr' }),
    ).toBeUndefined();
    for (const name of [
      'Stripe',
      'GoogleDocs Cloud',
      'Amazon Web Services',
      'Payconic',
      'Intercom',
      'Airtable',
    ])
      expect(inactive('assistool', 'webhook', { name, country: 'IE' })).toBeUndefined();
  });

  it('A1-5 is unlisted at assistool when it is only named for a transfer', () => {
    expect(
      inactive('assistool', 'webhook', { name: 'Google Analytics', country: 'US', mechanism: 'scc' })?.code,
    ).toBe('recipient-unlisted');
  });

  it('S1-34 in the USA under Privacy Shield stays off', () => {
    const shield = { name: 'Mailchimp', country: 'US', mechanism: 'privacyShield' };
    expect(inactive('assistool', 'mailchimp', shield)?.code).toBe('transfer-forbidden');
  });

  it('G-21, S2-03 of a partner stays off at presentinfini; S2-41 one abroad needs a ground', () => {
    expect(
      inactive('presentinfini', 'webhook', { name: 'P', country: 'FR', relation: 'partner' })?.code,
    ).toBe('sharing-forbidden');
    expect(inactive('presentinfini', 'mailchimp', { name: 'M', country: 'US' })?.code).toBe(
      'transfer-forbidden',
    );
    expect(
      inactive('presentinfini', 'mailchimp', { name: 'M', country: 'US', mechanism: 'scc' }),
    ).toBeUndefined();
  });

  it('S3-13 of a partner stays off at prestamicro; the publisher may have partners, but S4-33 none in the USA', () => {
    const partner = { name: 'P', country: 'FR', relation: 'partner' as const };
    expect(inactive('prestamicro', 'webhook', partner)?.code).toBe('sharing-forbidden');
    expect(inactive('publisher', 'webhook', partner)).toBeUndefined();
    expect(inactive('publisher', 'webhook', { ...partner, country: 'US', mechanism: 'scc' })?.code).toBe(
      'transfer-forbidden',
    );
  });
});
