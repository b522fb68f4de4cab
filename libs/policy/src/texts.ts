import type { TenantFolder } from './tenant-folder.js';

/** Sentences of one language by their key, `unsubscribe.title`: nested mappings are written out. */
export type Texts = ReadonlyMap<string, string>;

/** By locale. Faults go to the folder. */
export function readTexts(folder: TenantFolder): Map<string, Texts> {
  return new Map(
    folder.texts().map(({ path, locale, content }) => {
      const texts = new Map<string, string>();
      if (content !== undefined && content !== null) flatten(content, [], path, texts, folder.faults);
      const colour = texts.get('brand.colour');
      if (colour !== undefined && !/^#[0-9a-f]{6}$/i.test(colour))
        folder.faults.push(
          `${path}: /brand/colour "${colour}" is not a colour such as '#1f4e79' (in quotes)`,
        );
      return [locale, texts];
    }),
  );
}

function flatten(value: unknown, keys: string[], path: string, texts: Map<string, string>, faults: string[]) {
  if (typeof value === 'string') return void texts.set(keys.join('.'), value);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, part] of Object.entries(value)) flatten(part, [...keys, key], path, texts, faults);
    return;
  }
  const found = JSON.stringify(value);
  faults.push(`${path}: /${keys.join('/')} ${found} is not a text${keys.length > 0 ? ' (quote it)' : ''}`);
}

/** Contrast of a colour `#rrggbb` with white, 1 to 21 (WCAG 2.2, 1.4.3: text needs 4.5). */
export function contrastOnWhite(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}
