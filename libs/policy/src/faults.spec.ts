import { PolicyFaults } from './faults.js';
import { loadPolicies } from './load.js';
import { faults, faultsIn, later, loaded, NOW, policy, SOUND, written } from './written-spec.js';

/** The one fault of the sound tenant with these lines replaced. */
const fault = (replaced: Readonly<Record<string, string>>, added = '') => faults(policy(replaced, added));
const PURPOSE = '  offers: {class: marketing, prospecting: true, channels: [email]}';

describe('A policy without a fault', () => {
  it('is loaded', () => {
    expect(loaded().policies.tenants()).toEqual(['t']);
  });
});

describe('A fault of a policy names file, place, what stands there and what may', () => {
  it('when the YAML cannot be read: its line', () => {
    expect(fault({ 'version: 1': 'version: "1' })[0]).toMatch(
      /^t\/1\.yaml: line \d+: Missing closing "quote/,
    );
    expect(fault({ 'locale: en': 'version: 1' })).toEqual(['t/1.yaml: line 4: Map keys must be unique']);
  });

  it('when it is no mapping', () => {
    expect(faults({ '1.yaml': 'just words' })).toEqual(['t/1.yaml: / "just words" is not a mapping']);
    expect(faults({ '1.yaml': '' })).toEqual(['t/1.yaml: / null is not a mapping']);
  });

  it('when a key is unknown: the nearest one', () => {
    expect(fault({}, 'prospects: {inactivity: P1Y}\n')).toEqual([
      expect.stringMatching(
        /^t\/1\.yaml: \/prospects is not a key here; allowed: tenant, source, .* \(did you mean prospect\?\)$/,
      ),
    ]);
    expect(fault({}, 'prospect: {inactivty: P1Y}\n')[0]).toContain(
      '/prospect/inactivty is not a key here; allowed: inactivity, startsOn, fallback, unansweredLimit, answerWindow, atEnd (did you mean inactivity?)',
    );
    expect(fault({}, 'cookies: {a/b: 1}\n')[0]).toContain('/cookies/a~1b is not a key here');
  });

  it('when a key is missing', () => {
    expect(fault({ 'timezone: Europe/Paris\n': '' })).toEqual(['t/1.yaml: / lacks the key timezone']);
    expect(fault({ ', channels: [email]}': '}' })).toEqual([
      't/1.yaml: /purposes/offers lacks the key channels',
    ]);
  });

  it('when something is of another type', () => {
    expect(fault({}, 'brands: example.org\n')).toEqual(['t/1.yaml: /brands "example.org" is not a list']);
    expect(fault({}, 'confirmation: {doubleOptIn: "yes"}\n')).toEqual([
      't/1.yaml: /confirmation/doubleOptIn "yes" is not true or false',
    ]);
    expect(fault({}, 'prospect: {unansweredLimit: two}\n')).toEqual([
      't/1.yaml: /prospect/unansweredLimit "two" is not a whole number',
    ]);
    expect(fault({}, 'prospect: {unansweredLimit: 0}\n')).toEqual([
      't/1.yaml: /prospect/unansweredLimit 0 is not >= 1',
    ]);
  });

  it('when a duration is none: the one that was meant', () => {
    expect(fault({}, 'prospect: {answerWindow: P30}\n')).toEqual([
      't/1.yaml: /prospect/answerWindow "P30" is not an ISO 8601 duration (did you mean P30D?)',
    ]);
    expect(fault({}, 'prospect: {inactivity: 1y}\n')).toEqual([
      't/1.yaml: /prospect/inactivity "1y" is not an ISO 8601 duration (did you mean P1Y?)',
    ]);
  });

  it('K8 when a word stands where only a number will do', () => {
    expect(fault({}, 'requests: {acknowledge: immediate, answer: asap}\n')).toEqual([]);
    expect(fault({}, 'requests: {answer: soon}\n')).toEqual([
      't/1.yaml: /requests/answer "soon" is not an ISO 8601 duration, immediate or asap',
    ]);
    expect(fault({}, 'opposition: {retention: immediate}\n')).toEqual([
      't/1.yaml: /opposition/retention "immediate" is not an ISO 8601 duration',
    ]);
  });

  it('when an anchor, a channel, a class, a basis is unknown', () => {
    expect(fault({}, 'prospect: {startsOn: [colection]}\n')[0]).toMatch(
      /^t\/1\.yaml: \/prospect\/startsOn\/0 "colection" is not one of collection, click, .* \(did you mean collection\?\)$/,
    );
    expect(fault({ 'channels: [email]}': 'channels: [mail]}' })).toEqual([
      't/1.yaml: /purposes/offers/channels/0 "mail" is not one of email, sms, voice, post, inapp (did you mean email?)',
    ]);
    expect(fault({ 'class: service': 'class: servic' })).toEqual([
      't/1.yaml: /purposes/account/class "servic" is not one of marketing, service, internal (did you mean service?)',
    ]);
    expect(
      fault({ [PURPOSE]: '  offers: {class: marketing, channels: [email], basis: {consumer: agreement}}' }),
    ).toEqual([
      't/1.yaml: /purposes/offers/basis/consumer "agreement" is not one of consent, softOptIn, legitimateInterest, contract, legalObligation',
    ]);
  });

  it('when the time zone or the language is unknown', () => {
    expect(fault({ 'Europe/Paris': 'Europe/Pari' })).toEqual([
      't/1.yaml: /timezone "Europe/Pari" is not an IANA time zone such as Europe/Paris (did you mean Europe/Paris?)',
    ]);
    expect(fault({ 'locale: en': 'locale: english!' })).toEqual([
      't/1.yaml: /locale "english!" is not a BCP 47 language tag such as fr',
    ]);
  });

  it('when a purpose is not named in words joined by dots', () => {
    expect(fault({ '  offers:': '  Offers..x:' })[0]).toBe(
      't/1.yaml: /purposes has the key "Offers..x", which is no name for it: words that begin in lower case, joined by dots',
    );
  });

  it('when a range has one end, no order, or a period beside it', () => {
    const range = (keys: string) => fault({}, `retention:\n  - {category: proof, ${keys}, atEnd: delete}\n`);
    expect(range('thenMin: P15Y, thenMax: P99Y')).toEqual([]);
    expect(range('thenMin: P15Y')).toEqual(['t/1.yaml: /retention/0 has thenMin and lacks thenMax']);
    expect(range('thenMin: P15Y, thenMax: P10Y')).toEqual([
      't/1.yaml: /retention/0/thenMin P15Y is longer than thenMax P10Y',
    ]);
    expect(range('then: P1Y, thenMin: P15Y, thenMax: P99Y')).toEqual([
      't/1.yaml: /retention/0 has both then and thenMin; allowed: then, or thenMin and thenMax',
    ]);
  });

  it('K10 when something that is no marketing is to be a solicitation', () => {
    expect(fault({ 'class: service, ': 'class: service, prospecting: true, ' })).toEqual([
      't/1.yaml: /purposes/account/prospecting is for the class marketing, not service',
    ]);
  });

  it('when it is the policy or the version of another file', () => {
    expect(fault({ 'tenant: t': 'tenant: u' })).toEqual([
      't/1.yaml: /tenant "u" is not the folder\'s name, t',
    ]);
    expect(fault({ 'version: 1': 'version: 2' })).toEqual([
      "t/1.yaml: /version 2 is not the number in the file's name, 1",
    ]);
  });
});

