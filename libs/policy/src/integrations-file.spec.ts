import { faults, loaded, NOW } from './written-spec.js';

const CRM = '{id: crm, kind: webhook, role: mixed}';
const file = (...entries: string[]) => ({
  'integrations.yaml': `integrations:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`,
});
const of = (...entries: string[]) =>
  faults(file(...entries), { env: {}, knownKinds: ['webhook', 'mailchimp'] });
const at = (text: string) => [`t/integrations.yaml: /integrations/0${text}`];

describe('An integration', () => {
  it('is read with its secrets from the environment', () => {
    const env = { URL: 'https://example.org/hook', SECRET: 'whsec_x' };
    const entry =
      '{id: crm, kind: webhook, role: mixed, url: "${URL}?v=1", secret: "${SECRET}", includeAddresses: true, purposes: {offers: {list: a1}}}';
    const { policies } = loaded(file(entry), { env });
    expect(policies.integrations('t')).toEqual([
      {
        id: 'crm',
        tenant: 't',
        kind: 'webhook',
        role: 'mixed',
        enabled: true,
        purposes: { offers: { list: 'a1' } },
        unknownContact: 'skip',
        processor: undefined,
        options: { url: 'https://example.org/hook?v=1', secret: 'whsec_x', includeAddresses: true },
      },
    ]);
  });

  it('needs no secret while it is switched off', () => {
    const { policies } = loaded(file('{id: crm, kind: webhook, enabled: false, secret: "${SECRET}"}'));
    expect(policies.integrations('t')).toMatchObject([{ id: 'crm', enabled: false }]);
  });

  it('need not exist', () => {
    for (const content of ['', 'integrations: []\n', 'integrations:\n', undefined])
      expect(loaded({ 'integrations.yaml': content }).policies.integrations('t')).toEqual([]);
  });
});

describe('A fault of an integration', () => {
  it('is a variable that is not set: its name, never a value', () => {
    expect(of('{id: crm, kind: webhook, secret: "${SECRET}"}')).toEqual(
      at('/secret needs the environment variable SECRET, which is not set'),
    );
    expect(of('{id: crm, kind: webhook, secret: "${MY-SECRET}"}')).toEqual(
      at('/secret "${MY-SECRET}" does not name an environment variable'),
    );
    const told = faults(file('{id: "${SECRET}", kind: "${SECRET}", role: "${SECRET}"}'), {
      env: { SECRET: 'Hunter 2' },
      knownKinds: ['webhook'],
      now: NOW,
    });
    expect(told).toHaveLength(3);
    expect(told.join()).not.toContain('Hunter');
  });

  it('is an id that is used twice, or none', () => {
    expect(of(CRM, CRM)).toEqual(['t/integrations.yaml: /integrations/1/id "crm" is used twice']);
    expect(of('{kind: webhook}')).toEqual(
      at('/id is not of lower-case letters, digits, hyphens, 64 at most'),
    );
  });

  it('is a kind that does not exist, a role, a choice', () => {
    expect(of('{id: m, kind: mailchip}')).toEqual(
      at('/kind "mailchip" is not one of webhook, mailchimp (did you mean mailchimp?)'),
    );
    expect(of('{id: crm, kind: webhook, role: marketting}')).toEqual(
      at('/role "marketting" is not one of marketing, transactional, mixed (did you mean marketing?)'),
    );
    expect(of('{id: crm, kind: webhook, unknownContact: drop}')).toEqual(
      at('/unknownContact "drop" is not one of skip, tombstone'),
    );
    expect(of('{id: crm, kind: webhook, enabled: "no"}')).toEqual(at('/enabled is not true or false'));
  });

  it('is a purpose that the policy does not declare, or a target that is none', () => {
    expect(of('{id: m, kind: mailchimp, purposes: {offers.weekly: {list: a}, offer: {list: b}}}')).toEqual(
      at('/purposes/offer is not a purpose of the policy (did you mean offers?)'),
    );
    expect(of('{id: m, kind: mailchimp, purposes: {offers: a1b2}}')).toEqual(
      at('/purposes/offers is not a mapping of texts, e.g. { list: a1b2c3 }'),
    );
  });

  it('is a processor without name or country, or with a key that is none', () => {
    expect(
      of('{id: m, kind: mailchimp, processor: {country: USA, relation: friend, mechanisms: scc}}'),
    ).toEqual([
      ...at('/processor/name is not a text'),
      ...at('/processor/country is not an ISO 3166 code such as FR'),
      ...at('/processor/relation "friend" is not one of processor, partner, supplier'),
      ...at(
        '/processor/mechanisms is not a key here; allowed: name, country, mechanism, contract, relation (did you mean mechanism?)',
      ),
    ]);
  });

  it('is a file of another shape', () => {
    expect(faults({ 'integrations.yaml': '- crm' })).toEqual([
      't/integrations.yaml: / is not a mapping with the key integrations',
    ]);
    expect(faults({ 'integrations.yaml': 'integration: []' })).toEqual([
      't/integrations.yaml: /integration is not a key here; allowed: integrations (did you mean integrations?)',
    ]);
    expect(faults({ 'integrations.yaml': 'integrations: crm' })).toEqual([
      't/integrations.yaml: /integrations is not a list',
    ]);
    expect(of('crm')).toEqual(at(' is not a mapping'));
  });
});
