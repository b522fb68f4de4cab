import fc from 'fast-check';
import { covers } from '@assent/contract';
import { rootOf } from './entries.js';
import { rooms } from './rooms-spec.js';
import { NOON, TENANT } from './world-spec.js';

const HOUR = 3_600_000;
const A = 'a@example.org';
const B = 'b@example.org';
const list = { purpose: 'newsletter', channel: 'email' };

describe('An objection of a person with several addresses', () => {
  it('is copied to each of them, with the same instant and its origin', async () => {
    const { person, object, settle, state, all } = rooms();
    await person('ada', [A, B]);
    await settle();
    const { events } = await object({ email: A });
    await settle();
    const [copy] = (await state(B)).entries;
    expect(copy).toMatchObject({ since: NOON, source: 'letter', origin: events[0]?.id });
    expect(all.at(-1)?.actor).toBe('reaction:opposition.spread-to-addresses');
    expect(all.map(({ id }) => id)).toContain(all.at(-1)?.causedBy);
    expect((await state(A)).entries).toHaveLength(1);
  });

  it('goes to an address that is added later, also with what that address had refused alone', async () => {
    const { person, object, addAddress, settle, state } = rooms();
    await person('ada', [A]);
    await object({ email: A }, list);
    await object({ email: B });
    await settle();
    await addAddress('ada', B);
    await settle();
    for (const address of [A, B]) {
      expect((await state(address)).entries.map(({ scope }) => scope.purpose).sort()).toEqual([
        '*',
        'newsletter',
      ]);
    }
  });

  it('stays alone when nobody is known behind the address', async () => {
    const { object, settle, all } = rooms();
    await object({ email: A });
    await settle();
    expect(all).toHaveLength(1);
  });

  it('is found again by the same event id under any address, within a day', async () => {
    const { person, object, settle } = rooms();
    await person('ada', [A, B]);
    const first = await object({ email: A });
    const beforeCopies = await object({ email: B });
    await settle();
    const afterCopies = await object({ id: 'ada' });
    for (const again of [beforeCopies, afterCopies]) {
      expect([again.events, again.earlier?.id]).toEqual([[], first.events[0]?.id]);
    }
  });

  it('that was clicked is taken back on every address before the answer', async () => {
    const { person, object, settle, state, list: opposition, subjects } = rooms();
    await person('ada', [A, B]);
    await object({ email: A }, list, NOON, 'click');
    await settle();
    await opposition.undo(TENANT, await subjects.resolve(TENANT, { email: A }), list, { actor: 'person' });
    expect([(await state(A)).entries, (await state(B)).entries]).toEqual([[], []]);
    await settle();
    expect([(await state(A)).entries, (await state(B)).entries]).toEqual([[], []]);
  });
});

describe('A purpose declined at collection', () => {
  it('is an objection on every channel, by the form, once (S2-36)', async () => {
    const { person, settle, state } = rooms();
    await person('ada', [A, B], ['prospecting']);
    await settle();
    expect((await state(A)).entries).toMatchObject([
      {
        scope: { purpose: 'prospecting', channel: '*' },
        since: NOON,
        source: 'form',
        evidence: { id: 'ev_0' },
      },
    ]);
    expect((await state(B)).entries).toHaveLength(1);
  });

  it('does not come back after the person opted in, however often its event is told', async () => {
    const { person, consent, settle, state, all } = rooms();
    await person('ada', [A], ['prospecting']);
    await settle();
    await consent('ada', NOON + HOUR, {
      purpose: 'prospecting',
      channels: ['email', 'sms'],
      confirmedAt: null,
    });
    await settle();
    const [entry] = (await state(A)).entries;
    expect(entry?.except.map(({ channel }) => channel)).toEqual(['email', 'sms']);
    const told = all.length;
    await settle();
    expect(all).toHaveLength(told);
  });
});

