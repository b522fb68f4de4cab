/** What people read: built-in sentences by key, which a tenant replaces one by one in `texts.<locale>.yaml`. */

/** The languages that every catalogue speaks; the first is for whoever speaks none of them. */
export const LANGUAGES = ['en', 'fr'] as const;
type Language = (typeof LANGUAGES)[number];

/** The same sentences in every language; `{name}` is a blank. */
export type Catalogue<K extends string> = Readonly<Record<Language, Readonly<Record<K, string>>>>;

/** The sentence of a key, its blanks filled. The answer is text: the page escapes it. */
export type Say<K extends string> = (key: K, blanks?: Readonly<Record<string, string | number>>) => string;

/** A library's own catalogue. Throws, when it is loaded, where a language lacks a sentence or a blank of another. */
export function catalogue<K extends string>(
  en: Readonly<Record<K, string>>,
  fr: Readonly<Record<NoInfer<K>, string>>,
): Catalogue<K> {
  for (const key of new Set([...Object.keys(en), ...Object.keys(fr)]) as Set<K>) {
    if (blanksOf(en[key]) !== blanksOf(fr[key]))
      throw new Error(`text "${key}": its languages differ in their blanks`);
  }
  return { en, fr };
}

const BLANK = /\{(\w+)\}/g;
const blanksOf = (text: string | undefined): string =>
  text === undefined ? '-' : [...new Set([...text.matchAll(BLANK)].map(([, name]) => name))].sort().join();

/** Speaks one language; the tenant's own text of the same key goes first. A blank without a value stays as it is. */
export function speak<K extends string>(
  texts: Catalogue<K>,
  language: string,
  ownText: (key: string) => string | undefined,
): Say<K> {
  const builtIn = texts[language === 'fr' ? 'fr' : 'en'];
  const set = language === 'fr' ? french : (text: string) => text;
  return (key, blanks = {}) =>
    set(ownText(key) ?? builtIn[key]).replace(BLANK, (blank, name: string) => String(blanks[name] ?? blank));
}

/** French punctuation stays on the line of its word: a no-break space before `? ! : ; »` and after `«`. */
const french = (text: string): string => text.replace(/ (?=[?!:;»])|(?<=«) /g, '\u00a0');
