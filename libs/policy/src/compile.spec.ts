import type { Anchors, Policy } from './rules.js';
import { later, loaded, local, policy, shown, type Files } from './written-spec.js';

const VERSION_2 = '2027-01-01';
const BEFORE = local('2026-12-31T23:59:59');
const AFTER = local('2027-01-01T00:00');

const tenant = (files: Files) => {
  const { policies } = loaded(files);
  return { policies, at: (instant: number) => policies.at('t', instant) };
};
/** The sound policy with lines added, and a second version with others from 2027 on. */
const versions = (first: string, second: string) =>
  tenant({ ...policy({}, first), ...later(2, VERSION_2, second) });
const ends = ({ prospect }: Policy, anchors: Readonly<Record<keyof Anchors, string>> | object) =>
  shown(
    prospect.inactivityEndsAt(
      Object.fromEntries(Object.entries(anchors).map(([act, text]) => [act, local(String(text))])),
    ),
  );

describe('K17 The version of a policy', () => {
  const { policies, at } = versions('', '');

  it('is the first since always, a later one from its start on', () => {
    expect([at(0), at(BEFORE), at(AFTER), at(local('2040-01-01T00:00'))].map(({ id }) => id)).toEqual([
      't@1',
      't@1',
      't@2',
      't@2',
    ]);
  });

  it('is compiled once', () => {
    expect(at(0)).toBe(at(BEFORE));
  });

  it('says which rights each mail offers at its end (S2-06), none when it is silent', () => {
    const { at: told } = versions('', 'notices: {inEachMail: [access, erasure]}');
    expect([BEFORE, AFTER].map((instant) => told(instant).notices.inEachMail)).toEqual([
      [],
      ['access', 'erasure'],
    ]);
  });

  it('knows when the next one starts, and so does the tenant', () => {
    expect([at(BEFORE).nextVersionAt, at(AFTER).nextVersionAt]).toEqual([AFTER, undefined]);
    expect(policies.turningPoints('t')).toEqual([AFTER]);
  });

  it('is an error of a tenant that does not exist', () => {
    expect(policies.has('u')).toBe(false);
    expect(() => policies.at('u', 0)).toThrow('u is not a tenant');
  });
});

describe('K17 A version that shortens', () => {
  const { at } = versions(
    'prospect: {inactivity: P3Y}\n',
    'prospect: {inactivity: P1Y, unansweredLimit: 2, answerWindow: P30D}\n',
  );

  it('applies at once to data already held', () => {
    const anchors = { collection: '2026-02-01T10:00' };
    expect(ends(at(BEFORE), anchors)).toBe('2029-02-01T10:00');
    expect(ends(at(AFTER), anchors)).toBe('2027-02-01T10:00');
  });

  it('brings its limit and its window', () => {
    expect([at(BEFORE).prospect.unansweredLimit, at(AFTER).prospect.unansweredLimit]).toEqual([undefined, 2]);
    const since = local('2027-05-01T09:00');
    expect(at(BEFORE).prospect.answerWindowEndsAt(since)).toBeUndefined();
    expect(shown(at(AFTER).prospect.answerWindowEndsAt(since))).toBe('2027-05-31T09:00');
  });
});

describe('K17 A version that lengthens', () => {
  const { at } = versions(
    'prospect: {inactivity: P3Y, unansweredLimit: 2, answerWindow: P30D}\n',
    'prospect: {inactivity: P5Y, unansweredLimit: 4, answerWindow: P60D}\n',
  );

  it('G-46 reaches nobody whose data was collected before it', () => {
    expect(ends(at(AFTER), { collection: '2024-06-01T00:00' })).toBe('2027-06-01T00:00');
  });

  it('applies to data collected under it, from its first instant on', () => {
    expect(ends(at(AFTER), { collection: '2026-12-31T23:59:59' })).toBe('2029-12-31T23:59:59');
    expect(ends(at(AFTER), { collection: '2027-01-01T00:00' })).toBe('2032-01-01T00:00');
  });

  it('reaches nobody of whom the collection is unknown', () => {
    expect(ends(at(AFTER), { contactByPerson: '2028-01-01T00:00' })).toBe('2031-01-01T00:00');
  });

  it('leaves limit and window as they were', () => {
    expect(at(AFTER).prospect.unansweredLimit).toBe(2);
    expect(shown(at(AFTER).prospect.answerWindowEndsAt(local('2027-05-01T09:00')))).toBe('2027-05-31T09:00');
  });

  it('leaves the end of consents given before it', () => {
    const expiring = (period: string) =>
      `  news: {class: marketing, channels: [email], consentExpiry: ${period}}\n`;
    const { at: version } = tenant({
      ...policy({}, expiring('P1Y')),
      ...later(2, VERSION_2, expiring('P2Y')),
      'notices/news@1.en.md': 'News.',
    });
    const end = (since: string) => shown(version(AFTER).purpose('news.weekly')?.consentEndsAt(local(since)));
    expect(end('2026-06-01T10:00')).toBe('2027-06-01T10:00');
    expect(end('2027-06-01T10:00')).toBe('2029-06-01T10:00');
  });
});

