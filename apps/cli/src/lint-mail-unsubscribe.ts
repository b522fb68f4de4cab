/** RFC 8058 §3.1 on RFC 2369 §2: one header, one https address, one fixed value; the address alone says who and what. */
import { isIP } from 'node:net';
import { onlyOne, type Finding, type SentMail } from './lint-finding.js';
import { fieldsNamed } from './message.js';
import { addressesIn, looksSigned } from './unsubscribe-link.js';

const WHERE = 'List-Unsubscribe';
const POST = 'List-Unsubscribe-Post';
const VALUE = 'List-Unsubscribe=One-Click';
const ONE_CLICK = 'RFC 8058 §3.1; Gmail and Yahoo refuse bulk mail that has no one-click unsubscribe';
const TAKE_OURS = 'Take the three headers from POST /v1/links as they are.';

/** The https address that a one-click goes to, if the header has one. */
export function oneClickAddress({ message }: Pick<SentMail, 'message'>): string | undefined {
  const [field] = fieldsNamed(message, WHERE);
  const uris = field === undefined ? [] : (addressesIn(field.value) ?? []);
  return uris.map((uri) => uri.replace(/\s/g, '')).find((uri) => /^https:\/\//i.test(uri));
}

export function unsubscribeFindings(mail: SentMail): Finding[] {
  const error = fault('error');
  const only = onlyOne(mail.message, WHERE);
  if (only === 'none') return [error('the header is missing', ONE_CLICK, TAKE_OURS)];
  if (only === 'several')
    return [
      error('the header is there more than once', 'RFC 2369 §3: each list header at most once', REMOVE),
    ];
  if (/=\?[^?\s]+\?[bq]\?/i.test(only.value))
    return [
      error(
        'the address is written as an encoded word (=?utf-8?…)',
        'RFC 2047 §5: encoded words are for text; nobody reads a URI out of one',
        'Tell the mail library not to encode this header (it does so with long lines), and send it as it is.',
      ),
    ];
  const uris = addressesIn(only.value);
  if (uris === undefined)
    return [
      error(
        'the value is not addresses in angle brackets with commas between them',
        'RFC 2369 §2: each URL stands in < and >',
        `${TAKE_OURS} For example: <https://…>, <mailto:…>`,
      ),
    ];
  const [raw = ''] = fieldsNamed(mail.message, WHERE).map((field) => field.raw);
  return [
    ...splitFindings(uris, raw),
    ...webFindings(uris.map((uri) => uri.replace(/\s/g, ''))),
    ...ours(mail),
  ];
}

const REMOVE =
  'Keep one. If the mail provider adds its own, switch that off: a click there would never reach Assent.';

function splitFindings(uris: readonly string[], raw: string): Finding[] {
  const isFolded = [...raw.matchAll(/<[^<>]*>/g)].some(([uri]) => uri.includes('\n'));
  if (!isFolded && !uris.some((uri) => /[\s\p{Cc}]|[^\0-\x7f]/u.test(uri))) return [];
  return [
    fault('error')(
      isFolded
        ? 'the header is folded inside an address'
        : 'an address holds a space or a character beyond ASCII',
      'RFC 3986 §2: a URI has no white space; receivers cut it there, and the link is broken (RFC 2369 §2)',
      'Break the line only between addresses; a line may have 998 characters (RFC 5322 §2.1.1).',
    ),
  ];
}

function webFindings(uris: readonly string[]): Finding[] {
  const error = fault('error');
  const web = uris.filter((uri) => /^https?:/i.test(uri));
  const secure = web.filter((uri) => /^https:\/\//i.test(uri) && URL.canParse(uri));
  const [first] = secure;
  if (first === undefined)
    return [
      error(
        web.length > 0 ? 'the web address is not https' : 'there is no https address',
        ONE_CLICK,
        web.length > 0 ? 'Set ASSENT_PUBLIC_URL to an https address.' : TAKE_OURS,
      ),
    ];
  const findings: Finding[] = [];
  if (web.length > 1)
    findings.push(
      error(
        'there is more than one web address',
        'RFC 8058 §3.1: one HTTPS URI, others must not be HTTP',
        REMOVE,
      ),
    );
  if (uris[0] !== first)
    findings.push(
      fault('warning')(
        'the https address is not the first',
        'RFC 2369 §2: readers prefer the leftmost address',
        'Put the https address before mailto and others.',
      ),
    );
  const { hostname, username, password } = new URL(first);
  if (username !== '' || password !== '')
    findings.push(
      error(
        'the https address holds a user or a password',
        'RFC 8058 §3.1: the POST carries no HTTP authorisation',
        TAKE_OURS,
      ),
    );
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || !hostname.includes('.'))
    findings.push(
      error(
        'the https address names no public host',
        'RFC 8058 §3.2: the mailbox provider sends the POST from its own network',
        'Set ASSENT_PUBLIC_URL to the name that people reach from everywhere.',
      ),
    );
  return findings;
}

/** A foreign link may work; then its clicks go to somebody else. One of ours that is no link of ours is a 404. */
function ours(mail: SentMail): Finding[] {
  const uri = oneClickAddress(mail);
  if (mail.publicUrl === undefined || uri === undefined) return [];
  const base = `${mail.publicUrl}/`;
  if (!uri.startsWith(base))
    return [
      fault('warning')(
        'the https address does not lead to ASSENT_PUBLIC_URL',
        'a click there stops nothing here, unless the vendor reports it',
        `${TAKE_OURS} If the vendor replaces them, switch that off, or connect the vendor as an integration.`,
      ),
    ];
  if (uri.startsWith(`${base}u/`) && looksSigned(uri.slice(base.length + 2))) return [];
  return [
    fault('error')(
      'the https address is no whole unsubscribe link (/u/{token})',
      'it answers 404 to the POST of the mailbox provider (RFC 8058 §3.2), which counts as not honoured',
      `Look at what changes links on the way (click tracking, line breaking). ${TAKE_OURS}`,
    ),
  ];
}

export function postFindings({ message }: SentMail): Finding[] {
  const error = fault('error', POST);
  const only = onlyOne(message, POST);
  if (only === 'none') return [error('the header is missing', ONE_CLICK, `Add ${POST}: ${VALUE}`)];
  if (only === 'several')
    return [error('the header is there more than once', 'RFC 8058 §3.1: one header', REMOVE)];
  if (only.value === VALUE) return [];
  return [
    error(
      `the value is not exactly ${VALUE}`,
      'RFC 8058 §3.1: this one pair, nothing else, upper and lower case as written',
      `Send ${POST}: ${VALUE}`,
    ),
  ];
}

const fault =
  (level: Finding['level'], where = WHERE) =>
  (what: string, why: string, remedy: string): Finding => ({ level, where, what, why, remedy });
