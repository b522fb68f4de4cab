import { ApiProperty } from '@nestjs/swagger';
import type { Clock } from '@assent/kernel';
import type { StoredEvent } from '@assent/contract';
import type { Policies } from '@assent/policy';
import type { Malformed, ResolvedSubject, SubjectRef, Subjects } from '@assent/ports';
import { invalid, ProblemError } from './problems.js';

const AHEAD_MS = 5 * 60_000;

/** What every write answers. */
export class Written {
  @ApiProperty({ example: '2026-05-04T08:12:00.000Z' }) recordedAt!: string;
  @ApiProperty({ nullable: true, example: '01JD8Q4V6M2S7X9K3T5B1N0PZC' }) eventId!: string | null;
  @ApiProperty({ nullable: true, example: 'sub_01JD8Q4V6M2S7X9K3T5B1N0PZC' }) subjectId!: string | null;
  @ApiProperty({ example: 3, description: "The stream's version." }) revision!: number;
}

/** The last event of what was recorded; for a write that changed nothing pass the earlier event's id. */
export const written = (
  events: readonly StoredEvent[],
  subjectId: string | null,
  revision: number,
  earlier?: { readonly id: string; readonly recordedAt: number },
): Written => {
  const last = events.at(-1);
  const recordedAt = last?.recordedAt ?? earlier?.recordedAt ?? 0;
  return {
    recordedAt: new Date(recordedAt).toISOString(),
    eventId: last?.id ?? earlier?.id ?? null,
    subjectId,
    revision,
  };
};

/** RFC 3339 in UTC, or null. */
export const iso = (instant: number | null | undefined): string | null =>
  instant === null || instant === undefined ? null : new Date(instant).toISOString();

/** An instant of a body, or `otherwise`; 400 with the pointer when it is none. */
export function instantOf(
  policies: Policies,
  tenant: string,
  text: string | undefined,
  pointer: string,
  otherwise: number,
): number {
  if (text === undefined) return otherwise;
  const instant = policies.instant(tenant, text);
  if (instant === undefined) {
    throw invalid(pointer, 'must be an RFC 3339 instant with offset, or a date such as 2026-05-04');
  }
  return instant;
}

/**
 * When a write happened: `occurredAt`, now if absent. Up to five minutes ahead it counts as now (an act counts at the
 * earlier of occurred and recorded); further ahead it is refused.
 */
export function occurred(
  policies: Policies,
  clock: Clock,
  tenant: string,
  text: string | undefined,
  pointer = '/occurredAt',
): number {
  const now = clock.now();
  const at = instantOf(policies, tenant, text, pointer, now);
  if (at > now + AHEAD_MS) {
    throw new ProblemError('occurred-in-future', `${pointer} lies more than five minutes ahead.`);
  }
  return Math.min(at, now);
}

/** Who a reference means; 400 when it has not exactly one member or its value is no address. */
export async function resolve(
  subjects: Subjects,
  tenant: string,
  ref: SubjectRef,
  pointer = '/subject',
): Promise<ResolvedSubject> {
  const given = Object.entries(ref).filter(([, value]) => value !== undefined);
  if (given.length !== 1) throw invalid(pointer, 'must have exactly one of id, email, phone, externalId');
  const resolved: ResolvedSubject | Malformed = await subjects.resolve(tenant, ref);
  if ('malformed' in resolved) {
    throw invalid(`${pointer}/${resolved.malformed}`, `is not a valid ${resolved.malformed}`);
  }
  return resolved;
}

/** As `resolve`; 404 `subject-unknown` when nobody is registered, or the person was erased. */
export async function known(
  subjects: Subjects,
  tenant: string,
  ref: SubjectRef,
): Promise<ResolvedSubject & { subjectId: string }> {
  const resolved = await resolve(subjects, tenant, ref);
  if (resolved.subjectId === null) {
    throw new ProblemError('subject-unknown', 'Nobody is registered under this reference.');
  }
  return { ...resolved, subjectId: resolved.subjectId };
}

/** The person with the id of a path; 404 `subject-unknown` also for what is no id of ours. */
export async function knownById(
  subjects: Subjects,
  tenant: string,
  id: string,
): Promise<ResolvedSubject & { subjectId: string }> {
  const resolved = await subjects.resolve(tenant, { id });
  if ('malformed' in resolved || resolved.subjectId === null) {
    throw new ProblemError('subject-unknown', 'Nobody is registered under this id.');
  }
  return { ...resolved, subjectId: resolved.subjectId };
}
