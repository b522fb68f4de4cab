import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hkdfSync } from 'node:crypto';
import type { LinkPayload } from '@assent/ports';
import { blake2s } from '@noble/hashes/blake2.js';
import fc from 'fast-check';
import { NodeKeyring } from './keyring.js';
import { readOrMakeSecret } from './secret-file.js';

const secret = Buffer.alloc(32, 7);
const keyring = new NodeKeyring(secret);
const ada = { kind: 'email', value: 'ada@example.org' } as const;

describe('An address key', () => {
  // python3: hashlib.blake2s(b'email\0ada@example.org', key=bytes(range(32)), digest_size=16).hexdigest()
  it('is keyed BLAKE2s with a digest of 16 bytes, as other implementations compute it', () => {
    const key = Uint8Array.from({ length: 32 }, (_, index) => index);
    const digest = blake2s(Buffer.from('email\0ada@example.org'), { key, dkLen: 16 });
    expect(Buffer.from(digest).toString('hex')).toBe('cef8449d8663ddb8b4081c92a3c15378');
  });

  it('is derived per tenant, so that tenants do not meet', () => {
    const key = Buffer.from(hkdfSync('sha256', secret, '', 'assent address t1', 32));
    const expected = Buffer.from(blake2s(Buffer.from('email\0ada@example.org'), { key, dkLen: 16 })).toString(
      'hex',
    );
    expect(keyring.addressKey('t1', ada)).toBe(expected);
    expect(keyring.addressKey('t2', ada)).not.toBe(expected);
  });

  it('differs by kind and by secret', () => {
    const keys = [
      keyring.addressKey('t1', ada),
      keyring.addressKey('t1', { kind: 'externalId', value: ada.value }),
      new NodeKeyring(Buffer.alloc(32, 8)).addressKey('t1', ada),
    ];
    expect(new Set(keys).size).toBe(3);
  });
});

describe('What is sealed', () => {
  it('opens as it was, and never shows the clear text', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const value: unknown = JSON.parse(json);
        expect(keyring.open('t1', keyring.seal('t1', value))).toEqual(value);
      }),
    );
    expect(Buffer.from(keyring.seal('t1', ada)).includes('ada@')).toBe(false);
  });

  it('does not open for another tenant, nor when any bit was changed', () => {
    const sealed = keyring.seal('t1', ada);
    expect(() => keyring.open('t2', sealed)).toThrow();
    for (let at = 0; at < sealed.length; at++) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(() => keyring.open('t1', altered)).toThrow();
    }
  });
});

describe('A signed link', () => {
  const payload: LinkPayload = {
    tenant: 'presentinfini',
    addressKey: keyring.addressKey('presentinfini', ada),
    kind: 'email',
    purpose: 'newsletter.weekly',
    channel: 'email',
    campaign: 'spring',
  };
  const token = keyring.sign('unsubscribe', payload);

  it('carries what it is for, and no clear address', () => {
    expect(keyring.verify('unsubscribe', token)).toEqual(payload);
    expect(token).toMatch(/^[\w-]+$/);
    expect(Buffer.from(token, 'base64url').includes('ada')).toBe(false);
  });

  it('is refused for any other use', () => {
    expect(keyring.verify('preferences', token)).toBeUndefined();
    expect(keyring.verify('confirm', token)).toBeUndefined();
  });

  it('is refused with every byte altered, cut, or written otherwise', () => {
    const bytes = Buffer.from(token, 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1, 128]) {
        const altered = Buffer.from(bytes);
        altered[at] = (altered[at] ?? 0) ^ bit;
        expect(keyring.verify('unsubscribe', altered.toString('base64url'))).toBeUndefined();
      }
      expect(keyring.verify('unsubscribe', bytes.subarray(0, at).toString('base64url'))).toBeUndefined();
    }
    for (const other of [`${token}=`, ` ${token}`, `${token}A`, bytes.toString('base64'), '', '%', '💌']) {
      if (other !== token) expect(keyring.verify('unsubscribe', other)).toBeUndefined();
    }
  });

  it('goes on working after its key was rotated, until the key is dropped', () => {
    const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const before = new NodeKeyring(secret, [older]).sign('unsubscribe', payload);
    const rotated = new NodeKeyring(secret, [newer, older]);
    expect(rotated.verify('unsubscribe', before)).toEqual(payload);
    expect(rotated.verify('unsubscribe', token)).toEqual(payload);
    expect(rotated.sign('unsubscribe', payload)).not.toBe(before);
    expect(new NodeKeyring(secret, [newer]).verify('unsubscribe', before)).toBeUndefined();
  });

  it('never throws, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => keyring.verify('unsubscribe', text) === undefined),
    );
  });
});

describe('A digest', () => {
  it('is the same for members in another order, and differs by use and tenant', () => {
    expect(keyring.digest('t1', 'request', { a: 1, b: [2, null] })).toBe(
      keyring.digest('t1', 'request', { b: [2, null], a: 1, c: undefined }),
    );
    const others = [
      keyring.digest('t1', 'request', { a: 1 }),
      keyring.digest('t1', 'evidence', { a: 1 }),
      keyring.digest('t2', 'request', { a: 1 }),
      keyring.digest('t1', 'request', { a: '1' }),
    ];
    expect(new Set(others).size).toBe(4);
  });
});

describe('The secret of a new installation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assent-secret-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is made once, for its owner alone', () => {
    const first = readOrMakeSecret(folder);
    const again = readOrMakeSecret(folder);
    expect([first.made, again.made, first.secret.length]).toEqual([true, false, 32]);
    expect(again.secret.equals(first.secret)).toBe(true);
    expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600);
  });

  it('is refused when it is too short', () => {
    writeFileSync(join(folder, 'secret'), 'c2hvcnQ=');
    expect(() => readOrMakeSecret(folder)).toThrow('32 bytes or more');
  });
});
