/**
 * The mail that asks for the second step of a sign-up. It offers what the policy promises in each mail (S2-06) and
 * cancels by one click (RFC 8058); it loads nothing from anywhere, so opening it tells nobody anything.
 */
import { LANGUAGES, plainText, speak, type Say } from '@assent/pages';
import type { Mail } from '@assent/ports';
import { confirmationHtml } from './confirmation-mail.page.js';
import { MAIL_TEXTS, rightNamed, type MailTextKey } from './mail-texts.js';

export interface ConfirmationRequest {
  /** BCP 47. */
  readonly language: string;
  readonly brand: string;
  /** `#rrggbb`, of the button. */
  readonly colour?: string | undefined;
  /** Who is responsible for the data; null when the tenant does not say. */
  readonly controller: string | null;
  /** What people call the list. */
  readonly purposeName: string;
  /** Markdown of the notice that was shown. */
  readonly noticeText: string;
  readonly confirmUrl: string;
  /** One-click: a POST cancels the request, a GET shows a page. */
  readonly cancelUrl: string;
  readonly preferencesUrl: string;
  /** RFC 2919, in angle brackets or without. */
  readonly listId: string;
  /** Epoch milliseconds: from then on the link confirms nothing. */
  readonly expiresAt: number;
  /** IANA name of the tenant's zone. */
  readonly timezone: string;
  /** `notices.inEachMail` of the policy. */
  readonly rights: readonly string[];
  /** Where else the rights can be used: an address, a telephone number. */
  readonly contact?: string | undefined;
  /** The tenant's own sentence of a key in that language: `Policies.text`. */
  readonly own?: ((key: string) => string | undefined) | undefined;
}

export type ConfirmationMail = Pick<Mail, 'subject' | 'text' | 'html' | 'headers'>;

/** What both parts say. Names are of one line; nothing is escaped yet. */
export interface ConfirmationView {
  readonly language: string;
  readonly say: Say<MailTextKey>;
  readonly subject: string;
  readonly brand: string;
  readonly colour: string | undefined;
  readonly controller: string;
  readonly purpose: string;
  readonly until: string;
  /** Markdown. */
  readonly notice: string;
  readonly confirmUrl: string;
  readonly cancelUrl: string;
  readonly preferencesUrl: string;
  readonly rights: readonly string[];
  readonly contact: string | undefined;
}

/** Throws a RangeError for a link that is not http(s) and for a List-Id that is none. */
export function confirmationMail(request: ConfirmationRequest): ConfirmationMail {
  const view = viewOf(request);
  return {
    subject: view.subject,
    text: textOf(view),
    html: confirmationHtml(view),
    headers: {
      'List-Unsubscribe': `<${view.cancelUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'List-Id': listIdOf(request.listId),
    },
  };
}

function viewOf(request: ConfirmationRequest): ConfirmationView {
  const { own = () => undefined, expiresAt, timezone, contact, colour } = request;
  const language = spoken(request.language, own);
  const say = speak(MAIL_TEXTS, language, own);
  const [brand, purpose] = [oneLine(request.brand), oneLine(request.purposeName)];
  const format = { dateStyle: 'full', timeStyle: 'short', timeZone: timezone } as const;
  return {
    language,
    say,
    subject: oneLine(say('confirmation.subject', { purpose, brand })),
    brand,
    colour: colour !== undefined && /^#[0-9a-f]{6}$/i.test(colour) ? colour : undefined,
    controller: oneLine(request.controller ?? '') || brand,
    purpose,
    until: new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, format).format(expiresAt),
    notice: request.noticeText,
    confirmUrl: webAddress(request.confirmUrl),
    cancelUrl: webAddress(request.cancelUrl),
    preferencesUrl: webAddress(request.preferencesUrl),
    rights: request.rights.map((right) => oneLine(rightNamed(right, say, own))),
    contact: contact === undefined ? undefined : oneLine(contact) || undefined,
  };
}

/** A language that there are texts for; a third one only of a tenant that has written its own. */
function spoken(tag: string, own: (key: string) => string | undefined): string {
  const language = /^[a-z]{2,3}(?![a-z0-9])/i.exec(tag)?.[0].toLowerCase() ?? '';
  const isKnown = (LANGUAGES as readonly string[]).includes(language);
  return isKnown || (language !== '' && own('confirmation.asked') !== undefined) ? language : LANGUAGES[0];
}

/** Complete by itself: whoever reads only this part can do everything. */
function textOf(view: ConfirmationView): string {
  const { say, brand, controller, purpose, until, rights, contact } = view;
  const footer = [
    say('confirmation.controller', { controller }),
    ...(rights.length === 0
      ? [`${say('confirmation.preferences', { brand })}\n${view.preferencesUrl}`]
      : [
          [say('confirmation.rights'), ...rights.map((right) => `- ${right}`)].join('\n'),
          `${say('confirmation.rights.page')}\n${view.preferencesUrl}`,
        ]),
    ...(contact === undefined ? [] : [say('confirmation.rights.contact', { contact })]),
  ];
  return `${[
    brand,
    say('confirmation.title'),
    say('confirmation.asked', { purpose, brand }),
    `${say('confirmation.button')}\n${view.confirmUrl}`,
    say('confirmation.until', { date: until }),
    `${say('confirmation.not-you')}\n${view.cancelUrl}`,
    RULE,
    say('confirmation.notice'),
    plainText(view.notice),
    RULE,
    ...footer,
  ].join('\n\n')}\n`;
}

const RULE = '-'.repeat(40);
const LONGEST_NAME = 200;

/** A name cannot open a line, a header or another direction of writing. */
const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_NAME);

/** As the URL parser writes it: no space, no bracket, no quote can leave it. */
function webAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new RangeError('a link of a mail is http(s)');
  return url.href;
}

function listIdOf(text: string): string {
  const [, id] = /^<?([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)>?$/.exec(text) ?? [];
  if (id === undefined) throw new RangeError('a List-Id is dot-atoms (RFC 2919)');
  return `<${id}>`;
}
