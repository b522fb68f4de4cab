import fc from 'fast-check';
import { given, recorded } from '@assent/kernel';
import type { SubjectFact } from '@assent/contract';
import { subject, type Collection, type SubjectCommand } from './subject.js';

const DAY = 86_400_000;
const T = Date.parse('2026-03-10T14:30:00Z');
const ID = 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC';
const first = { kind: 'email', key: 'a'.repeat(32) } as const;
const second = { kind: 'phone', key: 'b'.repeat(32) } as const;
const form = { id: 'ev_1', digest: 'd', method: 'form', confirmedAt: null } as const;

const plain: Collection = {
  collectedAt: T,
  own: false,
  informed: false,
  declined: [],
  source: null,
  notice: null,
  evidence: null,
};
const register = (more: Partial<Collection> = {}, addresses = [first]): SubjectCommand => ({
  type: 'register',
  subjectId: ID,
  context: 'consumer',
  relationship: 'prospect',
  addresses,
  ...plain,
  ...more,
});
const collect = (more: Partial<Collection>, addresses: readonly (typeof first | typeof second)[] = [first]) =>
  ({ type: 'collect', addresses, ...plain, ...more }) as const;
const registered: SubjectFact = {
  type: 'SubjectRegistered',
  at: T,
  subjectId: ID,
  context: 'consumer',
  relationship: 'prospect',
  addresses: [first],
  ...plain,
  declined: [],
};
const collected = (more: Partial<Collection>): SubjectFact => ({
  type: 'CollectionRecorded',
  ...plain,
  ...more,
  declined: [...(more.declined ?? [])],
  at: more.collectedAt ?? T,
});
const person = given(subject, undefined);

describe('A person', () => {
  it('is registered with the instant of the collection', () => {
    person().when(register()).then(registered);
    expect(person(registered).state).toMatchObject({ subjectId: ID, registeredAt: T, collectedAt: T });
  });

  it('changes nothing when the same is said again', () => {
    person(registered).when(register()).thenNothing();
    person(registered).when(collect({})).thenNothing();
  });

  it('is not added to before being registered', () =>
    person()
      .when({ type: 'addAddress', at: T, ...second })
      .thenRefused('subject-unknown'));

  it('is never woken: time alone changes nothing here', () => person(registered).wakesAt('never'));
});

describe('A re-import', () => {
  const later = { collectedAt: T + 90 * DAY, source: 'crm' };

  it('prolongs nothing: the clocks stay where the collection set them', () => {
    const told = person(registered);
    told.when(register(later)).thenNothing();
    expect(told.state.collectedAt).toBe(T);
  });

  it('adds the addresses that were not known', () =>
    person(registered)
      .when(register(later, [first, second] as never))
      .then({ type: 'AddressAdded', at: T + 90 * DAY, ...second }));

  it('may say that the chance to object was offered, or that a purpose was declined', () => {
    const fact = {
      ...collected({ ...later, informed: true, declined: ['offers'] }),
      informedSince: T,
    } as SubjectFact;
    person(registered)
      .when(collect({ ...later, informed: true, declined: ['offers'] }))
      .then(fact);
    const { state } = person(registered, fact);
    expect(state.informedAt).toBe(T); // as a part of the first collection: never as a newer ground
    expect(state.declined).toEqual([{ purpose: 'offers', since: T + 90 * DAY, eventId: 'e2' }]);
  });

  it('does not date a refusal anew that is on record', () =>
    person(registered, collected({ declined: ['offers'] }))
      .when(collect({ ...later, declined: ['offers'] }))
      .thenNothing());

  it('dates a refusal anew when it says when: a stop needs no evidence', () => {
    const again = collected({ ...later, declined: ['offers'] });
    person(registered, collected({ declined: ['offers'] }))
      .when(collect({ ...later, declined: ['offers'], dated: true }))
      .then(again);
  });
});

describe('A new collection by the person, with evidence', () => {
  const own = {
    collectedAt: T + 90 * DAY,
    own: true,
    evidence: form,
    source: 'fair',
    notice: 'collection@1',
  };

  it('moves the clocks when it is newer', () => {
    person(registered).when(collect(own)).then(collected(own));
    expect(person(registered, collected(own)).state).toMatchObject({
      collectedAt: T + 90 * DAY,
      ownCollection: true,
      source: 'fair',
      notice: 'collection@1',
      registeredAt: T,
    });
  });

  it('moves nothing when it is older, though told later (K12)', () => {
    const older = { ...own, collectedAt: T - DAY };
    expect(person(registered, collected(older)).state.collectedAt).toBe(T);
  });

  it('dates a repeated refusal anew', () => {
    const again = { ...own, declined: ['offers'] };
    const told = person(registered, collected({ declined: ['offers'] }));
    told.when(collect(again)).then(collected(again));
    expect(person(registered, collected({ declined: ['offers'] }), collected(again)).state.declined).toEqual([
      { purpose: 'offers', since: T + 90 * DAY, eventId: 'e3' },
    ]);
  });
});

