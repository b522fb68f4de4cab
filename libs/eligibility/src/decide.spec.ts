import fc from 'fast-check';
import type { ConsentFact, OppositionFact } from '@assent/contract';
import { ask, at, codeOf, ended, given, objected, sent, withdrawn, type Told } from './person-spec.js';

const consented: Told = { consents: [given('2026-03-10', 'prospecting')] };
const customer = {
  relationship: 'customer',
  informedAt: at('2026-01-15'),
  collectedAt: at('2026-01-15'),
} as const;
const removed = [{ kind: 'email', key: 'a'.repeat(32), addedAt: 0, removedAt: 1 }] as const;
const twice = [sent('2026-04-01', 'spring'), sent('2026-05-01', 'may')];

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

describe('Whatever happened', () => {
  const day = fc.integer({ min: 1, max: 28 }).map((n) => `2026-05-${String(n).padStart(2, '0')}`);
  const purpose = fc.constantFrom('prospecting', 'newsletter', '*');
  const acts = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('objected' as const), day, purpose }),
      fc.record({
        kind: fc.constant('given' as const),
        day,
        purpose: fc.constantFrom('prospecting', 'newsletter'),
        method: fc.constantFrom('form' as const, 'import' as const),
      }),
      fc.record({
        kind: fc.constant('withdrawn' as const),
        day,
        purpose: fc.constantFrom('prospecting', 'newsletter'),
      }),
    ),
    { maxLength: 8 },
  );

  it('nobody is contacted against a stop that no newer act of the person opens', () => {
    fc.assert(
      fc.property(acts, fc.boolean(), (told, isCustomer) => {
        const objections: OppositionFact[] = told
          .filter(({ kind }) => kind === 'objected')
          .map(({ day: on, purpose: of }) => objected(on, of));
        const consents = told.flatMap((act): ConsentFact[] =>
          act.kind === 'given'
            ? [given(act.day, act.purpose, { method: act.method })]
            : act.kind === 'withdrawn'
              ? [withdrawn(act.day, act.purpose)]
              : [],
        );
        const subject = isCustomer ? customer : {};
        for (const asked of ['prospecting', 'newsletter']) {
          const { allowed } = ask({ subject, consents, objections }, '2026-06-01', { purpose: asked });
          const stops = told.filter(
            (act) => act.kind !== 'given' && (act.purpose === '*' || act.purpose === asked),
          );
          const lastStop = Math.max(-1, ...stops.map(({ day: on }) => at(on)));
          const opened = told.some(
            (act) => act.kind === 'given' && act.purpose === asked && at(act.day) > lastStop,
          );
          if (lastStop >= 0 && !opened) expect(allowed).toBe(false);
          const lastObjection = Math.max(
            -1,
            ...stops.filter(({ kind }) => kind === 'objected').map(({ day: on }) => at(on)),
          );
          const own = told.some(
            (act) =>
              act.kind === 'given' &&
              act.method === 'form' &&
              act.purpose === asked &&
              at(act.day) > lastObjection,
          );
          if (lastObjection >= 0 && !own) expect(allowed).toBe(false);
        }
      }),
    );
  });

  it('an answer is the same in whatever order the facts were told', () => {
    fc.assert(
      fc.property(acts, (told) => {
        const facts = (list: typeof told) => ({
          objections: list
            .filter(({ kind }) => kind === 'objected')
            .map(({ day: on, purpose: of }) => objected(on, of)),
          consents: list.flatMap((act): ConsentFact[] =>
            act.kind === 'given'
              ? [given(act.day, act.purpose)]
              : act.kind === 'withdrawn'
                ? [withdrawn(act.day, act.purpose)]
                : [],
          ),
        });
        for (const asked of ['prospecting', 'newsletter']) {
          expect(codeOf(facts(told), '2026-06-01', { purpose: asked })).toBe(
            codeOf(facts([...told].reverse()), '2026-06-01', { purpose: asked }),
          );
        }
      }),
    );
  });
});
