import type { Keyring, LinkPayload, LinkUse } from './keyring.js';

const USES: readonly LinkUse[] = ['unsubscribe', 'preferences', 'confirm'];

/**
 * What every keyring promises. `open` makes one of an installation's secret: the same number, the same secret.
 */
export function keyringContract(name: string, open: (secret: number) => Keyring): void {
  describe(`${name}: a keyring`, () => {
    const keyring = open(1);
    const again = open(1);
    const stranger = open(2);
    const ada = { kind: 'email', value: 'ada@example.org' } as const;
    const payload: LinkPayload = {
      tenant: 't1',
      addressKey: keyring.addressKey('t1', ada),
      kind: 'email',
      purpose: 'newsletter.weekly',
      channel: 'email',
      campaign: 'spring\nsale',
    };

    it('gives an address one key of 32 hex digits, another one per kind, tenant and installation', () => {
      const key = keyring.addressKey('t1', ada);
      expect(key).toMatch(/^[0-9a-f]{32}$/);
      expect([keyring.addressKey('t1', { ...ada }), again.addressKey('t1', ada)]).toEqual([key, key]);
      const others = [
        keyring.addressKey('t2', ada),
        keyring.addressKey('t1', { kind: 'externalId', value: ada.value }),
        keyring.addressKey('t1', { kind: 'email', value: 'ada@example.net' }),
        stranger.addressKey('t1', ada),
      ];
      expect(new Set([key, ...others]).size).toBe(5);
    });

    it('digests alike what means the same, and otherwise per use, tenant and installation', () => {
      const digest = keyring.digest('t1', 'request', { a: 1, b: [2, null], c: undefined });
      expect(digest).toMatch(/^[\w-]{22,}$/);
      expect(again.digest('t1', 'request', { b: [2, null], a: 1 })).toBe(digest);
      const others = [
        keyring.digest('t1', 'request', { a: 1, b: [null, 2] }),
        keyring.digest('t1', 'request', { a: '1', b: [2, null] }),
        keyring.digest('t1', 'evidence', { a: 1, b: [2, null] }),
        keyring.digest('t1', 'receipt', { a: 1, b: [2, null] }),
        keyring.digest('t2', 'request', { a: 1, b: [2, null] }),
        stranger.digest('t1', 'request', { a: 1, b: [2, null] }),
      ];
      expect(new Set([digest, ...others]).size).toBe(7);
    });

    it('opens what it sealed, for the same tenant and installation only', () => {
      const sealed = keyring.seal('t1', ada);
      expect(Buffer.from(sealed).includes('ada')).toBe(false);
      expect(again.open('t1', sealed)).toEqual(ada);
      expect(() => keyring.open('t2', sealed)).toThrow();
      expect(() => stranger.open('t1', sealed)).toThrow();
      expect(Buffer.from(keyring.seal('t1', ada)).equals(Buffer.from(sealed))).toBe(false);
    });

    it('opens what was sealed with a share only with that share', () => {
      const [share, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
      const sealed = keyring.seal('t1', ada, share);
      expect(again.open('t1', sealed, share)).toEqual(ada);
      for (const wrong of [other, new Uint8Array(32), undefined])
        expect(() => keyring.open('t1', sealed, wrong)).toThrow();
      expect(() => stranger.open('t1', sealed, share)).toThrow();
      expect(() => keyring.open('t2', sealed, share)).toThrow();
      expect(() => keyring.open('t1', keyring.seal('t1', ada), share)).toThrow();
    });

    it('opens nothing that was altered or cut', () => {
      const sealed = Buffer.from(keyring.seal('t1', ada));
      for (let at = 0; at < sealed.length; at++) {
        const altered = Buffer.from(sealed);
        altered[at] = (altered[at] ?? 0) ^ 1;
        expect(() => keyring.open('t1', altered)).toThrow();
        expect(() => keyring.open('t1', sealed.subarray(0, at))).toThrow();
      }
    });

    it('verifies its own links, for the use they were made for', () => {
      for (const use of USES) {
        const token = keyring.sign(use, payload);
        expect(token).toMatch(/^[\w-]+$/);
        expect(Buffer.from(token, 'base64url').includes('ada')).toBe(false);
        for (const other of USES) {
          expect(again.verify(other, token)).toEqual(other === use ? payload : undefined);
        }
        expect(stranger.verify(use, token)).toBeUndefined();
      }
      const bare = { ...payload, campaign: undefined };
      expect(keyring.verify('confirm', keyring.sign('confirm', bare))).toEqual(bare);
    });

    it('refuses a link with any bit altered, cut, or swapped with the tenant or purpose of another', () => {
      const token = keyring.sign('unsubscribe', payload);
      const bytes = Buffer.from(token, 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const altered = Buffer.from(bytes);
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(keyring.verify('unsubscribe', altered.toString('base64url'))).toBeUndefined();
      }
      for (let end = 0; end < token.length; end++) {
        expect(keyring.verify('unsubscribe', token.slice(0, end))).toBeUndefined();
      }
      const others = [
        keyring.sign('unsubscribe', { ...payload, tenant: 't2' }),
        keyring.sign('unsubscribe', { ...payload, purpose: 'newsletter.yearly' }),
      ];
      for (const other of others) {
        for (let at = 1; at < token.length; at++) {
          const spliced = token.slice(0, at) + other.slice(at);
          if (spliced !== token && spliced !== other)
            expect(keyring.verify('unsubscribe', spliced)).toBeUndefined();
        }
      }
    });

    it('knows one spelling of a link only', () => {
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      for (const campaign of ['', 'a', 'ab', 'abc']) {
        const token = keyring.sign('unsubscribe', { ...payload, campaign });
        const spellings = [...alphabet].map((last) => token.slice(0, -1) + last);
        spellings.push(
          `${token}=`,
          `${token}==`,
          ` ${token}`,
          `${token}\n`,
          `${token}A`,
          `${token}.`,
          `${token}%3D`,
        );
        spellings.push(
          `${token.slice(0, 4)} ${token.slice(4)}`,
          Buffer.from(token, 'base64url').toString('base64'),
        );
        const accepted = spellings.filter((one) => keyring.verify('unsubscribe', one) !== undefined);
        expect([...new Set(accepted)]).toEqual([token]);
      }
    });

    it('attests what it was told, for the use and the installation alone, and never as a link', () => {
      const said = JSON.stringify(['spring', '💌\n', null, 1]);
      const token = keyring.attest('permit', said);
      expect(token).toMatch(/^[\w-]+$/);
      expect(again.attested('permit', token)).toBe(said);
      expect(stranger.attested('permit', token)).toBeUndefined();
      for (const use of USES) {
        expect(keyring.verify(use, token)).toBeUndefined();
        expect(keyring.attested('permit', keyring.sign(use, payload))).toBeUndefined();
      }
      const bytes = Buffer.from(token, 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const altered = Buffer.from(bytes);
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(keyring.attested('permit', altered.toString('base64url'))).toBeUndefined();
      }
      for (let end = 0; end < token.length; end++) {
        expect(keyring.attested('permit', token.slice(0, end))).toBeUndefined();
      }
      for (const attack of ['', '%', '💌', `${token}=`, ` ${token}`, 'A'.repeat(20_000)])
        expect(keyring.attested('permit', attack)).toBeUndefined();
    });

    it('never throws at a link, whatever is sent', () => {
      const token = keyring.sign('unsubscribe', payload);
      const attacks = ['', '%', '💌', '\0', 'A'.repeat(20_000), token.repeat(100), '__proto__', '../../etc'];
      for (const attack of attacks) expect(keyring.verify('unsubscribe', attack)).toBeUndefined();
    });
  });
}
