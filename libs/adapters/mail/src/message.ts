/** A mail as it goes over the wire: RFC 5322, multipart/alternative, both parts quoted-printable UTF-8. */
import { normaliseAddress } from '@assent/contract';
import { MailFailure, type Mail } from '@assent/ports';
import MailComposer from 'nodemailer/lib/mail-composer';

/** Becomes a Message-ID and a file name. */
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const TAG = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/;
/** What a mailing list says about itself (RFC 2369, RFC 2919, RFC 8058); everything else of the head is ours. */
const LIST_HEADER = /^List-[A-Za-z]+(?:-[A-Za-z]+)*$/;
/** A line of a message has 998 characters at most (RFC 5322 §2.1.1); a URI is never folded. */
const LONGEST_LINE = 998;
const PRINTABLE = /^[\x20-\x7e]+$/;
const CONTROL = /\p{Cc}|[\u2028\u2029]/u;

export interface Sender {
  /** Address that mails come from and bounces go to. */
  readonly from: string;
  /** Epoch milliseconds, for the Date header. */
  readonly at: number;
}

/**
 * The message, with line ends CRLF: of the same mail and instant the same bytes. Rejects with `MailFailure` (`refused`)
 * when a field could break out of its place; nothing is repaired in silence.
 */
export async function messageOf(mail: Mail, { from, at }: Sender): Promise<Buffer> {
  check(mail);
  return new MailComposer({
    from: { name: mail.fromName, address: from },
    to: { name: '', address: mail.to },
    subject: mail.subject,
    date: new Date(at),
    messageId: `<${mail.id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    headers: {
      // RFC 3834 §5: no vacation notice answers.
      'Auto-Submitted': 'auto-generated',
      'Content-Language': mail.language,
      ...Object.fromEntries(
        Object.entries(mail.headers).map(([name, value]) => [name, { prepared: true, value }]),
      ),
    },
    text: mail.text,
    html: mail.html,
    textEncoding: 'quoted-printable',
    newline: 'windows',
    baseBoundary: mail.id,
    normalizeHeaderKey: (name: string) => name,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}

function check({ id, to, fromName, language, subject, text, html, headers }: Mail): void {
  if (!ID.test(id)) refuse('the id is not letters, digits, - and _');
  if (normaliseAddress('email', to)?.value !== to.toLowerCase())
    refuse('the recipient is not one e-mail address');
  if (CONTROL.test(fromName)) refuse("the sender's name holds a control character");
  if (subject === '' || CONTROL.test(subject)) refuse('the subject is empty or holds a control character');
  if (!TAG.test(language)) refuse('the language is not a BCP 47 tag');
  if (text === '' || html === '') refuse('the text or the HTML part is empty');
  const names = Object.keys(headers);
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) refuse('a header is given twice');
  for (const [name, value] of Object.entries(headers)) {
    if (!LIST_HEADER.test(name)) refuse('a header is not one of a mailing list (List-…)');
    if (!PRINTABLE.test(value)) refuse(`${name} is empty or holds more than printable ASCII`);
    if (name.length + ': '.length + value.length > LONGEST_LINE) refuse(`${name} does not fit on a line`);
  }
}

function refuse(reason: string): never {
  throw new MailFailure('refused', reason);
}
