/** Incoming messages and status callbacks: HMAC-SHA-256 over address, fields and a number used once (version 3). */
import { decoded, formIn, hmac, isSigned, option, phone } from '@assent/integration-kit';
import type { Inbound, InboundFact, IntegrationSettings } from '@assent/ports';

const STOP = new Set(['stop', 'arret', 'desabo', 'unsubscribe', 'cancel', 'end', 'quit', 'stopall']);
/** The carrier holds a stop of this number. */
const OPTED_OUT = '200';

export function inbound(settings: IntegrationSettings): Inbound | undefined {
  const token = option(settings, 'authToken');
  if (token === undefined) return undefined;
  const senders = Object.values(settings.purposes).flatMap((target) => target['sender'] ?? []);
  return {
    verify({ url, headers, body }) {
      const nonce = headers['x-plivo-signature-v3-nonce'] ?? '';
      const given = (headers['x-plivo-signature-v3'] ?? '').split(',');
      const expected = hmac('sha256', token, `${signedText(url, formIn(body))}.${nonce}`);
      const fits = isSigned(
        given.map((one) => decoded(one.trim(), 'base64')),
        expected,
      );
      return fits && nonce !== '' ? 'genuine' : 'forged';
    },
    read: (body) => factsOf(formIn(body), senders),
  };
}

/** A `?` stands there as soon as there is a query or a field; between both, a dot. */
export function signedText(url: string, fields: URLSearchParams): string {
  const { origin, pathname, searchParams } = new URL(url);
  const query = sorted(searchParams)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const posted = sorted(fields).flat().join('');
  const base = origin + pathname;
  if (query === '' && posted === '') return base;
  return `${base}?${query}${query !== '' && posted !== '' ? '.' : ''}${posted}`;
}

const sorted = (params: URLSearchParams): [string, string][] =>
  [...params].sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1));

function factsOf(form: URLSearchParams, senders: readonly string[]): InboundFact[] {
  const text = form.get('Text');
  const id = form.get('MessageUUID') ?? undefined;
  const named = { ...(id !== undefined && { id }), at: null };
  if (text !== null && STOP.has(firstWord(text))) {
    return [left(form.get('From'), form.get('To'))];
  }
  return form.get('ErrorCode') === OPTED_OUT ? [left(form.get('To'), form.get('From'))] : [];

  function left(person: string | null, sender: string | null): InboundFact {
    const mapped = senders.find((one) => one.replace(/^\+/, '') === (sender ?? '').replace(/^\+/, ''));
    return { what: 'left', who: phone(person), targets: mapped === undefined ? '*' : [mapped], ...named };
  }
}

/** In any case, with or without accents and punctuation. */
const firstWord = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .trim()
    .split(/[^\p{L}]+/u)
    .find((word) => word !== '')
    ?.toLowerCase() ?? '';
