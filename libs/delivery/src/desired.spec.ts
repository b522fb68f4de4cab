import { ANSWER_CODES, type AnswerCode, type DesiredCell } from '@assent/contract';
import { desiredFor, type Known, type Place } from './desired.js';
import { knownWith, objections, policyWith, subject } from './stand-ins/people.js';
import { HOUR, T0 } from './stand-ins/stores.js';

const EMAIL: Place = { kind: 'email', removed: false };
const desired = (known: Known, place = EMAIL, role: 'marketing' | 'transactional' | 'mixed' = 'marketing') =>
  desiredFor(known, policyWith(), { role }, place, T0);
const cellOf = (known: Known, purpose = 'offers', place = EMAIL): DesiredCell | undefined =>
  desired(known, place).purposes[purpose]?.['email'];

describe('A desired state', () => {
  const out: readonly AnswerCode[] = [
    'objection-in-force',
    'consent-withdrawn',
    'consent-expired',
    'dropped-out',
    'restricted',
    'erased',
    'solicitation-limit-reached',
  ];
  const codes = ANSWER_CODES.filter((code) => code !== 'allowed');

  it.each(codes.filter((code) => out.includes(code)))('closes a target for %s', (code) => {
    expect(cellOf(knownWith({ 'offers/email': { code, since: T0 - 1, eventId: 'e1' } }, {}))).toEqual({
      verdict: 'stopped',
      code,
      tri: 'out',
      since: T0 - 1,
      eventId: 'e1',
    });
  });

  it.each(codes.filter((code) => !out.includes(code)))(
    'leaves the tool alone for %s, and still says stopped',
    (code) => {
      expect(cellOf(knownWith({ 'offers/email': { code } }, {}))).toMatchObject({
        verdict: 'stopped',
        code,
        tri: 'untouched',
      });
    },
  );

  it('opens a target for the consent of the person alone', () => {
    const allowed = (basis: 'consent' | 'softOptIn' | 'legitimateInterest') =>
      cellOf(knownWith({ 'offers/email': { code: 'allowed', basis, since: T0 - 5 } }, {}));
    expect(allowed('consent')).toMatchObject({ verdict: 'allowed', tri: 'in', since: T0 - 5 });
    expect(allowed('softOptIn')).toMatchObject({ verdict: 'allowed', tri: 'untouched' });
    expect(allowed('legitimateInterest')).toMatchObject({ verdict: 'allowed', tri: 'untouched' });
  });

  it('S2-24 closes only targets of prospecting purposes when the limit is reached', () => {
    const code = 'solicitation-limit-reached';
    const known = knownWith({ 'offers/email': { code }, 'newsletter/email': { code } }, {});
    expect(cellOf(known, 'offers')?.tri).toBe('out');
    expect(cellOf(known, 'newsletter')?.tri).toBe('untouched');
  });

  it('K14 stays closed after an objection has left the list, by the consent it ended', () => {
    const scope = { purpose: '*', channel: '*' };
    const consent = { consents: [], ends: [{ scope, at: T0 - HOUR, cause: 'o9', eventId: 'c9' }] };
    expect(cellOf(knownWith({}, { consent }))).toMatchObject({
      code: 'no-consent',
      tri: 'out',
      since: T0 - HOUR,
      eventId: 'o9',
    });
  });

  it('K14 stays closed after an objection that is over and still on record', () => {
    const known = knownWith(
      {},
      { oppositions: [objections({ scope: { purpose: 'offers', channel: 'email' } })] },
    );
    expect(cellOf(known)).toMatchObject({ code: 'no-consent', tri: 'out', eventId: 'o1' });
    expect(cellOf(known, 'newsletter')?.tri).toBe('untouched');
  });

  it('K14 stays closed after an objection, or an empty box, that only the history knows', () => {
    const past = [{ scope: { purpose: 'offers', channel: '*' }, since: T0 - HOUR, eventId: 'o3' }];
    expect(cellOf(knownWith({}, { past }))).toMatchObject({ tri: 'out', since: T0 - HOUR, eventId: 'o3' });
    const declined = [{ purpose: 'offers', since: T0 - HOUR, eventId: 'd1' }];
    const person = subject({ declined });
    expect(cellOf(knownWith({}, { subject: person }))).toMatchObject({ tri: 'out', eventId: 'd1' });
  });

  it('forgets what an objection had ended that was undone', () => {
    const scope = { purpose: '*', channel: '*' };
    const consent = { consents: [], ends: [{ scope, at: T0 - HOUR, cause: 'o1', eventId: 'c9' }] };
    expect(cellOf(knownWith({}, { consent, undone: ['o1'] }))?.tri).toBe('untouched');
  });

  it('carries a stop to an address that cannot be reached: the tool may hold it still', () => {
    const reasons = [
      { code: 'undeliverable' as const, rule: 'undeliverable' },
      { code: 'consent-withdrawn' as const, rule: 'consentWithdrawn', since: T0 - 1, eventId: 'w1' },
    ];
    expect(cellOf(knownWith({ 'offers/email': { code: 'undeliverable', reasons } }, {}))).toEqual({
      verdict: 'stopped',
      tri: 'out',
      code: 'consent-withdrawn',
      since: T0 - 1,
      eventId: 'w1',
    });
  });

  it('has the marketing purposes whose channels reach the kind of address, and no service purpose', () => {
    const shape = (place: Place) =>
      Object.entries(desired(knownWith({}, {}), place).purposes).map(
        ([purpose, cells]) => `${purpose}: ${Object.keys(cells).join(' ')}`,
      );
    expect(shape(EMAIL)).toEqual(['newsletter: email', 'offers: email']);
    expect(shape({ kind: 'phone', removed: false })).toEqual(['offers: sms voice']);
    expect(shape({ kind: 'post', removed: false })).toEqual([]);
    expect(shape({ kind: 'externalId', removed: false })).toEqual([]);
  });

  it('names a list of its own when somebody refused or asked for exactly that list', () => {
    const oppositions = [objections({ scope: { purpose: 'newsletter.weekly', channel: '*' } })];
    const declined = [{ purpose: 'newsletter.tips', since: T0, eventId: 'd1' }];
    const known = knownWith({}, { oppositions, subject: subject({ declined }) });
    expect(Object.keys(desired(known).purposes)).toEqual([
      'newsletter',
      'offers',
      'newsletter.tips',
      'newsletter.weekly',
    ]);
    expect(cellOf(known, 'newsletter.weekly')?.tri).toBe('out');
    expect(cellOf(known, 'newsletter')?.tri).toBe('untouched');
  });

  it('says whether anything of marketing is open', () => {
    const basis = 'consent' as const;
    expect(desired(knownWith({}, {})).allMarketing).toBe('stopped');
    expect(desired(knownWith({ 'offers/email': { code: 'allowed', basis } }, {})).allMarketing).toBe(
      'allowed',
    );
  });

  it.each([
    ['everything, everywhere', { purpose: '*', channel: '*' }, T0 - HOUR, true],
    ['everything by e-mail', { purpose: '*', channel: 'email' }, T0 - HOUR, true],
    ['everything by sms', { purpose: '*', channel: 'sms' }, T0 - HOUR, false],
    ['one purpose', { purpose: 'offers', channel: '*' }, T0 - HOUR, false],
    ['everything, long ago', { purpose: '*', channel: '*' }, T0 - 4 * 365 * 24 * HOUR, false],
    ['everything, from now on', { purpose: '*', channel: '*' }, T0, true],
  ])('closes every route of an e-mail address for an objection to %s: %j', (_, scope, since, expected) => {
    expect(desired(knownWith({}, { oppositions: [objections({ scope, since })] })).objectedToAll).toBe(
      expected,
    );
  });

  it('lets stops count on an address that was removed, and permissions not', () => {
    const decisions = {
      'offers/email': { code: 'allowed' as const, basis: 'consent' as const },
      'newsletter/email': { code: 'objection-in-force' as const },
    };
    const removed: Place = { kind: 'email', removed: true };
    expect(cellOf(knownWith(decisions, {}), 'offers', removed)).toMatchObject({
      verdict: 'stopped',
      code: 'undeliverable',
      tri: 'untouched',
    });
    expect(cellOf(knownWith(decisions, {}), 'newsletter', removed)?.tri).toBe('out');
  });

  it('of a transactional account carries an erasure and nothing else', () => {
    const gone = knownWith({ 'offers/email': { code: 'erased' } }, { subject: subject({ erasedAt: T0 }) });
    expect(desired(gone, EMAIL, 'transactional')).toEqual({
      kind: 'email',
      purposes: {},
      allMarketing: 'stopped',
      objectedToAll: false,
      erase: true,
    });
    const opposed = knownWith({}, { oppositions: [objections({})] });
    expect(desired(opposed, EMAIL, 'transactional')).toMatchObject({ objectedToAll: false, erase: false });
  });

  it('asks to erase from the instant of the erasure', () => {
    const at = (erasedAt: number | null) => desired(knownWith({}, { subject: subject({ erasedAt }) })).erase;
    expect([at(null), at(T0), at(T0 + 1)]).toEqual([false, true, false]);
  });
});
