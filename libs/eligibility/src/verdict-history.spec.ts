import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { streamOf, type Fact } from '@assent/kernel';
import { AnswerDesk } from './answer-desk.service.js';
import { pairsOf } from './compiled.js';
import {
  acted,
  bounced,
  collectedAgain,
  confirmed,
  ended,
  erased,
  expired,
  given,
  imported,
  leaves,
  objected,
  opened,
  permitted,
  released,
  restricted,
  sent,
  signedUp,
  undid,
  withdrawn,
} from './facts-spec.js';
import { IndexKeeper } from './index-keeper.service.js';
import { changing, TENANT } from './policy-change-spec.js';
import { VerdictIndex } from './verdict-index.service.js';
import { walk } from './walk-spec.js';
import { at, world } from './world-spec.js';

type World = ReturnType<typeof world>;
type Person = Awaited<ReturnType<World['person']>>;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** What may happen to a person at an instant (a local day and time), recorded then. */
const ACTS: readonly ((
  when: string,
  last: string,
) => readonly ['consent' | 'newsletter' | 'prospect' | 'subject' | 'opposition', Fact])[] = [
  (when) => ['consent', given(when, 'prospecting')],
  (when) => ['consent', given(when, 'prospecting', { method: 'import' })],
  (when) => ['consent', given(when, 'newsletter', { confirmed: false })],
  (when) => ['consent', imported(when, 'prospecting')],
  (when) => ['consent', withdrawn(when, 'prospecting')],
  (when, last) => ['consent', ended(when, '*', last)],
  (when) => ['newsletter', signedUp(when, 'newsletter')],
  (when) => ['newsletter', confirmed(when, 'newsletter')],
  (when) => ['opposition', objected(when, 'prospecting')],
  (when) => ['opposition', objected(when, '*')],
  (when) => ['opposition', objected(when, 'newsletter', 'email')],
  (when, last) => ['opposition', undid(when, last)],
  (when, last) => ['opposition', opened(when, last, 'prospecting')],
  (when, last) => ['opposition', expired(when, last)],
  (when) => ['prospect', sent(when, `c ${when}`)],
  (when) => ['prospect', permitted(when, `p ${when}`)],
  (when) => ['prospect', bounced(when, `c ${when}`)],
  (when) => ['prospect', acted(when, 'click')],
  (when) => ['prospect', leaves(when)],
  (when) => ['subject', restricted(when)],
  (when) => ['subject', released(when)],
  (when) => ['subject', collectedAgain(when, ['newsletter'], true)],
  (when) => ['subject', erased(when)],
];

/** `2026-05-04 10:30`, in the time of Paris, as the facts are written. */
const local = (instant: number): string =>
  new Date(instant + 2 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

const streamFor = (who: Person, concept: string): string =>
  streamOf(concept as 'subject', TENANT, concept === 'opposition' ? (who.keys[0] ?? '') : who.subjectId);

/**
 * Every pair and person: what the index says must be what the heads say, and an answer that is told again what would be
 * answered now. Answers how much the index said, and how many answers were told again.
 */
async function compare(
  { gate, policies, clock, keyring }: World,
  index: VerdictIndex,
  emails: readonly string[],
) {
  let said = 0;
  let again = 0;
  const desk = new AnswerDesk(gate, index, policies, clock);
  const now = clock.now();
  for (const { purpose, channel } of pairsOf(policies.at(TENANT, now))) {
    for (const email of emails) {
      const verdict = index
        .of(TENANT, purpose, channel)
        ?.of(keyring.addressKey(TENANT, { kind: 'email', value: email }));
      const question = { subject: { email }, purpose, channel };
      const told = desk.shortcut.answer(TENANT, question);
      const answer = JSON.stringify(await desk.answer(TENANT, question));
      if ((await told) !== answer)
        throw new Error(`told ${String(await told)} at ${new Date(now).toISOString()}, but ${answer}`);
      if (typeof told === 'string') again += 1;
      const truth = await gate.decide(TENANT, { ...question, at: now });
      if (verdict === undefined) continue;
      said += 1;
      if (verdict !== truth.allowed)
        throw new Error(
          `${email} ${purpose} ${channel} ${new Date(now).toISOString()}: ${verdict}, ${truth.code}`,
        );
    }
  }
  return { said, again };
}

describe('The index of verdicts', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  const person = fc.record({
    context: fc.constantFrom('consumer' as const, 'professional' as const, 'generic' as const),
    relationship: fc.constantFrom('prospect' as const, 'customer' as const),
    informed: fc.boolean(),
    own: fc.boolean(),
    declined: fc.constantFrom([], ['prospecting']),
  });
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        who: fc.nat(2),
        act: fc.nat(ACTS.length - 1),
        back: fc.constantFrom(0, 0, 1, 9, 40),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        wait: fc.constantFrom(1, 180, 60 * 24, 60 * 24 * 3, 60 * 24 * 20, 60 * 24 * 200),
      }),
    },
    { weight: 1, arbitrary: fc.constantFrom({ crash: true }, { refresh: true }, { setBack: 60 }) },
  );

  it('says what decide says, or nothing, and tells no answer again that has changed: any history, instant, policy change, crash and clock', async () => {
    const sum = { said: 0, again: 0 };
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(person, person, person),
        fc.array(step, { maxLength: 25 }),
        async (options, steps) => {
          const all = world(changing);
          all.clock.set(at('2026-05-20'));
          const people: Person[] = [];
          for (const option of options) people.push(await all.person('2026-05-01', option));
          const emails = [...people.map(({ email }) => email), 'nobody@example.net'];
          const again = async () => {
            const made = new VerdictIndex(
              all.log,
              all.people,
              all.standings,
              all.policies,
              all.keyring,
              all.clock,
            );
            const keeper = new IndexKeeper(made, walk(all), all.clock);
            await keeper.look();
            await keeper.stop();
            return made;
          };
          let index = await again();
          let last = 'o0';
          for (const one of steps) {
            if ('wait' in one) all.clock.set(all.clock.now() + one.wait * MINUTE);
            if ('setBack' in one && one.setBack !== undefined)
              all.clock.set(all.clock.now() - one.setBack * MINUTE);
            if ('crash' in one) index = await again();
            if ('refresh' in one) await index.refresh();
            if ('who' in one) {
              const who = people[one.who] as Person;
              const when = local(all.clock.now() - one.back * DAY);
              const [concept, fact] = (ACTS[one.act] as (typeof ACTS)[number])(when, last);
              const stream = streamFor(who, concept);
              await index.during(stream, async () => {
                await compare(all, index, emails);
                const id = all.log.record(stream, fact, all.clock.now());
                if (fact.type === 'ObjectionRecorded') last = id;
                await new Promise((resolve) => setImmediate(resolve));
                await compare(all, index, emails);
              });
              await compare(all, index, emails);
            }
            await index.idle();
            for (let twice = 0; twice < 2; twice++) {
              const { said, again } = await compare(all, index, emails);
              sum.said += said / 2;
              sum.again += again / 2;
            }
            asked += 4 * pairsOf(all.policies.at(TENANT, all.clock.now())).length;
          }
        },
      ),
      { numRuns: 40 },
    );
    // Not by saying nothing.
    expect(sum.said / asked).toBeGreaterThan(0.5);
    expect(sum.again / asked).toBeGreaterThan(0.3);
  }, 180_000);
});
