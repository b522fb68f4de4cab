/** A tenant's colour on its pages, kept readable: contrasts are computed, not hoped for (WCAG 2.2, 1.4.3: 4.5:1). */

const PAPER = { light: '#ffffff', dark: '#171b20' };
/** Light letters on a dark page need more than the minimum to look as clear. */
const READABLE = { light: 4.5, dark: 5.5 };

/**
 * The colours made of a tenant's one, `#rrggbb`: surfaces in it with black or white on them, and the nearest shade
 * that can be read on the page, in light and in dark. Empty when it has none, or none that is a colour.
 */
export function brandCss(colour: string | undefined): string {
  if (colour === undefined || !/^#[0-9a-f]{6}$/i.test(colour)) return '';
  const light = readable(colour, 'light', '#000000');
  const dark = readable(colour, 'dark', '#ffffff');
  return rule(colour.toLowerCase(), light) + `@media (prefers-color-scheme:dark){${rule(dark, dark)}}`;
}

const rule = (surface: string, ink: string): string =>
  `:root{--brand:${surface};--on-brand:${onTop(surface)};--brand-ink:${ink}}`;

const onTop = (surface: string): string =>
  contrast(surface, '#000000') > contrast(surface, '#ffffff') ? '#000' : '#fff';

/** The colour itself if it can be read on the paper, else as little of `towards` mixed in as makes it so. */
function readable(colour: string, scheme: keyof typeof PAPER, towards: string): string {
  for (let part = 0; part < 1; part += 0.02) {
    const mixed = mix(colour, towards, part);
    if (contrast(mixed, PAPER[scheme]) >= READABLE[scheme]) return mixed;
  }
  return towards;
}

const channels = (colour: string): number[] => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

const mix = (from: string, to: string, part: number): string => {
  const target = channels(to);
  return `#${channels(from)
    .map((value, index) => Math.round(value + ((target[index] ?? 0) - value) * part))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;
};

/** 1 to 21; WCAG 2.2, relative luminance. */
export function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
