/** One person's events as one list: what was recorded when, by whom, under which policy, and because of what. */
import { parseStream, type ConceptName } from '@assent/kernel';
import { typeOf, type EvidenceRef, type NoticeRef, type StoredEvent } from '@assent/contract';
import { iso } from '@assent/http';
import type { EvidenceDocument } from '@assent/ports';

/** At one instant, what comes first is what the others follow from. */
const RANK: Record<ConceptName, number> = {
  subject: 0,
  opposition: 1,
  consent: 2,
  newsletter: 3,
  prospect: 4,
  delivery: 5,
};

/** In the order of recording; within one stream in its own order. */
export const inOrder = (events: readonly StoredEvent[]): StoredEvent[] =>
  [...events].sort(
    (a, b) =>
      a.recordedAt - b.recordedAt ||
      RANK[parseStream(a.stream).concept] - RANK[parseStream(b.stream).concept] ||
      (a.stream === b.stream ? a.version - b.version : a.stream < b.stream ? -1 : 1),
  );

/** `items` after the event that `cursor` names, and the cursor of the next page; `undefined` for no such event. */
export function page(
  events: readonly StoredEvent[],
  limit: number,
  cursor: string | undefined,
): { readonly items: StoredEvent[]; readonly next: string | null } | undefined {
  const before = cursor === undefined ? 0 : events.findIndex(({ id }) => id === cursor) + 1;
  if (cursor !== undefined && before === 0) return undefined;
  const items = events.slice(before, before + limit);
  return { items, next: before + limit < events.length ? (items.at(-1)?.id ?? null) : null };
}

/** The proof in an event, if it has one. */
export const evidenceOf = ({ fact }: StoredEvent): EvidenceRef | null =>
  (fact as { evidence?: EvidenceRef | null }).evidence ?? null;

/** An event as the door tells it; `document` is the opened evidence, `undefined` when it was erased. */
export function itemOf(event: StoredEvent, document: EvidenceDocument | undefined): Record<string, unknown> {
  const { id, stream, version, at, recordedAt, actor, policy, causedBy, fact } = event;
  const evidence = evidenceOf(event);
  return {
    ...readable(fact),
    type: typeOf(event),
    eventId: id,
    stream,
    revision: version,
    occurredAt: iso(at),
    recordedAt: iso(recordedAt),
    actor,
    policy,
    notice: noticeOf((fact as { notice?: string | NoticeRef | null }).notice),
    evidence: evidence && {
      ...readable(evidence),
      ...(document === undefined ? { erased: true } : readable(document)),
    },
    causedBy,
  };
}

const noticeOf = (notice: string | NoticeRef | null | undefined): string | null =>
  typeof notice === 'object' && notice !== null ? `${notice.id}@${notice.version}` : (notice ?? null);

/** Members as written, instants in RFC 3339; when it happened stands in `occurredAt`. */
const readable = (members: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(members)
      .filter(([name]) => name !== 'at')
      .map(([name, value]: [string, unknown]) => [
        name,
        typeof value === 'number' && name.endsWith('At') ? iso(value) : value,
      ]),
  );
