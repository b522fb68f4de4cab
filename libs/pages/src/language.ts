/** The language a browser asks for that we have; RFC 9110 §12.5.4, quality values included. */
export function preferredLanguage(
  header: string | undefined,
  available: readonly string[],
): string | undefined {
  return (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((range, index) => ({ language: languageOf(range), quality: qualityOf(range), index }))
    .filter(({ language, quality }) => quality > 0 && available.includes(language))
    .sort((a, b) => b.quality - a.quality || a.index - b.index)[0]?.language;
}

/** `fr` of `fr-BE`. */
export const languageOf = (tag: string): string => tag.trim().split(/[-;_]/, 1)[0]?.toLowerCase() ?? '';

/** How much a range of an `Accept…` header is wanted, 0 to 1; RFC 9110 §12.4.2. */
export const qualityOf = (range: string): number => {
  const [, quality] = /;\s*q=([01](?:\.\d{0,3})?)\s*(?:;|$)/i.exec(range) ?? [];
  return quality === undefined ? 1 : Number(quality);
};
