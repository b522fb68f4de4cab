import type { ConsentState, SubjectState } from '@assent/contract';
import { Standings } from '@assent/eligibility';
import type { NewEvent, ResolvedSubject, Subjects } from '@assent/ports';
import { desiredFor } from './desired.js';
import { StandingPeople } from './people.service.js';
import { address, objections, policyWith, subject } from './stand-ins/people.js';
import { HOUR, KEY, ManualClock, MemoryDirectory, MemoryLog, T0, TENANT } from './stand-ins/stores.js';
import { FixedPolicies } from './stand-ins/tools.js';

const OTHER = 'fedcba9876543210fedcba9876543210';
const EVENT = { id: 'e', at: T0 - HOUR, fact: { type: 'Told', at: T0 - HOUR } } as NewEvent;

/** One person, owner of the keys named; `heads` by stream. */
async function people(
  owned: readonly string[],
  state: SubjectState | null,
  heads: Record<string, unknown> = {},
) {
  const log = new MemoryLog();
  for (const [stream, head] of Object.entries(heads)) await log.append(stream, 0, [EVENT], head);
  const directory = new MemoryDirectory();
  for (const key of owned) directory.claimed.set(key, 'sub_1');
  const known = (key: string | null, isKnown: boolean): ResolvedSubject => ({
    ...{ subjectId: isKnown ? 'sub_1' : null, state: isKnown ? state : null, version: 1, key, address: null },
    keys: isKnown && state ? state.addresses.map((one) => one.key) : key === null ? [] : [key],
  });
  const subjects = {
    byKey: (_: string, key: string) => Promise.resolve(known(key, owned.includes(key))),
    resolve: () => Promise.resolve(known(null, true)),
  } as unknown as Subjects;
  const clock = new ManualClock();
  const standings = new Standings(log, clock);
  const policies = new FixedPolicies([]).asPort();
  return { directory, of: new StandingPeople(subjects, standings, directory.asPort(), policies, clock) };
}
const withdrawn: ConsentState = {
  consents: [
    { purpose: 'newsletter', channel: 'email', given: null, withdrawn: { at: T0 - HOUR, eventId: 'w1' } },
  ],
  ends: [],
};

describe('The person behind an address', () => {
  it('is nobody, and still opposed, when an unknown address objected', async () => {
    const { of } = await people([], null, { [`opposition/${TENANT}/${KEY}`]: objections({}) });
    const person = await of.byKey(TENANT, KEY, null);
    expect(person).toMatchObject({ subjectId: null, addresses: [] });
    expect(person.known.decide('newsletter', 'email').code).toBe('objection-in-force');
    expect(person.known.oppositions).toHaveLength(1);
  });

  it('is found after an erasure took the claim away', async () => {
    const gone = subject({ addresses: [address(KEY)], erasedAt: T0 - HOUR });
    const { of } = await people([], gone);
    expect((await of.byKey(TENANT, KEY, null)).subjectId).toBeNull();
    const person = await of.byKey(TENANT, KEY, 'sub_1');
    expect(person.subjectId).toBe('sub_1');
    expect(person.known.decide('newsletter', 'email').code).toBe('erased');
    expect(await of.keysOf(TENANT, 'sub_1')).toEqual([KEY]);
  });

  it('is stopped on an address that was given up, by what was withdrawn on another', async () => {
    const state = subject({ addresses: [address(KEY, 'email', T0 - 2 * HOUR), address(OTHER)] });
    const { of } = await people([KEY, OTHER], state, { [`consent/${TENANT}/sub_1`]: withdrawn });
    for (const [key, removed] of [
      [KEY, true],
      [OTHER, false],
    ] as const) {
      const { known } = await of.byKey(TENANT, key, null);
      const state = desiredFor(known, policyWith(), { role: 'marketing' }, { kind: 'email', removed }, T0);
      expect(state.purposes['newsletter']?.['email']).toMatchObject({
        code: 'consent-withdrawn',
        tri: 'out',
      });
    }
  });

  it('is stopped where no address is left to reach', async () => {
    const state = subject({ addresses: [address(KEY, 'email', T0 - 2 * HOUR)] });
    const { of } = await people([KEY], state, { [`consent/${TENANT}/sub_1`]: withdrawn });
    const { known } = await of.byKey(TENANT, KEY, null);
    const place = { kind: 'email', removed: true } as const;
    expect(desiredFor(known, policyWith(), { role: 'marketing' }, place, T0).purposes).toMatchObject({
      newsletter: { email: { code: 'consent-withdrawn', tri: 'out' } },
      offers: { email: { tri: 'untouched' } },
    });
  });

  it('is not asked about addresses that somebody else has now', async () => {
    const { of, directory } = await people([KEY], subject({ addresses: [address(KEY), address(OTHER)] }));
    directory.claimed.set(OTHER, 'sub_2');
    expect(await of.keysOf(TENANT, 'sub_1')).toEqual([KEY]);
  });
});
