/** Gmail and Yahoo ask for a link to unsubscribe that a reader can see in the mail, beside the headers. */
import type { Finding, SentMail } from './lint-finding.js';
import { oneClickAddress } from './lint-mail-unsubscribe.js';

const WORDS =
  /unsubscri|opt[\s_-]?out|d[ée]sabonn|d[ée]sinscri|se d[ée]sabonner|abmelden|abbestellen|darse de baja|cancelar? suscripci|disiscri|annulla iscrizione|afmelden|uitschrijven/i;
const WHY = 'Gmail and Yahoo: bulk mail carries a visible unsubscribe link in its body';

export function bodyFindings(mail: SentMail): Finding[] {
  const { text, html } = mail;
  const targets = [oneClickAddress(mail), mail.publicUrl && `${mail.publicUrl}/p/`].filter(
    (target): target is string => typeof target === 'string' && target !== '',
  );
  const leadsAway = (url: string): boolean =>
    targets.some((target) => url === target || (target.endsWith('/p/') && url.startsWith(target)));
  const inText = text === undefined ? undefined : textHasLink(text, leadsAway);
  const inHtml =
    html === undefined
      ? undefined
      : visibleLinks(html).some(
          ({ href, label }) => leadsAway(href) || WORDS.test(label) || WORDS.test(href),
        );
  const fault = (level: Finding['level'], where: string, what: string): Finding => ({
    level,
    where,
    what,
    why: WHY,
    remedy: 'Put the "unsubscribe" or "preferences" link of POST /v1/links into the text and into the HTML.',
  });
  if (inText !== true && inHtml !== true)
    return [fault('error', 'Body', 'there is no visible unsubscribe link')];
  return [
    ...(inText === false ? [fault('warning', 'Text', 'there is no unsubscribe link in the text part')] : []),
    // Whoever has an HTML part shows that one: a link in the text alone is seen by nearly nobody.
    ...(inHtml === false
      ? [fault('error', 'HTML', 'there is no visible unsubscribe link in the HTML part')]
      : []),
    ...(text === undefined
      ? [
          {
            level: 'warning' as const,
            where: 'Text',
            what: 'there is no text part',
            why: 'readers without HTML see no link; filters count it against the mail (RFC 2046 §5.1.4)',
            remedy: 'Send multipart/alternative with a text part that says the same.',
          },
        ]
      : []),
  ];
}

/** An address of ours, or any with the word in it, on its line or the line before. */
function textHasLink(text: string, leadsAway: (url: string) => boolean): boolean {
  const lines = text.split(/\r?\n/);
  return lines.some((line, index) => {
    const urls = line.match(/(?:https?:\/\/|mailto:)[^\s<>"]+/gi) ?? [];
    const near = `${lines[index - 1] ?? ''} ${line}`;
    return (
      urls.some((url) => leadsAway(url) || leadsAway(url.replace(/[.,;)]+$/, ''))) ||
      (urls.length > 0 && WORDS.test(near))
    );
  });
}

interface Link {
  readonly href: string;
  readonly label: string;
}

const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/;
const UNSEEN = /^(?:head|script|style|template|title|noscript)$/;
const HIDING =
  /display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])|mso-hide\s*:\s*all/i;

/** Links that lead somewhere, have words or a picture, and stand in nothing that is hidden by itself. */
export function visibleLinks(html: string): Link[] {
  const links: Link[] = [];
  const open: { name: string; isHidden: boolean }[] = [];
  let [href, label] = ['', ''];
  const hidden = (): boolean => open.at(-1)?.isHidden === true;
  const end = (): void => {
    if (/^(?:https?:|mailto:)/i.test(href) && label.trim() !== '') links.push({ href, label });
    [href, label] = ['', ''];
  };
  for (const piece of piecesOf(html)) {
    if (typeof piece === 'string') {
      if (href !== '' && !hidden()) label += unescaped(piece);
      continue;
    }
    const { name, isEnd, attributes } = piece;
    if (isEnd) {
      const index = open.findLastIndex((one) => one.name === name);
      if (index >= 0) open.length = index;
      if (name === 'a') end();
      continue;
    }
    const isHidden =
      hidden() ||
      UNSEEN.test(name) ||
      /\shidden(?:[\s=/]|$)/i.test(attributes.replace(/"[^"]*"|'[^']*'/g, '')) ||
      HIDING.test(attribute(attributes, 'style'));
    if (name === 'img' && href !== '' && !isHidden) label += attribute(attributes, 'alt') || ' picture';
    if (!VOID.test(name) && open.length < 1000) open.push({ name, isHidden });
    if (name === 'a') {
      end();
      href = isHidden ? '' : attribute(attributes, 'href').trim();
    }
  }
  return links;
}

interface Tag {
  readonly name: string;
  readonly isEnd: boolean;
  readonly attributes: string;
}

/** Text and tags in their order, in one pass; comments are nothing, and what never ends is nothing too. */
function* piecesOf(html: string): Generator<string | Tag> {
  let at = 0;
  while (at < html.length) {
    const start = html.indexOf('<', at);
    yield html.slice(at, start < 0 ? undefined : start);
    if (start < 0) return;
    if (html.startsWith('<!--', start)) {
      const close = html.indexOf('-->', start + 4);
      if (close < 0) return;
      at = close + 3;
      continue;
    }
    const close = endOfTag(html, start);
    if (close < 0) return;
    const [, slash, name] =
      /^(\/?)([a-z][a-z0-9:-]*)/i.exec(html.slice(start + 1, Math.min(close, start + 40))) ?? [];
    if (name !== undefined)
      yield {
        name: name.toLowerCase(),
        isEnd: slash === '/',
        attributes: html.slice(start + 1 + (slash?.length ?? 0) + name.length, close),
      };
    at = close + 1;
  }
}

function endOfTag(html: string, start: number): number {
  let quote = '';
  for (let at = start; at < html.length; at++) {
    const one = html.charAt(at);
    if (quote !== '') quote = one === quote ? '' : quote;
    else if (one === '>') return at;
    else if ((one === '"' || one === "'") && html.charAt(at - 1) === '=') quote = one;
  }
  return -1;
}

function attribute(attributes: string, name: string): string {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(attributes);
  return unescaped(found?.[1] ?? found?.[2] ?? found?.[3] ?? '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  eacute: 'é',
};
const unescaped = (text: string): string =>
  text.replace(
    /&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|([a-z]{2,8}));/gi,
    (whole: string, decimal?: string, hex?: string, name?: string): string => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
      return String.fromCodePoint(code);
    },
  );
