import { ask, at, codeOf, objected, sent, withdrawn, type Told } from './person-spec.js';

const removed = [{ kind: 'email', key: 'a'.repeat(32), addedAt: 0, removedAt: 1 }] as const;
const twice = [sent('2026-04-01', 'spring'), sent('2026-05-01', 'may')];

describe('The order of answers', () => {
  // From the first that speaks to the last; each is put together with every later one.
  const speaking: readonly (readonly [code: string, told: Told])[] = [
    ['objection-in-force', { objections: [objected('2026-05-20')] }],
    ['erased', { subject: { erasedAt: at('2026-05-20') } }],
    ['restricted', { subject: { restrictedSince: at('2026-05-20') } }],
    ['undeliverable', { subject: { addresses: [...removed] } }],
    ['dropped-out', { subject: { collectedAt: at('2025-01-01'), registeredAt: at('2025-01-01') } }],
    ['solicitation-limit-reached', { prospect: twice }],
    ['consent-withdrawn', { consents: [withdrawn('2026-03-11', 'prospecting')] }],
    ['informed-missing', { subject: { context: 'professional' } }],
  ];
  const both = (a: Told, b: Told): Told => ({
    subject: { ...a.subject, ...b.subject },
    consents: [...(a.consents ?? []), ...(b.consents ?? [])],
    objections: [...(a.objections ?? []), ...(b.objections ?? [])],
    prospect: [...(a.prospect ?? []), ...(b.prospect ?? [])],
  });

  it.each(speaking)('has %s speak alone', (code, told) => expect(codeOf(told, '2026-06-01')).toBe(code));

  it.each(
    speaking.flatMap(([code, told], index) =>
      speaking.slice(index + 1).map(([later, other]) => [code, later, both(told, other)] as const),
    ),
  )('puts %s before %s', (code, _, told) => expect(codeOf(told, '2026-06-01')).toBe(code));

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
});
