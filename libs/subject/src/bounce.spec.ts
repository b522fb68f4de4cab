import { given } from '@assent/kernel';
import { isDead, type SubjectFact, type SubjectState } from '@assent/contract';
import { subject, type Collection } from './subject.js';

const DAY = 86_400_000;
const T = Date.parse('2026-03-10T14:30:00Z');
const first = { kind: 'email', key: 'a'.repeat(32) } as const;
const second = { kind: 'phone', key: 'b'.repeat(32) } as const;
const form = { id: 'ev_1', digest: 'd', method: 'form', confirmedAt: null } as const;
const said = { own: false, informed: false, source: null, notice: null, evidence: null, declined: [] };
const registered: SubjectFact = {
  ...{ type: 'SubjectRegistered', at: T, subjectId: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC', context: 'consumer' },
  ...{ relationship: 'prospect', addresses: [first], collectedAt: T, ...said },
};
const collect = (more: Partial<Collection>) =>
  ({ type: 'collect', addresses: [first], collectedAt: T, ...said, ...more }) as const;
const collected = (more: Partial<Collection> & { collectedAt: number }): SubjectFact => ({
  ...{ type: 'CollectionRecorded', at: more.collectedAt, ...said, ...more },
  declined: [],
});
const person = given(subject, undefined);

describe('An address that bounced', () => {
  const bounce = { type: 'bounce', at: T + DAY, ...first } as const;
  const bounced: SubjectFact = { type: 'AddressBounced', at: T + DAY, ...first };
  const dead = (state: SubjectState) =>
    state.addresses.filter((address) => isDead(address)).map(({ key }) => key);

  it('is dead from then on, and told once', () => {
    person(registered).when(bounce).then(bounced);
    expect(dead(person(registered, bounced).state)).toEqual([first.key]);
    person(registered, bounced)
      .when({ ...bounce, at: T + 2 * DAY })
      .thenNothing();
  });

  it('is not dead when the person gave it after the message that came back', () =>
    expect(dead(person(registered, { ...bounced, at: T - 1 }).state)).toEqual([]));

  it('says nothing of an address that the person does not have', () =>
    person(registered)
      .when({ ...bounce, ...second })
      .thenNothing());

  it('stays dead in a file, and lives again when the person gives it', () => {
    const later = T + 5 * DAY;
    person(registered, bounced)
      .when(collect({ collectedAt: later }))
      .thenNothing();
    const own = { collectedAt: later, own: true, evidence: form };
    const added: SubjectFact = { type: 'AddressAdded', at: later, ...first };
    person(registered, bounced).when(collect(own)).then(added, collected(own));
    expect(dead(person(registered, bounced, added).state)).toEqual([]);
    expect(dead(person(registered, added, bounced).state)).toEqual([]);
    person(registered, bounced, added, collected(own)).when(collect(own)).thenNothing();
    expect(dead(person(registered, bounced, added, { ...bounced, at: later + 1 }).state)).toEqual([
      first.key,
    ]);
  });
});
