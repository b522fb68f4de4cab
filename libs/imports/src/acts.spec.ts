import type { StoredEvent } from '@assent/contract';
import { actsSince } from './acts.js';

const event = (id: string, more: Partial<StoredEvent>): StoredEvent =>
  ({
    ...{ id, stream: 's/t/x', version: 1, tenant: 't', at: 0, recordedAt: 10, policy: 't@1', actor: 'key:1' },
    ...{ causedBy: null, commandId: null, fact: {}, state: {} },
    ...more,
  }) as StoredEvent;
const told = event('told', { causedBy: 'imp_1' });
const ids = (...events: StoredEvent[]) => actsSince([told, ...events], 'imp_1').map(({ id }) => id);

describe('What happened since an import', () => {
  it('is neither what it did, nor what reactions made of that, in any order, nor what time did', () => {
    const second = event('second', { actor: 'reaction:b', causedBy: 'first' });
    const first = event('first', { actor: 'reaction:a', causedBy: 'told' });
    expect(
      ids(second, first, event('woken', { actor: 'agenda' }), event('again', { causedBy: 'imp_1' })),
    ).toEqual([]);
  });

  it('is every act of a person, a tool or another import, and what followed from it', () => {
    const click = event('click', { actor: 'person' });
    const copy = event('copy', { actor: 'reaction:a', causedBy: 'click' });
    const other = event('other', { causedBy: 'imp_2' });
    // Somebody who names the event is no reaction to it.
    const named = event('named', { causedBy: 'told' });
    expect(ids(click, copy, other, named)).toEqual(['click', 'copy', 'other', 'named']);
  });

  it('is nothing that was recorded before; at the same instant it is', () => {
    expect(ids(event('before', { recordedAt: 9 }), event('beside', { recordedAt: 10 }))).toEqual(['beside']);
  });
});
