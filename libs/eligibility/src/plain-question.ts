import { CHANNELS } from '@assent/contract';
import type { QuestionDto } from './eligibility.dto.js';

/** Longest text of each member of a subject, as `SubjectRefDto` has it. */
const LONGEST: ReadonlyMap<string, number> = new Map([
  ['id', 100],
  ['email', 2000],
  ['phone', 100],
  ['externalId', 200],
]);
const MEMBERS: ReadonlySet<string> = new Set(['subject', 'purpose', 'channel', 'at', 'explain']);

/**
 * The body when it is certainly a question as `QuestionDto` declares it; undefined when that class must be asked. It
 * accepts nothing that the class refuses, and costs a hundredth of it.
 */
export function plainQuestion(body: unknown): QuestionDto | undefined {
  if (!isPlainObject(body)) return undefined;
  if (!Object.keys(body).every((name) => MEMBERS.has(name))) return undefined;
  const { subject, purpose, channel, at, explain } = body;
  if (!isPlainObject(subject)) return undefined;
  for (const [name, value] of Object.entries(subject)) {
    const longest = LONGEST.get(name);
    if (longest === undefined || typeof value !== 'string' || value.length > longest) return undefined;
  }
  const isPlain =
    typeof purpose === 'string' &&
    purpose.length >= 1 &&
    purpose.length <= 100 &&
    (CHANNELS as readonly unknown[]).includes(channel) &&
    (at === undefined || (typeof at === 'string' && at.length <= 40)) &&
    (explain === undefined || typeof explain === 'boolean');
  return isPlain ? (body as unknown as QuestionDto) : undefined;
}

/** As JSON makes them. */
const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
