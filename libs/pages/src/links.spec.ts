import type { Policies } from '@assent/policy';
import type { Keyring, LinkPayload } from '@assent/ports';
import { Links } from './links.service.js';

const TOKEN = 'AQtoken_of-ours';
const keyring = { sign: (use: string) => (use === 'unsubscribe' ? TOKEN : 'other') } as unknown as Keyring;
const policies = { at: () => ({ brands: ['commentgerer.com'] }) } as unknown as Policies;
const base = 'https://consent.example.org';
const payload: LinkPayload = {
  ...{ tenant: 'presentinfini', addressKey: 'a'.repeat(32), kind: 'email' },
  ...{ purpose: 'newsletter.weekly', channel: 'email' },
};
const headerWith = (unsubscribeMailbox?: string): string =>
  new Links(keyring, policies, { base, unsubscribeMailbox }).of(payload, 0).headers['List-Unsubscribe'];

describe('The header List-Unsubscribe', () => {
  it('is the https address alone where nobody works off mails', () => {
    expect(headerWith()).toBe(`<${base}/u/${TOKEN}>`);
    const links = new Links(keyring, policies, { base }).of(payload, 0);
    expect(JSON.stringify(links)).toBe(
      JSON.stringify({
        ...{ unsubscribe: `${base}/u/${TOKEN}`, preferences: `${base}/p/other` },
        headers: {
          'List-Unsubscribe': `<${base}/u/${TOKEN}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          'List-Id': '<newsletter.weekly.presentinfini.commentgerer.com>',
        },
      }),
    );
  });

  it('offers a mailbox behind it, with the token as what to write there', () =>
    expect(headerWith('stop@example.org')).toBe(
      `<${base}/u/${TOKEN}>, <mailto:stop@example.org?subject=unsubscribe%20${TOKEN}>`,
    ));

  it.each([
    ['stop+news@example.org', 'stop%2Bnews@example.org'],
    ['a/b?c&d=e%@example.org', 'a%2Fb%3Fc%26d%3De%25@example.org'],
    ["o'neil@example.org", "o'neil@example.org"],
  ])('names %s so that it means the same in an address', (mailbox, written) =>
    expect(headerWith(mailbox)).toContain(`<mailto:${written}?subject=`),
  );
});
