/** RFC 6376; RFC 8058 §4: a valid signature must cover both headers, or anybody on the way could have put the link in. */
import { addressOf } from './lint-mail-sender.js';
import type { Finding, SentMail } from './lint-finding.js';
import { fieldsNamed } from './message.js';

const WHERE = 'DKIM-Signature';
const BOTH = ['list-unsubscribe', 'list-unsubscribe-post'] as const;
const DOMAIN = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)+[a-z][a-z0-9-]{0,62}$/i;
const HOW = 'docs/how-to/send-mail.md, section 2, says how';

interface Signature {
  readonly tags: ReadonlyMap<string, string>;
  /** Lower case. */
  readonly signed: readonly string[];
  /** Lower case; empty when it is no domain. */
  readonly domain: string;
}

/** `v=1; a=rsa-sha256; h=from:to; …`: white space means nothing here (RFC 6376 §3.2). */
export function signatureOf(value: string): Signature {
  const pairs = value.split(';').map((tag): [string, string] => {
    const equals = tag.indexOf('=');
    return [tag.slice(0, Math.max(equals, 0)).trim(), tag.slice(equals + 1).replace(/\s+/g, '')];
  });
  const tags = new Map(pairs.filter(([name]) => name !== ''));
  const domain = tags.get('d')?.toLowerCase() ?? '';
  return {
    tags,
    signed: (tags.get('h') ?? '').toLowerCase().split(':').filter(Boolean),
    domain: DOMAIN.test(domain) ? domain : '',
  };
}

export function dkimFindings(mail: SentMail): Finding[] {
  const signatures = fieldsNamed(mail.message, WHERE).map(({ value }) => signatureOf(value));
  if (signatures.length === 0)
    return [
      fault(
        'error',
        'the mail is not signed',
        'RFC 8058 §4; Gmail, Yahoo and Outlook.com refuse unsigned bulk mail',
        `Let the mail server sign; if you looked at a copy from before it was signed, look at one that arrived. ${HOW}.`,
      ),
    ];
  const covering = signatures.filter(({ signed }) => BOTH.every((name) => signed.includes(name)));
  const level = covering.length > 0 ? 'warning' : 'error';
  const findings = signatures.flatMap((one) => [...coverage(one, level), ...strength(one)]);
  const from = addressOf(mail)?.domain;
  if (from !== undefined && !signatures.some(({ domain }) => isRelated(domain, from)))
    findings.push(
      fault(
        'warning',
        'no signature is of the domain of From',
        'RFC 7489 §3.1: DMARC wants DKIM or SPF aligned with From; Gmail, Yahoo and Outlook.com want DMARC to pass',
        `Let the provider sign with your own domain. ${HOW}.`,
      ),
    );
  return findings;
}

function coverage({ signed, domain }: Signature, level: Finding['level']): Finding[] {
  const missing = BOTH.filter((name) => !signed.includes(name));
  if (missing.length === 0) return [];
  const names = missing.map((name) => (name === BOTH[0] ? 'List-Unsubscribe' : 'List-Unsubscribe-Post'));
  return [
    fault(
      level,
      `h= of the signature${of(domain)} does not cover ${names.join(' and ')}`,
      'RFC 8058 §4: both must be signed; otherwise the one-click button is not shown',
      `Add the names to the headers that are signed. ${HOW}.`,
    ),
  ];
}

function strength({ tags, signed, domain }: Signature): Finding[] {
  const findings: Finding[] = [];
  const lacks = ['a', 'b', 'bh', 'd', 'h', 's'].filter((tag) => !tags.has(tag));
  if (lacks.length > 0)
    findings.push(
      fault(
        'error',
        `the signature${of(domain)} has no ${lacks.map((tag) => `${tag}=`).join(', ')}`,
        'RFC 6376 §3.5: required tags',
        'Look at the configuration of what signs.',
      ),
    );
  else if (!signed.includes('from'))
    findings.push(
      fault('error', `the signature${of(domain)} does not cover From`, 'RFC 6376 §5.4', 'Sign From as well.'),
    );
  if (/-sha1$/i.test(tags.get('a') ?? ''))
    findings.push(
      fault(
        'error',
        `the signature${of(domain)} is made with SHA-1`,
        'RFC 8301 §3.1: receivers treat it as none',
        'Sign with rsa-sha256.',
      ),
    );
  if (tags.has('l'))
    findings.push(
      fault(
        'warning',
        `the signature${of(domain)} covers only the beginning of the body (l=)`,
        'RFC 6376 §8.2: anybody can add to the mail',
        'Leave l= out.',
      ),
    );
  return findings;
}

/** What the receiver wrote on top; those further down may be anybody's (RFC 8601 §5). */
export function receivedFindings({ message }: SentMail): Finding[] {
  const [top] = fieldsNamed(message, 'authentication-results');
  if (top === undefined) return [];
  const found = (method: string): string[] =>
    [...top.value.matchAll(new RegExp(`(?:^|[;\\s])${method}\\s*=\\s*([a-z]+)`, 'gi'))].map(
      ([, result = '']) => result.toLowerCase(),
    );
  return (['dkim', 'dmarc', 'spf'] as const).flatMap((method) => {
    const results = found(method);
    if (results.length === 0 || results.includes('pass')) return [];
    return [
      {
        level: method === 'spf' ? 'warning' : 'error',
        where: 'Authentication-Results',
        what: `the receiver found no ${method.toUpperCase()} that passes`,
        why: 'Gmail, Yahoo and Outlook.com want SPF, DKIM and DMARC of whoever sends much',
        remedy: `${HOW}.`,
      },
    ];
  });
}

/** Relaxed alignment without the list of public suffixes: one is the other, or below it. */
const isRelated = (a: string, b: string): boolean =>
  a !== '' && (a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`));

const of = (domain: string): string => (domain === '' ? '' : ` of ${domain}`);

const fault = (level: Finding['level'], what: string, why: string, remedy: string): Finding => ({
  level,
  where: WHERE,
  what,
  why,
  remedy,
});
