import { isIP } from 'node:net';
import { normaliseAddress } from '@assent/contract';

/** A mail server that takes the product's mails (RFC 5321, RFC 8314). */
export interface SmtpSetting {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps:`); otherwise by STARTTLS. */
  readonly secure: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
}

export interface MailSettings {
  /** Address that mails come from and bounces go to. */
  readonly from: string;
  /** None: mails are kept as files. */
  readonly smtp: SmtpSetting | undefined;
  /** Where unsubscribes by mail go; none: links offer the way by https alone. */
  readonly unsubscribeMailbox?: string;
}

const PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };

/** Texts of the settings, empty when not set. Faults name no value: it may be a password. */
export function mailSettings(
  smtpUrl: string,
  mailFrom: string,
  unsubscribeMailbox: string,
  publicUrl: string | undefined,
  faults: string[],
): MailSettings {
  if (unsubscribeMailbox !== '' && !isAddress(unsubscribeMailbox))
    faults.push('ASSENT_UNSUBSCRIBE_MAILBOX must be one e-mail address without a name');
  return {
    ...sending(smtpUrl, mailFrom, publicUrl, faults),
    ...(unsubscribeMailbox !== '' && { unsubscribeMailbox }),
  };
}

function sending(
  smtpUrl: string,
  mailFrom: string,
  publicUrl: string | undefined,
  faults: string[],
): Pick<MailSettings, 'from' | 'smtp'> {
  const smtp = smtpUrl === '' ? undefined : smtpSetting(smtpUrl, faults);
  if (mailFrom === '') {
    if (smtpUrl !== '')
      faults.push('ASSENT_MAIL_FROM is needed with ASSENT_SMTP_URL: the address that mails come from');
    return { from: `no-reply@${hostOf(publicUrl)}`, smtp };
  }
  if (!isAddress(mailFrom))
    faults.push('ASSENT_MAIL_FROM must be one e-mail address without a name, such as no-reply@example.org');
  return { from: mailFrom, smtp };
}

const isAddress = (text: string): boolean =>
  normaliseAddress('email', text) !== undefined && !/[\s"]|[^\0-\x7f]/.test(text);

function hostOf(publicUrl: string | undefined): string {
  if (publicUrl === undefined || !URL.canParse(publicUrl)) return 'localhost';
  const { hostname } = new URL(publicUrl);
  return hostname.startsWith('[') || isIP(hostname) !== 0 ? 'localhost' : hostname;
}

function smtpSetting(text: string, faults: string[]): SmtpSetting | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const standard = url && PORTS[url.protocol];
  const auth = url && loginOf(url);
  const isWhole =
    url !== undefined && url.hostname !== '' && /^\/?$/.test(url.pathname) && !/[?#\s]/.test(text);
  if (!isWhole || standard === undefined || auth === null || url.port === '0') {
    faults.push(
      'ASSENT_SMTP_URL must be smtp://user:password@host:587 or smtps://…:465, with special characters of the login percent-encoded and no query',
    );
    return undefined;
  }
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? standard : Number(url.port),
    secure: url.protocol === 'smtps:',
    ...(auth && { auth }),
  };
}

/** `undefined`: none. `null`: half of one, or not readable. */
function loginOf({ username, password }: URL): SmtpSetting['auth'] | null {
  if (username === '' && password === '') return undefined;
  try {
    const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
    return user === '' || pass === '' || /\p{Cc}/u.test(user + pass) ? null : { user, pass };
  } catch {
    return null; // told as a fault, without the login
  }
}
