import type { KeptMail } from '@assent/ports';

/** A link of a mail, to be clicked. */
export interface MailLink {
  readonly href: string;
  readonly label: string;
}

/** Where the product's links lead, by the first part of their path below the public address. */
const LABELS: readonly (readonly [RegExp, string])[] = [
  [/\/c\/[^/?#]+$/, 'Confirm'],
  [/\/u\/[^/?#]+$/, 'Unsubscribe'],
  [/\/p\/[^/?#]+$/, 'Preferences'],
];

/** The links of the text part in their order, then that of one click, where it is another. */
export function linksOf({ text, headers }: Pick<KeptMail, 'text' | 'headers'>): MailLink[] {
  const written = text.match(/https?:\/\/[^\s<>"]+/g) ?? [];
  const oneClick = headers['List-Unsubscribe']?.match(/(?<=<)https?:\/\/[^<>\s]+(?=>)/g) ?? [];
  return [...new Set([...written, ...oneClick])].map((href) => ({ href, label: labelOf(href) }));
}

const labelOf = (href: string): string => LABELS.find(([path]) => path.test(href))?.[1] ?? href;
