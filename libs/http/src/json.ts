import { ProblemError } from './problems.js';

/** Deeper than any body of ours; what is deeper would exhaust the stack of whatever walks it. */
const DEEPEST = 32;
/** Members that set a prototype when they are copied; no body of ours has them. */
const TRAPS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Half a surrogate pair: no UTF-8 holds it, so it would be stored as something else than what was told (RFC 7493 §2.1). */
const HALF = /\p{Surrogate}/u;

/**
 * JSON of a body, or of a line; throws `malformed-json`, also for what is nested too deep, would pollute a prototype or
 * could not be stored as it is.
 */
export function parseJson(text: string, what: 'body' | 'line'): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    throw new ProblemError('malformed-json', `The ${what} is not JSON.`);
  }
  if (isHarmless(text)) return value;
  let level = [value].filter(isContainer);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEEPEST) {
      throw new ProblemError('malformed-json', `The ${what} is nested deeper than ${DEEPEST} levels.`);
    }
    const inner: object[] = [];
    for (const container of level) {
      for (const [name, member] of Object.entries(container)) {
        if (TRAPS.has(name)) throw new ProblemError('malformed-json', `The ${what} has a forbidden member.`);
        if (HALF.test(name) || (typeof member === 'string' && HALF.test(member))) {
          throw new ProblemError(
            'malformed-json',
            `The ${what} holds half a surrogate pair: send whole characters.`,
          );
        }
        if (isContainer(member)) inner.push(member);
      }
    }
    level = inner;
  }
  return value;
}

/** Without a backslash nothing is hidden: no half of a pair, no trap under another spelling. */
const SUSPECT = /\\|__proto__|constructor|prototype/;

/** Whether the text shows by itself that no member needs to be looked at: so it is with nearly every body. */
function isHarmless(text: string): boolean {
  if (SUSPECT.test(text)) return false;
  let opened = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if ((code === 91 || code === 123) && ++opened > DEEPEST) return false;
    if (code >= 0xd800 && code < 0xe000) return false;
  }
  return true;
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