describe('A fault of the versions', () => {
  it('is a gap', () => {
    expect(faults({ ...later(3, '2027-01-01', '') })).toEqual(['t/3.yaml: version 2 is missing before it']);
    expect(faults({ '1.yaml': undefined, ...later(2, '2027-01-01', '') })).toEqual([
      't/2.yaml: version 1 is missing before it',
    ]);
    expect(faults({ '1.yaml': undefined })).toEqual([
      't: 1.yaml, the first version of the policy, is missing',
    ]);
  });

  it('is a start that is missing, unreadable or not later', () => {
    const starts = (from: string) => faults({ ...later(2, from, ''), ...later(3, '2027-01-01', '') });
    expect(starts('2027-01-01')).toEqual([
      't/3.yaml: /effectiveFrom "2027-01-01" is not after that of the version before',
    ]);
    expect(starts('2026-02-30')).toEqual([
      't/2.yaml: /effectiveFrom "2026-02-30" is not an RFC 3339 instant or a date',
    ]);
    const without = later(2, '2027-01-01', '')['2.yaml']?.replace(/effectiveFrom.*\n/, '');
    expect(faults({ '2.yaml': without })).toEqual([
      't/2.yaml: /effectiveFrom is missing: every version but the first needs it',
    ]);
  });
});

describe('A fault of a folder', () => {
  it('is its name', () => {
    expect(faultsIn(written({ T_1: SOUND }))[0]).toBe(
      "T_1: the folder's name is not of lower-case letters, digits, hyphens",
    );
  });

  it('is a file that nobody would read', () => {
    expect(faults({ 'integration.yaml': 'integrations: []' })).toEqual([
      't/integration.yaml: is no file of a tenant; allowed: 1.yaml, 2.yaml, …, texts.<locale>.yaml, integrations.yaml (did you mean integrations.yaml?)',
    ]);
  });

  it('is that there is none', () => {
    expect(faultsIn(written({}))[0]).toMatch(/: no tenant found; allowed: folders with 1\.yaml$/);
    expect(faultsIn('/nowhere')).toEqual(['/nowhere: no tenant found; allowed: folders with 1.yaml']);
  });
});

