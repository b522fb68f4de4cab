import { wantsPage } from './answers.js';
import { preferredLanguage } from './language.js';
import { catalogue, speak } from './texts.js';

const TEXTS = catalogue(
  { 'leave.title': 'Leave {brand}', 'leave.button': 'Leave' },
  { 'leave.title': 'Quitter {brand}', 'leave.button': 'Quitter' },
);

describe('A catalogue', () => {
  it('says every sentence in every language, with the same blanks', () => {
    const make = (en: Record<string, string>, fr: Record<string, string>) => () => catalogue(en, fr);
    expect(make({ a: '{x} and {y}' }, { a: '{y} et {x}, {x}' })).not.toThrow();
    expect(make({ a: '{x}' }, { a: '{y}' })).toThrow('text "a": its languages differ in their blanks');
    expect(make({ a: 'one', b: 'two' }, { a: 'un' })).toThrow('text "b"');
    expect(make({ a: 'one' }, { a: 'un', b: 'deux' })).toThrow('text "b"');
  });

  it("gives way to the tenant's own sentence", () => {
    const say = speak(TEXTS, 'fr', (key) => (key === 'leave.title' ? 'Au revoir, {brand}' : undefined));
    expect(say('leave.title', { brand: 'Nous' })).toBe('Au revoir, Nous');
    expect(say('leave.button')).toBe('Quitter');
  });

  it('keeps French punctuation on the line of its word', () => {
    const say = speak(catalogue({ q: '“{x}”?' }, { q: '« {x} » ?' }), 'fr', () => undefined);
    expect(say('q', { x: 'La lettre : un essai' })).toBe('«\u00a0La lettre : un essai\u00a0»\u00a0?');
  });

  it('speaks English where it has no word of the language, and leaves a blank that nothing fills', () => {
    expect(speak(TEXTS, 'de', () => undefined)('leave.title')).toBe('Leave {brand}');
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
    const asks = (accept?: string) => wantsPage({ headers: { ...(accept !== undefined && { accept }) } });
    expect(asks('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8')).toBe(true);
    for (const machine of [
      undefined,
      '',
      '*/*',
      'application/json',
      'text/html;q=0.1, application/json',
      'text/html;q=0',
    ]) {
      expect(asks(machine)).toBe(false);
    }
  });
});
