/** Standard Webhooks: HMAC-SHA-256 over `id.timestamp.body` with the bytes behind `whsec_`; several while rotating. */
import { createHmac, timingSafeEqual } from 'node:crypto';

const SECRET = /^whsec_((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}={0,2}|[A-Za-z0-9+/]{3}=?)?)$/;
const SHORTEST = 24;
const LONGEST = 64;

/** The keys of a setting: one secret, or several separated by spaces. Undefined when any is none. */
export function secretsOf(setting: string): Buffer[] | undefined {
  const secrets = setting.split(' ').filter((part) => part !== '');
  const keys = secrets.map((secret) => Buffer.from(SECRET.exec(secret)?.[1] ?? '', 'base64'));
  const good = keys.every(({ length }) => length >= SHORTEST && length <= LONGEST);
  return keys.length > 0 && good ? keys : undefined;
}

const signatureOf = (key: Buffer, id: string, timestamp: number, body: string): string =>
  `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;

/** The value of `webhook-signature`. `timestamp` in seconds. */
export const sign = (keys: readonly Buffer[], id: string, timestamp: number, body: string): string =>
  keys.map((key) => signatureOf(key, id, timestamp, body)).join(' ');

/** For receivers: one of the signatures fits one of the keys. */
export function verifies(
  keys: readonly Buffer[],
  id: string,
  timestamp: number,
  body: string,
  signatures: string,
): boolean {
  const given = signatures.split(' ').map((text) => Buffer.from(text));
  return keys.some((key) => {
    const expected = Buffer.from(signatureOf(key, id, timestamp, body));
    return given.some((one) => one.length === expected.length && timingSafeEqual(one, expected));
  });
}
