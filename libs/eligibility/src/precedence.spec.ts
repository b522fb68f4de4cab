import { ANSWER_CODES } from '@assent/contract';
import { ask, at, codeOf, ending, given, objected, sent, withdrawn, type Told } from './person-spec.js';
import { RULES } from './rules.js';

const removed = [{ kind: 'email', key: 'a'.repeat(32), addedAt: 0, removedAt: 1 }] as const;
const twice = [sent('2026-04-01', 'spring'), sent('2026-05-01', 'may')];

/** No act of the person: it starts no clock afresh. */
const imported = (purpose: string) => given('2026-03-01', purpose, { method: 'import' });

interface Speaking {
  readonly code: string;
  readonly told: Told;
  /** Only there: an edition has no solicitation limit, a solicitation no second step. */
  readonly only?: 'newsletter' | 'prospecting';
}
/** From the first that speaks to the last. Each is put together with every later one that can be true as well. */
const SPEAKING: readonly Speaking[] = [
  { code: 'objection-in-force', told: { objections: [objected('2026-05-20')] } },
  { code: 'erased', told: { subject: { erasedAt: at('2026-05-20') } } },
  { code: 'restricted', told: { subject: { restrictedSince: at('2026-05-20') } } },
  { code: 'undeliverable', told: { subject: { addresses: [...removed] } } },
  {
    code: 'dropped-out',
    told: { subject: { collectedAt: at('2024-01-01'), registeredAt: at('2024-01-01') } },
    only: 'prospecting',
  },
  { code: 'solicitation-limit-reached', told: { prospect: twice }, only: 'prospecting' },
  {
    code: 'confirmation-pending',
    told: { consents: [given('2026-03-11', 'newsletter', { confirmed: false })] },
    only: 'newsletter',
  },
  {
    code: 'consent-withdrawn',
    told: { consents: [withdrawn('2026-03-10', 'newsletter'), withdrawn('2026-03-10', 'prospecting')] },
  },
  {
    code: 'consent-expired',
    told: {
      consents: [imported('newsletter'), imported('prospecting')],
    },
  },
  {
    code: 'informed-missing',
    told: { subject: { context: 'professional' } },
    only: 'prospecting',
  },
  { code: 'no-consent', told: {} },
];
/** What was agreed to before 5 March ends on 1 April. */
const policy = ending((since) => (since < at('2026-03-05') ? at('2026-04-01') : undefined));
const both = (a: Told, b: Told): Told => ({
  subject: { ...a.subject, ...b.subject },
  consents: [...(a.consents ?? []), ...(b.consents ?? [])],
  objections: [...(a.objections ?? []), ...(b.objections ?? [])],
  prospect: [...(a.prospect ?? []), ...(b.prospect ?? [])],
});
const pairs = SPEAKING.flatMap((first, index) =>
  SPEAKING.slice(index + 1)
    .filter((later) => !first.only || !later.only || first.only === later.only)
    .map((later) => ({ first, later, purpose: first.only ?? later.only ?? 'prospecting' })),
);

describe('The order of answers', () => {
  it('is the one that is published', () =>
    expect(RULES.map(({ code }) => code)).toEqual(
      ANSWER_CODES.filter((code) => !['malformed', 'stale', 'allowed'].includes(code)),
    ));

  it('begins with the purpose: what is not declared is not looked at', () => {
    for (const { told } of SPEAKING) {
      expect(codeOf(told, '2026-06-01', { purpose: 'promotion' })).toBe('purpose-unknown');
    }
  });

  it.each(SPEAKING.map((one) => [one.code, one] as const))('has %s speak alone', (code, { told, only }) =>
    expect(codeOf(told, '2026-06-01', { purpose: only ?? 'prospecting', policy })).toBe(code),
  );

  it.each(pairs.map((pair) => [pair.first.code, pair.later.code, pair] as const))(
    'puts %s before %s',
    (code, _, { first, later, purpose }) =>
      expect(codeOf(both(first.told, later.told), '2026-06-01', { purpose, policy })).toBe(code),
  );

  it('is told in full when asked to explain', () => {
    const told = {
      subject: { restrictedSince: at('2026-05-20') },
      objections: [objected('2026-05-20')],
      prospect: twice,
    };
    const { reasons } = ask(told, '2026-06-01', { explain: true });
    expect(reasons.map(({ code }) => code)).toEqual([
      'objection-in-force',
      'restricted',
      'solicitation-limit-reached',
      'no-consent',
    ]);
    expect(reasons[0]).toMatchObject({
      rule: 'objectionInForce',
      commitment: 'S2-32',
      since: at('2026-05-20'),
    });
  });

  it('names every ground that holds when asked to explain a yes', () => {
    const told = {
      subject: { context: 'professional', informedAt: at('2026-02-01') } as const,
      consents: [given('2026-03-10', 'prospecting')],
    };
    const { reasons, basis } = ask(told, '2026-06-01', { explain: true });
    expect(basis).toBe('consent');
    expect(reasons.map(({ rule }) => rule)).toEqual(['consentGiven', 'professionalAddress']);
  });
});
