/** What happened to a person that neither the import did nor followed from it. Pure. */
import type { StoredEvent } from '@assent/contract';

/**
 * What was recorded after the import had begun, or in the same millisecond. What time did is no act; a reaction is one of
 * whatever it reacts to.
 */
export function actsSince(events: readonly StoredEvent[], importId: string): StoredEvent[] {
  const follows = new Set(events.filter(({ causedBy }) => causedBy === importId).map(({ id }) => id));
  const isReaction = ({ actor }: StoredEvent) => actor.startsWith('reaction:');
  // Until no more is found: what follows may itself be followed.
  for (let before = -1; before < follows.size;) {
    before = follows.size;
    for (const event of events)
      if (isReaction(event) && event.causedBy !== null && follows.has(event.causedBy)) follows.add(event.id);
  }
  const own = events.filter(({ causedBy }) => causedBy === importId);
  const begun = own.reduce((first, { recordedAt }) => Math.min(first, recordedAt), Infinity);
  return events.filter(
    ({ id, actor, recordedAt }) => !follows.has(id) && actor !== 'agenda' && recordedAt >= begun,
  );
}