describe('An address', () => {
  const added: SubjectFact = { type: 'AddressAdded', at: T + DAY, ...second };
  const removed: SubjectFact = { type: 'AddressRemoved', at: T + 2 * DAY, ...second };

  it('stays known by its key when it is removed: stops on it go on counting', () => {
    person(registered, added)
      .when({ type: 'removeAddress', at: T + 2 * DAY, ...second })
      .then(removed);
    expect(person(registered, added, removed).state.addresses).toEqual([
      { ...first, addedAt: T, removedAt: null },
      { ...second, addedAt: T + DAY, removedAt: T + 2 * DAY },
    ]);
  });

  it('is had again when it is added later', () => {
    const again: SubjectFact = { ...added, at: T + 3 * DAY };
    person(registered, added, removed)
      .when({ type: 'addAddress', at: T + 3 * DAY, ...second })
      .then(again);
    expect(person(registered, added, removed, again).state.addresses[1]?.removedAt).toBeNull();
  });

  it('is not added twice', () =>
    person(registered)
      .when({ type: 'addAddress', at: T + DAY, ...first })
      .thenNothing());
});

describe('A restriction of processing', () => {
  const restricted: SubjectFact = { type: 'ProcessingRestricted', at: T + DAY, ground: 'accuracy contested' };
  const lifted: SubjectFact = { type: 'RestrictionLifted', at: T + 3 * DAY };

  it('holds from its instant until it is lifted (S1-54)', () => {
    person(registered)
      .when({ type: 'restrict', at: T + DAY, ground: 'accuracy contested' })
      .then(restricted);
    expect(person(registered, restricted).state.restrictedSince).toBe(T + DAY);
    person(registered, restricted)
      .when({ type: 'liftRestriction', at: T + 3 * DAY })
      .then(lifted);
    expect(person(registered, restricted, lifted).state.restrictedSince).toBeNull();
  });

  it('does not come back when it is told after its own end', () =>
    expect(person(registered, lifted, restricted).state.restrictedSince).toBeNull());

  it('wins when both happened at one instant (K12)', () =>
    expect(person(registered, { ...restricted, at: lifted.at }, lifted).state.restrictedSince).toBe(
      lifted.at,
    ));
});

describe('An erased person', () => {
  const erased: SubjectFact = { type: 'SubjectErased', at: T + DAY, reason: 'request' };

  it('is erased once, and takes nothing more', () => {
    person(registered)
      .when({ type: 'erase', at: T + DAY, reason: 'request' })
      .then(erased);
    person(registered, erased)
      .when({ type: 'erase', at: T + DAY, reason: 'request' })
      .thenNothing();
    person(registered, erased).when(register()).thenRefused('erased');
  });

  it('is woken from the first instant of the erasure until it is completed, once', () => {
    const completed: SubjectFact = { type: 'ErasureCompleted', at: T + 2 * DAY, recipients: [] };
    const complete = { type: 'completeErasure', at: T + 2 * DAY, recipients: [] } as const;
    person(registered).when(complete).thenNothing();
    person(registered, erased).wakesAt(T + DAY);
    person(registered, erased).when(complete).then(completed);
    person(registered, erased, completed).when(complete).thenNothing();
    person(registered, erased, completed).wakesAt('never');
  });
});

describe('The state of a person', () => {
  const at = fc.integer({ min: T - 5, max: T + 5 });
  const address = fc.constantFrom(first, second);
  const collection = fc
    .record({
      collectedAt: at,
      own: fc.boolean(),
      informed: fc.boolean(),
      declined: fc.subarray(['offers', 'newsletter']),
      source: fc.constantFrom(null, 'fair', 'crm'),
      notice: fc.constantFrom(null, 'collection@1'),
      informedSince: fc.option(at, { nil: undefined }),
    })
    .map((more) => collected(more));
  const fact: fc.Arbitrary<SubjectFact> = fc.oneof(
    collection,
    fc.tuple(at, address).map(([when, where]): SubjectFact => ({ type: 'AddressAdded', at: when, ...where })),
    fc
      .tuple(at, address)
      .map(([when, where]): SubjectFact => ({ type: 'AddressRemoved', at: when, ...where })),
    at.map((when): SubjectFact => ({ type: 'ProcessingRestricted', at: when, ground: 'unlawful use' })),
    at.map((when): SubjectFact => ({ type: 'RestrictionLifted', at: when })),
    at.map((when): SubjectFact => ({ type: 'SubjectErased', at: when, reason: 'request' })),
    at.map((when): SubjectFact => ({ type: 'ErasureCompleted', at: when, recipients: [] })),
  );

  it('is the same in whatever order, and however often, its facts are told', () => {
    const histories = fc
      .array(fact, { maxLength: 12 })
      .map((facts) => recorded([registered, ...facts]))
      .chain((facts) =>
        fc.tuple(
          fc.constant(facts),
          fc.tuple(fc.shuffledSubarray(facts, { minLength: facts.length }), fc.subarray(facts)),
        ),
      );
    fc.assert(
      fc.property(histories, ([told, [shuffled, again]]) => {
        const stateOf = (facts: typeof told) =>
          facts.reduce((state, told) => subject.evolve(state, told), subject.initial);
        expect(stateOf([...shuffled, ...again])).toEqual(stateOf(told));
      }),
      { numRuns: 500 },
    );
  });
});
