import fc from 'fast-check';
import { maskAddress, normaliseAddress } from './address.js';

const email = (raw: unknown) => normaliseAddress('email', raw)?.value;
const phone = (raw: unknown) => normaliseAddress('phone', raw)?.value;

describe('An e-mail address', () => {
  it.each([
    ['Ada@Example.org', 'ada@example.org'],
    ['  ada@example.org\t', 'ada@example.org'],
    ['ADA+News@EXAMPLE.ORG', 'ada+news@example.org'],
    ["o'hara%x@example.org", "o'hara%x@example.org"],
    ['ada＠example.org', 'ada@example.org'],
    ['ada@bücher.example.org', 'ada@xn--bcher-kva.example.org'],
    ['"ada lovelace"@example.org', '"ada lovelace"@example.org'],
    ['jörg@example.org', 'jörg@example.org'],
  ])('%j is one person: %j', (raw, expected) => expect(email(raw)).toBe(expected));

  it.each([
    '',
    'ada',
    'ada@',
    '@example.org',
    'ada@example',
    'ada@exa mple.org',
    'ada @example.org',
    'ada@-example.org',
    'ada@example..org',
    'ada@127.0.0.1',
    'ada@[127.0.0.1]',
    'ada@example.org\0',
    'a\u0007da@example.org',
    'ada@example.org, bob@example.org',
    `${'a'.repeat(65)}@example.org`,
    `ada@${'a.'.repeat(130)}org`,
    null,
    42,
    { $ne: null },
    ['ada@example.org'],
  ])('%j is none', (raw) => expect(email(raw)).toBeUndefined());

  it('is its own normal form', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.constantFrom('', '@', '@example.org'),
        (a, b) => {
          const once = email(a + b);
          if (once !== undefined) expect(email(once)).toBe(once);
        },
      ),
    );
  });

  it('is refused in linear time however it is built', () => {
    for (const attack of ['a'.repeat(20_000), `${'a@'.repeat(10_000)}`, `"${'\\"'.repeat(9_000)}@x.org`]) {
      const started = performance.now();
      expect(email(attack)).toBeUndefined();
      expect(performance.now() - started).toBeLessThan(50);
    }
  });
});

describe('A phone number', () => {
  it.each([
    ['+33612345678', '+33612345678'],
    ['0033 6 12 34 56 78', '+33612345678'],
    ['+33 (0)6.12.34.56.78', '+33612345678'],
    ['+32-470/12.34.56', '+32470123456'],
  ])('%j is %j', (raw, expected) => expect(phone(raw)).toBe(expected));

  it('without a country is none', () => expect(phone('06 12 34 56 78')).toBeUndefined());
});

describe('A masked address', () => {
  it('shows its owner enough and nobody else', () => {
    expect(maskAddress({ kind: 'email', value: 'ada@example.org' })).toBe('a***@example.org');
    expect(maskAddress({ kind: 'phone', value: '+33612345678' })).toBe('+33******78');
  });
});
