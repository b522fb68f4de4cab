import { brandCss, contrast } from './brand.js';
import { PAGE_CSS } from './style.js';

/** The variables of the light and of the dark rule. */
function rules(css: string): Record<'light' | 'dark', Record<string, string>> {
  const [light = '', dark = ''] = css.split('@media (prefers-color-scheme:dark)');
  const read = (part: string): Record<string, string> =>
    Object.fromEntries(
      [...part.matchAll(/--([a-z-]+):(#[0-9a-f]{3,6})/g)].map(
        ([, name = '', value = '']) => [name, value] as const,
      ),
    );
  return { light: read(light), dark: read(dark) };
}
const long = (colour = ''): string => (colour.length === 4 ? colour.replace(/[0-9a-f]/g, '$&$&') : colour);
const paper = { light: '#ffffff', dark: '#171b20' };

describe("A tenant's colour", () => {
  it.each(['#4b3869', '#FFD500', '#ffffff', '#000000', '#7a2e0e', '#808080', '#00ff00', '#171b20'])(
    '%s can be read on the page and carries text that can be read, in light and dark',
    (colour) => {
      const both = rules(brandCss(colour));
      for (const scheme of ['light', 'dark'] as const) {
        const { brand, 'on-brand': on, 'brand-ink': ink } = both[scheme];
        expect(contrast(long(brand), long(on))).toBeGreaterThanOrEqual(4.5);
        expect(contrast(long(ink), paper[scheme])).toBeGreaterThanOrEqual(4.5);
      }
    },
  );

  it('stays itself where it can be read', () =>
    expect(rules(brandCss('#4B3869')).light).toEqual({
      brand: '#4b3869',
      'on-brand': '#fff',
      'brand-ink': '#4b3869',
    }));

  it('is left out when it is none', () => {
    for (const none of [undefined, '', 'red', '#fff', '#12345g', 'red;}*{display:none']) {
      expect(brandCss(none)).toBe('');
    }
  });
});

describe('The style', () => {
  const [light = '', dark = ''] = PAGE_CSS.split('@media (prefers-color-scheme:dark)');
  const colour = (part: string, name: string): string =>
    long(new RegExp(`--${name}:(#[0-9a-f]{3,6})`).exec(part)?.[1]);

  it.each([
    ['light', light],
    ['dark', dark],
  ])('keeps every text at 4.5:1 and every control at 3:1 in %s', (_, part) => {
    for (const surface of ['paper', 'ground', 'wash']) {
      for (const text of ['ink', 'quiet', 'brand-ink'])
        expect(contrast(colour(part, text), colour(part, surface))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour(part, 'line'), colour(part, surface))).toBeGreaterThanOrEqual(3);
    }
    for (const tone of ['good', 'warn']) {
      for (const surface of ['paper', `${tone}-wash`])
        expect(contrast(colour(part, tone), colour(part, surface))).toBeGreaterThanOrEqual(4.5);
      for (const text of ['ink', 'quiet'])
        expect(contrast(colour(part, text), colour(part, `${tone}-wash`))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('loads nothing', () => expect(PAGE_CSS).not.toMatch(/url\(|@import|@font-face/));
});
