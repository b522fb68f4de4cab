import type { Address, AddressKind } from './words.js';

const MAX = { email: 254, phone: 20, post: 500, externalId: 200 } as const;
/** A local part without quotes has no space, quote, bracket or comma; a quoted one may. Linear: no nested repetition. */
const LOCAL = /^(?:[^\s"(),:;<>@[\\\]]{1,64}|"[^"\\\r\n]{1,62}")$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const CONTROL = /\p{Cc}/u;

/**
 * The one normaliser: every part of the product that meets an address calls it, so that one person has one key.
 * `undefined` when the text is no address of that kind. E-mail: NFKC, trimmed, lower case, domain in ASCII;
 * phone: E.164 with `+`; post: white space folded, lower case.
 */
export function normaliseAddress(kind: AddressKind, raw: unknown): Address | undefined {
  if (typeof raw !== 'string' || raw.length > 2000) return undefined;
  const text = raw.normalize('NFKC').trim();
  const value = { email, phone, post, externalId }[kind](text);
  return value === undefined || value.length > MAX[kind] ? undefined : { kind, value };
}

function email(text: string): string | undefined {
  if (text.length > MAX.email) return undefined;
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at).toLowerCase();
  const domain = asciiDomain(text.slice(at + 1).toLowerCase());
  return at > 0 && domain !== undefined && LOCAL.test(local) && !CONTROL.test(local)
    ? `${local}@${domain}`
    : undefined;
}

function asciiDomain(domain: string): string | undefined {
  const ascii = /[^\0-\x7f]/.test(domain) ? punycode(domain) : domain;
  if (ascii === undefined || ascii.length > 253) return undefined;
  const labels = ascii.split('.');
  const top = labels.at(-1) ?? '';
  return labels.length > 1 && /[a-z]/.test(top) && labels.every((label) => LABEL.test(label))
    ? ascii
    : undefined;
}

/** The URL parser of the platform knows IDNA; what it would read as anything but a host is refused before. */
function punycode(domain: string): string | undefined {
  const url = `http://${domain}/`;
  return !/[\s/\\?#@:%[\]]/.test(domain) && URL.canParse(url) ? new URL(url).hostname : undefined;
}

function phone(text: string): string | undefined {
  const digits = text
    .replace(/\(0\)/, '')
    .replace(/[\s().\-/]/g, '')
    .replace(/^00/, '+');
  return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : undefined;
}

function post(text: string): string | undefined {
  const folded = text.replace(/[\s,]+/g, ' ').toLowerCase();
  return folded.length >= 5 && !CONTROL.test(folded) ? folded : undefined;
}

function externalId(text: string): string | undefined {
  return text.length > 0 && !CONTROL.test(text) ? text : undefined;
}

/** `a***@example.org`, `+33******78`: enough for its owner to recognise, too little for anyone else. */
export function maskAddress({ kind, value }: Address): string {
  if (kind === 'email') return `${value.charAt(0)}***@${value.slice(value.lastIndexOf('@') + 1)}`;
  if (kind === 'phone') return `${value.slice(0, 3)}******${value.slice(-2)}`;
  return `${value.charAt(0)}***`;
}
