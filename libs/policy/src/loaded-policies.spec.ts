import { createHash } from 'node:crypto';
import { loaded, local, policy } from './written-spec.js';

const V2 = '---\neffectiveFrom: 2026-06-01 # a date is 00:00 local\n---\n';

describe('A notice', () => {
  const { policies } = loaded({
    'notices/offers@1.fr.md': 'Nous souhaitons vous envoyer des offres.\n',
    'notices/offers@2.en.md': `${V2}Better words.\n`,
    'notices/offers@2.fr.md': 'De meilleurs mots.\n',
  });
  const start = local('2026-06-01T00:00');

  it('is found by its version, also before that holds', () => {
    expect(policies.notice('t', 'offers@2', 0)).toMatchObject({
      id: 'offers',
      version: 2,
      effectiveFrom: start,
    });
    expect(policies.notice('t', 'offers@3', start)).toBeUndefined();
    expect(policies.notice('t', 'nothing', start)).toBeUndefined();
  });

  it('is its newest version at the instant when none is named', () => {
    expect(policies.notice('t', 'offers', start - 1)?.version).toBe(1);
    expect(policies.notice('t', 'offers', start)?.version).toBe(2);
  });

  it('is current in its newest version only', () => {
    const current = (ref: string, at: number) => policies.isCurrent('t', ref, at);
    expect([current('offers@1', start - 1), current('offers@2', start - 1)]).toEqual([true, false]);
    expect([current('offers@1', start), current('offers@2', start)]).toEqual([false, true]);
    expect([current('offers@9', start), current('nothing@1', start)]).toEqual([false, false]);
  });

  it('is pinned by a digest of all its languages, without the front matter', () => {
    const digest = createHash('sha256')
      .update('en\0Better words.\n\0fr\0De meilleurs mots.\n\0')
      .digest('hex');
    expect(policies.notice('t', 'offers@2', start)).toMatchObject({
      digest,
      texts: { en: 'Better words.\n', fr: 'De meilleurs mots.\n' },
    });
  });

  it('has another digest when a word is moved from one language to the other', () => {
    const digest = (en: string, fr: string) =>
      loaded({ 'notices/offers@1.en.md': en, 'notices/offers@1.fr.md': fr }).policies.notice(
        't',
        'offers@1',
        0,
      )?.digest;
    expect(digest('a b', 'c')).not.toBe(digest('a', 'b c'));
    expect(digest('a b', 'c')).toBe(digest('a b', 'c'));
  });

  it('that starts is a turning point, as a version of the policy is', () => {
    expect(policies.turningPoints('t')).toEqual([start]);
  });
});

describe('A text', () => {
  const { policies } = loaded({
    ...policy({ 'locale: en': 'locale: fr' }),
    'texts.en.yaml': 'brand.name: Brand\nunsubscribe: {title: Leave, button: Go}\nonly: English\n',
    'texts.fr.yaml': 'brand: {name: Marque}\nunsubscribe:\n  title: Partir\n',
  });

  it('is found by its key, written flat or nested', () => {
    expect(policies.text('t', 'brand.name', 'en')).toBe('Brand');
    expect(policies.text('t', 'unsubscribe.title', 'en')).toBe('Leave');
    expect(policies.text('t', 'unsubscribe', 'en')).toBeUndefined();
  });

  it("is in the language asked for, else the policy's, else English", () => {
    expect(policies.text('t', 'unsubscribe.title', 'en-GB')).toBe('Leave');
    expect(policies.text('t', 'unsubscribe.title', 'de')).toBe('Partir');
    expect(policies.text('t', 'unsubscribe.title')).toBe('Partir');
    expect(policies.text('t', 'only', 'fr')).toBe('English');
    expect(policies.text('t', 'nowhere')).toBeUndefined();
  });
});

describe('An instant', () => {
  const { policies } = loaded(policy({ 'Europe/Paris': 'America/New_York' }));

  it("K5 is read in the tenant's zone", () => {
    expect(policies.instant('t', '2026-07-10')).toBe(local('2026-07-10T00:00', 'America/New_York'));
    expect(policies.instant('t', '2026-07-10T00:00:00Z')).toBe(Date.UTC(2026, 6, 10));
  });

  it('is none when it is no text', () => {
    for (const value of [['2026-07-10'], 20260710, null, undefined, {}])
      expect(policies.instant('t', value as string)).toBeUndefined();
  });
});

describe('A note to the operator', () => {
  const notes = (...args: Parameters<typeof loaded>) => loaded(...args).notes;

  it('is not given when there is nothing to say', () => {
    expect(notes()).toEqual([]);
  });

  it('names the keys that nothing acts upon yet', () => {
    expect(notes(policy({}, 'cookies: {maxAge: P13M}\nretention: []\n'))).toEqual([
      't@1: retention, cookies are recorded and not yet acted upon',
    ]);
  });

  it('A2-3 says what a silent answer window means beside a limit', () => {
    expect(notes(policy({}, 'prospect: {unansweredLimit: 2}\n'))).toEqual([
      expect.stringContaining('(A2-3)'),
    ]);
    expect(notes(policy({}, 'prospect: {unansweredLimit: 2, answerWindow: P30D}\n'))).toEqual([]);
  });

  it('names acts that no prospect is known by', () => {
    expect(notes(policy({}, 'prospect: {startsOn: [collection, serviceEnd]}\n'))).toEqual([
      't@1: prospect: serviceEnd is recorded for no prospect, so it starts no clock',
    ]);
  });

  it('A1-6 names transfer mechanisms that no longer hold', () => {
    const processors =
      'processors:\n  - {name: Mailer, country: US, mechanism: privacyShield}\n  - {name: Other, country: US, mechanism: bcr}\n';
    expect(notes(policy({}, processors))).toEqual([
      't@1: the transfer mechanism privacyShield of Mailer is not valid; replace it (A1-6)',
    ]);
    expect(notes(policy({}, processors), { now: Date.UTC(2019, 0, 1) })).toEqual([]);
  });

  it('A4-10 asks who the controller is', () => {
    expect(notes({ 'texts.en.yaml': 'brand: {name: T}\n' })).toEqual([
      expect.stringContaining('no controller is named'),
    ]);
  });

  it('names a colour that is hard to read, notices without the language of the policy, processors without a contract', () => {
    expect(
      notes({
        ...policy({ 'locale: en': 'locale: fr' }),
        'texts.en.yaml': 'controller: {name: T}\nbrand: {colour: "#777777"}\n',
        'notices/collection@1.fr.md': 'Vos données.',
        'integrations.yaml': 'integrations: [{id: m, kind: mailchimp, processor: {name: M, country: FR}}]\n',
      }),
    ).toEqual([
      't: brand.colour #777777 is hard to read on white: its contrast is less than 4.5 (WCAG 2.2, 1.4.3)',
      't: no text in fr of the notices offers@1',
      't: no contract is recorded for the processor of m (GDPR art. 28)',
    ]);
  });
});