describe('An opt-in of the person', () => {
  it('opens its purpose on every address, and nothing else (K15)', async () => {
    const { person, object, consent, settle, state } = rooms();
    await person('ada', [A, B]);
    await object({ email: A });
    await settle();
    const proof = await consent('ada', NOON + HOUR);
    await settle();
    for (const address of [A, B]) {
      const { entries } = await state(address);
      expect(entries).toMatchObject([{ scope: { purpose: '*' }, except: [{ ...list, proof: proof.id }] }]);
    }
  });

  it('G-36 opens nothing by an import, without its second step, or when it is given back by an undo (S0-63)', async () => {
    const { person, object, consent, settle, state } = rooms();
    await person('ada', [A]);
    await object({ email: A });
    const evidence = { id: 'ev', digest: 'd', confirmedAt: null };
    await consent('ada', NOON + HOUR, { confirmedAt: null, evidence: { ...evidence, method: 'form' } });
    await consent('ada', NOON + HOUR, { evidence: { ...evidence, method: 'import' } });
    await consent('ada', NOON + HOUR, { restores: 'e1' });
    await settle();
    expect((await state(A)).entries[0]?.except).toEqual([]);
  });

  it('of the same instant as the objection opens nothing (K12)', async () => {
    const { person, object, consent, settle, state } = rooms();
    await person('ada', [A]);
    await object({ email: A });
    await consent('ada', NOON);
    await settle();
    expect((await state(A)).entries[0]?.except).toEqual([]);
  });

  it('is closed by a click after it, also before any reaction has run', async () => {
    const { person, object, consent, settle, state, clock } = rooms();
    await person('ada', [A]);
    await object({ email: A }, list, NOON, 'click');
    await consent('ada', NOON + HOUR);
    clock.set(NOON + 2 * HOUR);
    expect((await object({ email: A }, list, clock.now(), 'click')).events).toHaveLength(1);
    expect((await object({ email: A }, list, clock.now(), 'click')).events).toHaveLength(0);
    await settle();
    expect((await state(A)).entries).toMatchObject([{ scope: list, since: NOON + 2 * HOUR, except: [] }]);
  });

  it('opens an older objection that is told after it', async () => {
    const { person, object, consent, settle, state } = rooms();
    await person('ada', [A]);
    await consent('ada', NOON);
    await settle();
    await object({ email: A }, { purpose: '*', channel: '*' }, NOON - HOUR);
    await settle();
    expect((await state(A)).entries[0]?.except).toMatchObject([list]);
  });
});

describe('The reactions', () => {
  const step = fc.oneof(
    fc.record({
      object: fc.constantFrom(A, B),
      scope: fc.constantFrom(list, { purpose: '*', channel: '*' }),
      at: fc.nat(3),
    }),
    fc.record({ consent: fc.nat(3) }),
    fc.constant({ add: true }),
  );

  it('come to the same end whatever the order in which events are told, and rest there', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        async (steps, numbers) => {
          const seed = numbers[Symbol.iterator]();
          const { person, object, consent, addAddress, settle, state, clock } = rooms();
          clock.set(NOON + 100 * HOUR);
          await person('ada', [A]);
          let added = false;
          for (const one of steps) {
            if ('object' in one) await object({ email: one.object }, one.scope, NOON + one.at * 30 * HOUR);
            else if ('consent' in one) await consent('ada', NOON + one.consent * 30 * HOUR + 1);
            else if (!added) added = (await addAddress('ada', B), true);
          }
          if (!added) await addAddress('ada', B);
          await settle((events) => {
            const keyed = events.map((event) => [Number(seed.next().value), event] as const);
            return keyed.sort(([a], [b]) => a - b).map(([, event]) => event);
          });
          const shown = async (address: string) =>
            (await state(address)).entries.map((entry) => ({ root: rootOf(entry), except: entry.except }));
          const [a, b] = [await shown(A), await shown(B)];
          const byRoot = (all: typeof a) => [...all].sort((x, y) => (x.root < y.root ? -1 : 1));
          expect(byRoot(a)).toEqual(byRoot(b));
          const newest = Math.max(
            -1,
            ...steps.flatMap((one) => ('consent' in one ? [one.consent * 30 * HOUR + 1] : [])),
          );
          for (const entry of (await state(A)).entries) {
            const older = entry.since < NOON + newest;
            expect(entry.except.length > 0).toBe(older && covers(entry.scope, 'newsletter', 'email'));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('Somebody erased', () => {
  const erased = { type: 'SubjectErased', at: NOON, reason: 'request' } as const;

  it('stays stopped: everything is refused under every address, once, whatever comes again (S0-32)', async () => {
    const { person, settle, state, subjects } = rooms();
    await person('ada', [A, B]);
    await subjects.tell('ada', erased);
    await settle();
    await settle((events) => events.reverse());
    const [own, copy] = [(await state(A)).entries, (await state(B)).entries];
    expect([own.length, copy.length]).toEqual([1, 1]);
    expect(own[0]).toMatchObject({ scope: { purpose: '*', channel: '*' }, since: NOON, source: 'erasure' });
    expect(copy[0]).toMatchObject({ since: NOON, source: 'erasure', origin: own[0]?.id });
  });

  it('stays stopped by the refusal of the same day, and by a newer one than that of last year', async () => {
    const { person, object, settle, state, subjects } = rooms();
    await person('ada', [A]);
    await object({ email: A }, undefined, NOON - HOUR);
    await person('bob', [B]);
    await object({ email: B }, undefined, NOON - 9_000 * HOUR);
    for (const id of ['ada', 'bob']) await subjects.tell(id, erased);
    await settle();
    expect((await state(A)).entries.map(({ since }) => since)).toEqual([NOON - HOUR]);
    expect((await state(B)).entries.map(({ since }) => since)).toEqual([NOON - 9_000 * HOUR, NOON]);
  });

  it('stays stopped under every address, though a clock was set back meanwhile', async () => {
    const { person, settle, state, subjects, clock } = rooms();
    await person('ada', [A, B]);
    await subjects.tell('ada', erased);
    clock.set(NOON - HOUR);
    await settle();
    expect([(await state(A)).entries.length, (await state(B)).entries.length]).toEqual([1, 1]);
  });
});
