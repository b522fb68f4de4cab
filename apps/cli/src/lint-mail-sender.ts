/** Who the mail says it is from, which list it is of (RFC 2919), and whether it is a message at all (RFC 5322). */
import { normaliseAddress } from '@assent/contract';
import { onlyOne, type Finding, type SentMail } from './lint-finding.js';
import { fieldsNamed } from './message.js';

/** RFC 5322 §2.1.1. */
const LONGEST_LINE = 998;
/** RFC 2919 §3: 255 octets at most. */
const LONGEST_LIST_ID = 255;
const LIST_ID = /^<([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)+)>$/;
/** Their owners publish DMARC policies that no other sender can pass. */
const MAILBOX_DOMAINS = /^(?:gmail|googlemail|yahoo|ymail|aol|hotmail|outlook|live|msn|icloud|gmx)\.[a-z.]+$/;
const NO_REPLY = /^(?:no|do-?not|ne-?pas)[-_.]?(?:reply|repondre)\b/i;

/** One address, with or without a name before it; undefined when it is none or several. */
function mailboxOf(value: string): { readonly local: string; readonly domain: string } | undefined {
  const bare = value.replace(/"(?:[^"\\]|\\.)*"/g, ' ').trim();
  const [, inner] = /^[^<>,;]*<([^<>]*)>$/.exec(bare) ?? [];
  const address = normaliseAddress('email', inner ?? (/[<>,;]/.test(bare) ? '' : bare))?.value;
  if (address === undefined) return undefined;
  const at = address.lastIndexOf('@');
  return { local: address.slice(0, at), domain: address.slice(at + 1) };
}

/** What From says, when it says one thing. */
export const addressOf = ({ message }: Pick<SentMail, 'message'>) => {
  const from = onlyOne(message, 'from');
  return typeof from === 'string' ? undefined : mailboxOf(from.value);
};

export function senderFindings(mail: SentMail): Finding[] {
  const from = addressOf(mail);
  const replyTo = onlyOne(mail.message, 'reply-to');
  const findings: Finding[] = [];
  if (from === undefined && fieldsNamed(mail.message, 'from').length === 1)
    findings.push({
      level: 'error',
      where: 'From',
      what: 'there is not one readable address',
      why: 'RFC 5322 §3.6.2; Gmail refuses mail without a valid From',
      remedy: 'Write From: Name <address@your-domain>.',
    });
  if (from !== undefined && MAILBOX_DOMAINS.test(from.domain))
    findings.push({
      level: 'error',
      where: 'From',
      what: `the address is of ${from.domain}, a mailbox provider`,
      why: 'Gmail, Yahoo and others refuse mail in their name that they did not send (DMARC, RFC 7489)',
      remedy: 'Send from a domain of your own.',
    });
  if (replyTo === 'none') {
    if (from !== undefined && NO_REPLY.test(from.local))
      findings.push({
        level: 'warning',
        where: 'Reply-To',
        what: 'an answer goes to an address that says that nobody reads it',
        why: 'GDPR art. 12(2): refusing is made easy; people answer "stop" to the mail itself',
        remedy: 'Add a Reply-To that somebody reads, and record what is asked there.',
      });
  } else if (replyTo !== 'several' && mailboxOf(replyTo.value) === undefined)
    findings.push({
      level: 'warning',
      where: 'Reply-To',
      what: 'there is not one readable address',
      why: 'RFC 5322 §3.6.2: an answer that says "stop" gets lost',
      remedy: 'Write one address, or leave the header out.',
    });
  return findings;
}

export function listIdFindings({ message }: SentMail): Finding[] {
  const fault = (what: string, why: string): Finding[] => [
    { level: 'warning', where: 'List-Id', what, why, remedy: 'Take List-Id from POST /v1/links as it is.' },
  ];
  const only = onlyOne(message, 'list-id');
  if (only === 'none')
    return fault('the header is missing', 'RFC 2919; readers filter and unsubscribe by it');
  if (only === 'several') return fault('the header is there more than once', 'RFC 2919 §2: at most one');
  const [, id] = LIST_ID.exec(only.value.slice(Math.max(only.value.lastIndexOf('<'), 0)).trim()) ?? [];
  if (id === undefined)
    return fault(
      'there is no name of the form <list.domain> at the end',
      'RFC 2919 §2: dot-atoms in angle brackets',
    );
  return id.length > LONGEST_LIST_ID ? fault('the name is longer than 255 characters', 'RFC 2919 §3') : [];
}

export function formFindings({ message }: SentMail): Finding[] {
  const fault = (where: string, what: string, why: string, remedy: string): Finding => ({
    level: 'error',
    where,
    what,
    why,
    remedy,
  });
  const several = ['From', 'Reply-To', 'To', 'Subject', 'Date', 'Message-ID'].filter(
    (name) => onlyOne(message, name) === 'several',
  );
  const missing = ['From', 'Date', 'Message-ID'].filter((name) => onlyOne(message, name) === 'none');
  const tooLong = [...message.fields.map(({ raw }) => raw), message.body].some((text) =>
    text.split('\n').some((line) => line.replace(/\r$/, '').length > LONGEST_LINE),
  );
  const why = 'RFC 5322 §3.6; Gmail refuses mail that breaks it (550-5.7.1)';
  return [
    ...several.map((name) => fault(name, 'the header is there more than once', why, 'Send it once.')),
    ...missing.map((name) => fault(name, 'the header is missing', why, 'Add it.')),
    ...(tooLong
      ? [
          fault(
            'Lines',
            `a line is longer than ${LONGEST_LINE} characters`,
            'RFC 5322 §2.1.1; servers break it wherever they like, links and signatures with it',
            'Fold headers at white space; encode the body as quoted-printable.',
          ),
        ]
      : []),
  ];
}
