import { execFile } from 'node:child_process';
import { hkdfSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { keyringContract, type LinkPayload } from '@assent/ports';
import { blake2s } from '@noble/hashes/blake2.js';
import fc from 'fast-check';
import { NodeKeyring } from './keyring.js';
import { readOrMakeSecret } from './secret-file.js';

keyringContract('Node', (secret) => new NodeKeyring(Buffer.alloc(32, secret)));

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

  it('is the keyed hash of kind, zero, value under a key of the tenant, for any value', () => {
    const keyOf = (tenant: string) =>
      Buffer.from(hkdfSync('sha256', secret, '', `assent address ${tenant}`, 32));
    const plainly = (tenant: string, value: string) =>
      Buffer.from(blake2s(Buffer.from(`email\0${value}`), { key: keyOf(tenant), dkLen: 16 })).toString('hex');
    fc.assert(
      fc.property(fc.constantFrom('t1', 't2'), fc.string({ maxLength: 300 }), (tenant, value) => {
        expect(keyring.addressKey(tenant, { kind: 'email', value })).toBe(plainly(tenant, value));
      }),
    );
  });

  it('can be computed by who is given the secret of address keys, for one tenant', () => {
    const key = keyring.addressSecret('t1');
    const digest = Buffer.from(blake2s(Buffer.from('email\0ada@example.org'), { key, dkLen: 16 }));
    expect(digest.toString('hex')).toBe(keyring.addressKey('t1', ada));
    expect(digest.toString('hex')).not.toBe(keyring.addressKey('t2', ada));
  });
});

describe('What is sealed', () => {
  it('opens as it was, whatever it was', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const value: unknown = JSON.parse(json);
        expect(keyring.open('t1', keyring.seal('t1', value))).toEqual(value);
      }),
    );
  });
});

describe('A signed link', () => {
  const payload: LinkPayload = {
    tenant: 'presentinfini',
    addressKey: keyring.addressKey('presentinfini', ada),
    kind: 'email',
    purpose: 'newsletter.weekly',
    channel: 'email',
  };
  const token = keyring.sign('unsubscribe', payload);

  it('goes on working after its key was rotated, until the key is dropped', () => {
    const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const before = new NodeKeyring(secret, [older]).sign('unsubscribe', payload);
    const rotated = new NodeKeyring(secret, [newer, older]);
    expect(rotated.verify('unsubscribe', before)).toEqual(payload);
    expect(rotated.verify('unsubscribe', token)).toEqual(payload);
    expect(rotated.sign('unsubscribe', payload)).not.toBe(before);
    expect(new NodeKeyring(secret, [newer]).verify('unsubscribe', before)).toBeUndefined();
    expect(new NodeKeyring(secret, [newer]).verify('unsubscribe', token)).toEqual(payload);
  });

  it('shares its keys with what is attested, which outlives a rotation in the same way', () => {
    const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const before = new NodeKeyring(secret, [older]).attest('permit', 'said');
    expect(new NodeKeyring(secret, [newer, older]).attested('permit', before)).toBe('said');
    expect(new NodeKeyring(secret, [newer]).attested('permit', before)).toBeUndefined();
    expect(new NodeKeyring(secret, [newer]).attested('permit', keyring.attest('permit', 'said'))).toBe(
      'said',
    );
  });

  it('carries any campaign, and no other member that could be read as two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (campaign) => {
        const carried = { ...payload, campaign };
        expect(keyring.verify('confirm', keyring.sign('confirm', carried))).toEqual(carried);
      }),
    );
    for (const wrong of [{ channel: 'email\nx' }, { tenant: 'a\nb' }, { addressKey: 'AB' }])
      expect(() => keyring.sign('confirm', { ...payload, ...wrong })).toThrow(RangeError);
  });

  it('is nothing that was made up, and never throws', () => {
    const refused = (text: string) => keyring.verify('unsubscribe', text) === undefined;
    fc.assert(fc.property(fc.string({ unit: 'binary' }), refused));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        refused(Buffer.from(bytes).toString('base64url')),
      ),
    );
  });
});

describe('A keyring', () => {
  it('is not made of a short secret', () =>
    expect(() => new NodeKeyring(Buffer.alloc(31))).toThrow('32 bytes or more'));
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

  it('is the same for processes that make it at once', async () => {
    const shared = mkdtempSync(join(folder, 'made-by-many-'));
    const module = new URL('./secret-file.js', import.meta.url).href;
    const script = `const { readOrMakeSecret } = await import(${JSON.stringify(module)});
      process.stdout.write(readOrMakeSecret(${JSON.stringify(shared)}).secret.toString('base64'));`;
    const run = promisify(execFile);
    const made = await Promise.all(
      Array.from({ length: 4 }, () => run(process.execPath, ['--input-type=module', '-e', script])),
    );
    const secrets = new Set(made.map(({ stdout }) => stdout));
    expect([...secrets]).toEqual([readFileSync(join(shared, 'secret'), 'utf8').trim()]);
    expect(readdirSync(shared)).toEqual(['secret']);
  });

  it('is refused when it is too short', () => {
    writeFileSync(join(folder, 'secret'), 'c2hvcnQ=');
    expect(() => readOrMakeSecret(folder)).toThrow('32 bytes or more');
  });
});
