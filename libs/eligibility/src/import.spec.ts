import fc from 'fast-check';
import { streamOf, ulid } from '@assent/kernel';
import type { Fact } from '@assent/kernel';
import type { AnswerCode } from '@assent/contract';
import { acted, given, leaves, objected, opened, sent, withdrawn } from './facts-spec.js';
import { at, policies, world } from './world-spec.js';

const TENANTS = ['assistanceweb', 'assistool', 'presentinfini', 'prestamicro', 'publisher'] as const;
/** Nobody refused anything and nothing ended: an import may say what was missing on the record of a collection. */
const INCOMPLETE: ReadonlySet<AnswerCode> = new Set(['informed-missing', 'undeliverable']);

const day = fc
  .integer({ min: 0, max: 500 })
  .map((n) => new Date(at('2025-01-01') + n * 86_400_000).toISOString());
const purpose = fc.constantFrom('prospecting', 'newsletter', 'offers', 'marketing', '*');
const method = fc.constantFrom('form' as const, 'import' as const);
const act = fc.oneof(
  fc.record({ kind: fc.constant('objected' as const), day, purpose }),
  fc.record({ kind: fc.constant('opened' as const), day, purpose }),
  fc.record({ kind: fc.constant('given' as const), day, purpose, method }),
  fc.record({ kind: fc.constant('withdrawn' as const), day, purpose }),
  fc.record({ kind: fc.constantFrom('sent', 'acted', 'customer', 'leaves', 'restricted', 'erased'), day }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

const line = fc.record({
  day,
  dated: fc.boolean(),
  informed: fc.boolean(),
  context: fc.constantFrom('consumer' as const, 'professional' as const, 'generic' as const),
  relationship: fc.constantFrom('prospect' as const, 'customer' as const),
  declined: fc.subarray(['newsletter', 'prospecting']),
  source: fc.constantFrom(null, 'crm'),
  notice: fc.constantFrom(null, 'collection@1'),
  evidence: fc.constantFrom(undefined, 'import', 'integration', 'script', 'operator'),
  withPhone: fc.boolean(),
});

type World = ReturnType<typeof world>;
type Person = Awaited<ReturnType<World['person']>>;

function tell({ log }: World, person: Person, told: Act): void {
  const { day: on } = told;
  const { tenant, subjectId, keys } = person;
  const list = streamOf('opposition', tenant, keys[0] ?? '');
  const own = (concept: 'subject' | 'prospect', fact: Fact) => person.did(concept, fact);
  switch (told.kind) {
    case 'objected':
      return void log.record(list, objected(on, told.purpose));
    case 'opened': {
      const entry = log.streams.get(list)?.events.at(-1)?.id ?? ulid(0);
      return void log.record(list, opened(on, entry, told.purpose));
    }
    case 'given':
      return void person.did('consent', given(on, told.purpose, { method: told.method }));
    case 'withdrawn':
      return void person.did('consent', withdrawn(on, told.purpose));
    case 'sent':
      return void own('prospect', sent(on, `c ${on}`));
    case 'acted':
      return void own('prospect', acted(on, 'click'));
    case 'customer':
      return void own('prospect', { type: 'BecameCustomer', at: at(on) });
    case 'leaves':
      return void own('prospect', leaves(on));
    case 'restricted':
      return void own('subject', { type: 'ProcessingRestricted', at: at(on), ground: 'unlawful' } as Fact);
    case 'erased':
      return void log.record(streamOf('subject', tenant, subjectId), {
        ...{ type: 'SubjectErased', at: at(on), reason: 'request' },
      });
  }
}

describe('An import', () => {
  const history = fc.array(act, { minLength: 1, maxLength: 8 });
  const registered = fc.record({
    tenant: fc.constantFrom(...TENANTS),
    collected: day,
    context: fc.constantFrom('consumer' as const, 'professional' as const),
    relationship: fc.constantFrom('prospect' as const, 'customer' as const),
    informed: fc.boolean(),
    own: fc.boolean(),
    declined: fc.subarray(['newsletter']),
  });

  it('turns no answer from no to yes for anybody who was stopped, whatever happened before, and whatever it says (S0-78)', async () => {
    await fc.assert(
      fc.asyncProperty(
        registered,
        history,
        fc.array(line, { minLength: 1, maxLength: 3 }),
        async (who, acts, lines) => {
          const all = world();
          all.log.writable = true;
          const person = await all.person(who.collected, who);
          // What was refused before somebody became a customer leaves the newer relation alone (K14).
          for (const told of acts) if (told.day >= who.collected) tell(all, person, told);
          all.clock.set(at('2026-06-01'));
          const ask = async () => {
            const answers = new Map<string, AnswerCode>();
            for (const { declared, channels } of policies.at(who.tenant, all.clock.now()).purposes)
              for (const channel of channels)
                for (const when of ['2025-06-01', '2026-06-01', '2027-06-01', '2032-06-01']) {
                  const question = {
                    subject: { email: person.email },
                    purpose: declared,
                    channel,
                    at: at(when),
                  };
                  answers.set(
                    `${declared} ${channel} ${when}`,
                    (await all.gate.decide(who.tenant, question)).code,
                  );
                }
            return answers;
          };
          const before = await ask();
          for (const { day: on, evidence, withPhone, ...said } of lines) {
            await all.subjects.record(
              who.tenant,
              {
                ...said,
                ...{ collectedAt: at(on), own: false, locale: null },
                addresses: [
                  { kind: 'email', value: person.email },
                  ...(withPhone ? [{ kind: 'phone', value: '+33612345678' } as const] : []),
                ],
                evidence: evidence && { method: evidence },
              },
              { actor: 'key:1' },
            );
          }
          const opened: string[] = [];
          for (const [asked, code] of await ask()) {
            const was = before.get(asked) as AnswerCode;
            if (code === 'allowed' && was !== 'allowed' && !INCOMPLETE.has(was))
              opened.push(`${asked}: ${was}`);
          }
          expect(opened).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });
});