describe('A fault of the notices', () => {
  it('is one that is missing: of a purpose that asks consent, or of the collection', () => {
    expect(faults({ 'notices/offers@1.en.md': undefined, 'notices/collection@1.en.md': undefined })).toEqual([
      't/notices: offers@1.<locale>.md is missing: it says what people agree to under /purposes/offers',
      't/notices: collection@1.<locale>.md is missing: it is shown wherever data is collected',
    ]);
  });

  it('is not that of a purpose that asks nobody', () => {
    const basis =
      'basis: {consumer: legitimateInterest, customer: softOptIn, professional: legitimateInterest}';
    const silent = policy({ [PURPOSE]: `  offers: {class: marketing, channels: [email], ${basis}}` });
    expect(faults({ ...silent, 'notices/offers@1.en.md': undefined })).toEqual([]);
  });

  it('is a name, an empty text, a gap or a start', () => {
    expect(
      faults({
        'notices/offers.md': 'x',
        'notices/collection@1.fr.md': '---\neffectiveFrom: 2026-01-01\n---\n',
        'notices/offers@3.en.md': 'x',
        'notices/offers@4.en.md': '---\neffectiveFrom: next year\n---\nx',
      }),
    ).toEqual([
      't/notices/collection@1.fr.md: is empty',
      't/notices/offers.md: is not named <id>@<version>.<locale>.md',
      't/notices/offers@4.en.md: effectiveFrom "next year" is not an RFC 3339 instant or a date',
      't/notices/offers@3: version 2 is missing before it',
      't/notices/offers@3: a later version needs effectiveFrom in its front matter',
      't/notices/offers@4: a later version needs effectiveFrom in its front matter',
    ]);
  });

  it('is a start that is not later, or not the same in all languages', () => {
    const from = (day: string) => `---\neffectiveFrom: ${day}\n---\nx`;
    expect(
      faults({
        'notices/offers@2.en.md': from('2026-06-01'),
        'notices/offers@2.fr.md': from('2026-07-01'),
        'notices/offers@3.en.md': from('2026-05-01'),
      }),
    ).toEqual([
      't/notices/offers@2: its languages name different instants as effectiveFrom',
      't/notices/offers@3: effectiveFrom is not after that of the version before',
    ]);
  });
});

describe('A fault of the texts', () => {
  it('is what is no text, or no colour', () => {
    expect(faults({ 'texts.en.yaml': 'unsubscribe: {title: 12}\nbrand: {colour: blue}\n' })).toEqual([
      't/texts.en.yaml: /unsubscribe/title 12 is not a text (quote it)',
      't/texts.en.yaml: /brand/colour "blue" is not a colour such as \'#1f4e79\' (in quotes)',
    ]);
  });
});

describe('A start with several broken tenants', () => {
  it('is stopped once, by everything that is wrong, a line each', () => {
    const dir = written({
      sound: policyOf('sound'),
      broken: {
        '1.yaml':
          'tenant: broken\nsource: x\nversion: 1\nlocale: en\ntimezone: Europe/Pari\npurposes: {}\nprospect: {answerWindow: P30}\n',
        'notices/collection@1.en.md': 'Your data.',
        'integrations.yaml': 'integrations:\n  - {id: crm, kind: webhok, role: both, url: "${CRM_URL}"}\n',
      },
      other: { ...policyOf('other'), 'notices/offers@1.en.md': undefined },
    });
    const start = () => loadPolicies({ dir, env: {}, now: NOW, knownKinds: ['webhook', 'mailchimp'] });
    expect(start).toThrow(PolicyFaults);
    expect(start).toThrow(
      [
        '7 faults in the policies:',
        'broken/1.yaml: /timezone "Europe/Pari" is not an IANA time zone such as Europe/Paris (did you mean Europe/Paris?)',
        'broken/1.yaml: /purposes is empty',
        'broken/1.yaml: /prospect/answerWindow "P30" is not an ISO 8601 duration (did you mean P30D?)',
        'broken/integrations.yaml: /integrations/0/url needs the environment variable CRM_URL, which is not set',
        'broken/integrations.yaml: /integrations/0/kind "webhok" is not one of webhook, mailchimp (did you mean webhook?)',
        'broken/integrations.yaml: /integrations/0/role "both" is not one of marketing, transactional, mixed',
        'other/notices: offers@1.<locale>.md is missing: it says what people agree to under /purposes/offers',
      ].join('\n- '),
    );
  });

  const policyOf = (tenant: string) => ({
    ...SOUND,
    '1.yaml': (SOUND['1.yaml'] ?? '').replace('tenant: t', `tenant: ${tenant}`),
  });
});
