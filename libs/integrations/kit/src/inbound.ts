/** What the webhooks of all tools have in common: how secrets are compared, bodies read, times told. Pure. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Inbound, InboundFact, InboundRequest, Verdict } from '@assent/ports';
import { isMembers, type Members } from './json.js';

/** How far a signed time may be from ours, either way (Standard Webhooks, HubSpot). */
export const TOLERANCE_MS = 5 * 60_000;
export const HOUR_MS = 3_600_000;

export const hmac = (
  hash: 'sha1' | 'sha256',
  key: string | Uint8Array,
  ...parts: (string | Uint8Array)[]
): Buffer => parts.reduce((mac, part) => mac.update(part), createHmac(hash, key)).digest();

/** One of the given signatures is the expected one; of whatever length and content, in constant time. */
export const isSigned = (given: readonly Buffer[], expected: Buffer): boolean =>
  given.map((one) => one.length === expected.length && timingSafeEqual(one, expected)).some(Boolean);

/** For texts that are no digests: both are hashed first, so that the length tells nothing. */
export const isSame = (given: string, expected: string): boolean =>
  timingSafeEqual(hmac('sha256', 'same', given), hmac('sha256', 'same', expected));

/** Strict: what decodes to the same bytes in another spelling is another text. */
export function decoded(text: string | undefined, encoding: 'base64' | 'hex'): Buffer {
  const bytes = Buffer.from(text ?? '', encoding);
  const whole = encoding === 'hex' ? text?.toLowerCase() : text;
  return bytes.toString(encoding) === whole ? bytes : Buffer.alloc(0);
}

/**
 * `stale` when the signed time is not near now. `tolerance`: as long as the tool tries again, where nobody says whether it
 * signs a new time then: an outage here must not make its stops worthless. Events have ids there, so that what is caught
 * and sent again has no effect within it either.
 */
export const fresh = (
  at: number,
  { receivedAt }: Pick<InboundRequest, 'receivedAt'>,
  tolerance = TOLERANCE_MS,
): Verdict => {
  const age = receivedAt - at;
  return age <= tolerance && age >= -TOLERANCE_MS ? 'genuine' : 'stale';
};

export const textIn = (body: Uint8Array): string => Buffer.from(body).toString('utf8');
export const formIn = (body: Uint8Array): URLSearchParams => new URLSearchParams(textIn(body));

/** Undefined when it is no JSON. */
export function jsonIn(body: Uint8Array): unknown {
  try {
    return JSON.parse(textIn(body)) as unknown;
  } catch {
    return undefined;
  }
}

/** The events of a body that is a list of them, or one alone. */
export function eventsIn(body: Uint8Array): Members[] {
  const json = jsonIn(body);
  return (Array.isArray(json) ? (json as unknown[]) : [json]).filter(isMembers);
}

/** Instants in epoch milliseconds; null for what is none. */
export const seconds = (value: unknown): number | null => millis(numberOf(value) * 1_000);
export const millis = (value: unknown): number | null => {
  const at = numberOf(value);
  return Number.isFinite(at) && at > 0 ? Math.round(at) : null;
};
export const iso = (value: unknown): number | null =>
  typeof value === 'string' ? millis(Date.parse(value)) : null;

const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;

export const email = (value: unknown) => ({
  kind: 'email' as const,
  value: typeof value === 'string' ? value : '',
});
export const phone = (value: unknown) => ({
  kind: 'phone' as const,
  value: `+${(typeof value === 'string' ? value : '').replace(/^\+/, '')}`,
});

/**
 * Tools that sign nothing: the secret in the address is the proof, perhaps with one in a header. What does not have the
 * tool's shape was not posted by it.
 */
export const unsigned = (
  hasShape: (body: Uint8Array) => boolean,
  read: (body: Uint8Array) => readonly InboundFact[],
  header?: { readonly name: string; readonly value: string },
): Inbound => ({
  verify: ({ headers, body }) => {
    const known = header === undefined || isSame(headers[header.name] ?? '', header.value);
    return known && hasShape(body) ? 'genuine' : 'forged';
  },
  read,
});
