import { PAGE_TEXTS, preferredLanguage, speak, wantsPage } from './page-texts.js';

describe('The texts of the pages', () => {
  it('say the same things in both languages, with the same blanks', () => {
    const blanks = (texts: Readonly<Record<string, string>>) =>
      Object.entries(texts).map(([key, text]) => [key, (text.match(/\{\w+\}/g) ?? []).sort()]);
    expect(blanks(PAGE_TEXTS.fr)).toEqual(blanks(PAGE_TEXTS.en));
  });

  it("give way to the tenant's own", () => {
    const say = speak('fr', (key) => (key === 'unsubscribe.title' ? 'Au revoir, {brand}' : undefined));
    expect(say('unsubscribe.title', { brand: 'Nous' })).toBe('Au revoir, Nous');
    expect(say('unsubscribe.button')).toBe('Se désabonner');
  });
});

describe('A browser', () => {
  it('gets the language it likes best among those there are', () => {
    const likes = (header?: string) => preferredLanguage(header, ['en', 'fr']);
    expect(likes('fr-BE,en;q=0.8')).toBe('fr');
    expect(likes('de;q=1, fr;q=0.2, en;q=0.3')).toBe('en');
    expect(likes('fr;q=0, de')).toBeUndefined();
    expect(likes(undefined)).toBeUndefined();
  });

  it('gets a page when it asks for HTML; a machine gets none', () => {
    expect(wantsPage('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8')).toBe(true);
    for (const machine of [
      undefined,
      '',
      '*/*',
      'application/json',
      'text/html;q=0.1, application/json',
      'text/html;q=0',
    ]) {
      expect(wantsPage(machine)).toBe(false);
    }
  });
});