describe('K18 What a policy leaves silent', () => {
  const silent = tenant({}).at(0);

  it('is filled by the law for prospects: three years from the latest of collection and contact, no limit', () => {
    expect(ends(silent, { collection: '2024-02-29T08:00' })).toBe('2027-02-28T08:00');
    expect(ends(silent, { collection: '2024-02-29T08:00', contactByPerson: '2025-05-01T09:00' })).toBe(
      '2028-05-01T09:00',
    );
    expect(silent.prospect).toMatchObject({
      unansweredLimit: undefined,
      atEnd: 'delete',
      startsOn: ['collection', 'contactByPerson'],
    });
    expect(silent.prospect.answerWindowEndsAt(0)).toBeUndefined();
  });

  it('is filled by the law for the opposition list: three years from the entry', () => {
    expect(shown(silent.opposition.keptUntil(local('2026-07-01T09:30')))).toBe('2029-07-01T09:30');
    expect(silent.opposition.scope).toBe('controller');
  });

  it('is filled by the law for the ground: by context for marketing, the contract for the rest', () => {
    expect(silent.purpose('offers')?.basis).toEqual({
      consumer: 'consent',
      customer: 'softOptIn',
      professional: 'legitimateInterest',
    });
    expect(silent.purpose('account')?.basis).toEqual({
      consumer: 'contract',
      customer: 'contract',
      professional: 'contract',
    });
  });

  it('is filled strictly for the confirmation', () => {
    expect(silent.confirmation).toMatchObject({ doubleOptIn: true, perList: true });
    expect(tenant(policy({}, 'confirmation: {doubleOptIn: false}\n')).at(0).confirmation).toMatchObject({
      doubleOptIn: false,
      perList: true,
    });
  });

  it('lets the link of a confirmation live seven days of the calendar, or as long as is written', () => {
    const { confirmation } = tenant(policy({}, 'confirmation: {linkLife: PT12H}\n')).at(0);
    const asked = local('2026-03-28T10:00'); // the night that has 23 hours comes after it
    expect(shown(silent.confirmation.linkEndsAt(asked))).toBe('2026-04-04T10:00');
    expect(shown(confirmation.linkEndsAt(asked))).toBe('2026-03-28T22:00');
  });

  it('is filled key by key: what is written stands', () => {
    const { prospect } = tenant(policy({}, 'prospect: {startsOn: [contactByPerson], atEnd: archive}\n')).at(
      0,
    );
    expect(prospect).toMatchObject({ atEnd: 'archive', startsOn: ['contactByPerson'] });
    expect(shown(prospect.inactivityEndsAt({ contactByPerson: local('2026-03-10T00:00') }))).toBe(
      '2029-03-10T00:00',
    );
    const basis = policy({ 'prospecting: true,': 'prospecting: true, basis: {customer: consent},' });
    expect(tenant(basis).at(0).purpose('offers')?.basis).toEqual({
      consumer: 'consent',
      customer: 'consent',
      professional: 'legitimateInterest',
    });
  });

  it('keeps nothing for ever: who was never in contact counts from the collection', () => {
    const only = tenant(policy({}, 'prospect: {inactivity: P1Y, startsOn: [contactByPerson]}\n')).at(0);
    expect(ends(only, { collection: '2026-05-31T00:00' })).toBe('2027-05-31T00:00');
    expect(ends(only, {})).toBeUndefined();
  });

  it('is named for the trace', () => {
    expect(silent.filledByLaw).toEqual([
      'prospect.inactivity',
      'prospect.startsOn',
      'opposition.retention',
      'confirmation.doubleOptIn',
      'confirmation.perList',
      'purposes.offers.basis',
      'purposes.account.basis',
    ]);
  });
});

describe('A purpose', () => {
  const lists =
    '  offers.partners: {class: marketing, channels: [sms], consentExpiry: P1Y, conditions: [namedEntities]}\n';
  const { policies } = loaded({ ...policy({}, lists), 'notices/offers.partners@1.en.md': 'Partners.' });
  const tree = policies.at('t', 0);

  it('has the rules of the nearest declared one above it', () => {
    const governs = [
      'offers',
      'offers.weekly',
      'offers.weekly.paris',
      'offers.partners',
      'offers.partners.x',
    ].map((id) => tree.purpose(id)?.declared);
    expect(governs).toEqual(['offers', 'offers', 'offers', 'offers.partners', 'offers.partners']);
  });

  it('is undeclared when nothing above it is declared either', () => {
    expect(['offer', 'offersx', 'x.offers', '', '*', 'constructor'].map((id) => tree.purpose(id))).toEqual(
      Array(6).fill(undefined),
    );
  });

  it('is undeclared when its name is no word: it would stand in events and mails for good', () => {
    for (const id of [
      'offers.ada@example.org',
      'offers.a b',
      'offers.',
      'offers..x',
      'offers.é',
      'offers.x/y',
    ])
      expect(tree.purpose(id)).toBeUndefined();
  });

  it('carries class, channels, conditions and the end of its consents', () => {
    expect(tree.purpose('offers.partners')).toMatchObject({
      class: 'marketing',
      prospecting: false,
      channels: ['sms'],
      conditions: ['namedEntities'],
    });
    expect(shown(tree.purpose('offers.partners')?.consentEndsAt(local('2028-02-29T10:00')))).toBe(
      '2029-02-28T10:00',
    );
    expect(tree.purpose('offers')?.consentEndsAt(0)).toBeUndefined();
    expect(tree.purpose('account')).toMatchObject({ class: 'service', prospecting: false });
  });

  it('is listed in the order of the file', () => {
    expect(tree.purposes.map(({ declared }) => declared)).toEqual(['offers', 'account', 'offers.partners']);
  });
});
