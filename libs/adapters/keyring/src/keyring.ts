import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { Address } from '@assent/contract';
import { Keyring, type DigestUse, type LinkPayload, type LinkUse, type StatementUse } from '@assent/ports';
import { blake2s } from '@noble/hashes/blake2.js';
import { canonical } from './canonical.js';

const KEY_BYTES = 32;
const ADDRESS_KEY_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MAC_BYTES = 16;
/** A link names the key that signed it, so that it can be found among several. */
const KEY_ID_BYTES = 4;
const FORMAT = 1;

type Blake2s = ReturnType<typeof blake2s.create>;
type Use = LinkUse | StatementUse;
interface LinkKey {
  readonly id: Buffer;
  readonly key: Buffer;
}

/**
 * Every key is derived from the secret (HKDF-SHA-256, RFC 5869) with a name of its own use and tenant, so that no value
 * of one use means anything in another.
 */
export class NodeKeyring extends Keyring {
  private readonly derived = new Map<string, Buffer>();
  /** Hashes that have taken in a tenant's key, copied over `scratch` for each address: half the work of a new one. */
  private readonly keyed = new Map<string, Blake2s>();
  private readonly scratch: Blake2s = blake2s.create({ dkLen: ADDRESS_KEY_BYTES });
  private readonly linkKeys: readonly LinkKey[];
  private readonly signer: LinkKey;

  /** `linkSecrets`: newest first; the first signs, all verify, and always the key derived from `secret`. */
  constructor(
    private readonly secret: Buffer,
    linkSecrets: readonly Buffer[] = [],
  ) {
    super();
    if (secret.length < KEY_BYTES) throw new RangeError('the secret must have 32 bytes or more');
    this.linkKeys = [...linkSecrets, secret].map(linkKeyOf);
    this.signer = linkKeyOf(linkSecrets[0] ?? secret);
  }

  override addressKey(tenant: string, { kind, value }: Address): string {
    let keyed = this.keyed.get(tenant);
    if (keyed === undefined) {
      keyed = blake2s.create({ key: this.key('address', tenant), dkLen: ADDRESS_KEY_BYTES });
      this.keyed.set(tenant, keyed);
    }
    const digest = keyed
      ._cloneInto(this.scratch)
      .update(Buffer.from(`${kind}\0${value}`, 'utf8'))
      .digest();
    return Buffer.from(digest).toString('hex');
  }

  override addressSecret(tenant: string): Uint8Array {
    return this.key('address', tenant);
  }

  override digest(tenant: string, use: DigestUse, value: unknown): string {
    return createHmac('sha256', this.key(`digest ${use}`, tenant))
      .update(canonical(value))
      .digest('base64url');
  }

  override seal(tenant: string, clear: unknown, share?: Uint8Array): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.sealKey(tenant, share), nonce).setAAD(
      Buffer.from(tenant),
    );
    const text = Buffer.concat([cipher.update(JSON.stringify(clear), 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), text]);
  }

  override open<T>(tenant: string, sealed: Uint8Array, share?: Uint8Array): T {
    const bytes = Buffer.from(sealed);
    const start = 1 + NONCE_BYTES + TAG_BYTES;
    if (bytes.length < start || bytes[0] !== FORMAT) throw new Error('not sealed by this keyring');
    const decipher = createDecipheriv(
      'aes-256-gcm',
      this.sealKey(tenant, share),
      bytes.subarray(1, 1 + NONCE_BYTES),
    )
      .setAAD(Buffer.from(tenant))
      .setAuthTag(bytes.subarray(1 + NONCE_BYTES, start));
    const clear = Buffer.concat([decipher.update(bytes.subarray(start)), decipher.final()]);
    return JSON.parse(clear.toString('utf8')) as T;
  }

  override sign(use: LinkUse, payload: LinkPayload): string {
    return this.signed(use, encode(payload));
  }

  override verify(use: LinkUse, token: string): LinkPayload | undefined {
    const said = this.verified(use, token);
    return said && decode(said);
  }

  override attest(use: StatementUse, said: string): string {
    return this.signed(use, Buffer.from(said, 'utf8'));
  }

  override attested(use: StatementUse, token: string): string | undefined {
    return this.verified(use, token)?.toString('utf8');
  }

  private signed(use: Use, said: Buffer): string {
    const { id, key } = this.signer;
    const body = Buffer.concat([Buffer.of(FORMAT), id, said]);
    return Buffer.concat([body, mac(key, use, body)]).toString('base64url');
  }

  private verified(use: Use, token: string): Buffer | undefined {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.toString('base64url') !== token || bytes.length <= 1 + KEY_ID_BYTES + MAC_BYTES)
      return undefined;
    const body = bytes.subarray(0, -MAC_BYTES);
    const id = body.subarray(1, 1 + KEY_ID_BYTES);
    // An unknown key takes the same path as a known one.
    const { key } = this.linkKeys.find((candidate) => candidate.id.equals(id)) ?? this.signer;
    if (!timingSafeEqual(mac(key, use, body), bytes.subarray(-MAC_BYTES)) || body[0] !== FORMAT)
      return undefined;
    return body.subarray(1 + KEY_ID_BYTES);
  }

  /** Of a share as well: derived anew each time, so that none outlives its share in memory. */
  private sealKey(tenant: string, share: Uint8Array | undefined): Buffer {
    if (share === undefined) return this.key('seal', tenant);
    if (share.length !== KEY_BYTES) throw new RangeError('a share has 32 bytes');
    return Buffer.from(hkdfSync('sha256', this.key('seal', tenant), share, 'assent share', KEY_BYTES));
  }

  private key(use: string, tenant: string): Buffer {
    const name = `assent ${use} ${tenant}`;
    let key = this.derived.get(name);
    if (key === undefined) this.derived.set(name, (key = derive(this.secret, name)));
    return key;
  }
}

const derive = (secret: Buffer, name: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', name, KEY_BYTES));

function linkKeyOf(source: Buffer): LinkKey {
  const key = derive(source, 'assent link');
  return { key, id: createHmac('sha256', key).update('id').digest().subarray(0, KEY_ID_BYTES) };
}

const mac = (key: Buffer, use: Use, body: Buffer): Buffer =>
  createHmac('sha256', key).update(`${use}\0`).update(body).digest().subarray(0, MAC_BYTES);

/** The address key in its bytes, then the words; the last one, which callers choose, may hold anything. */
const encode = ({ addressKey, tenant, kind, purpose, channel, campaign }: LinkPayload): Buffer => {
  const key = Buffer.from(addressKey, 'hex');
  if (key.length !== ADDRESS_KEY_BYTES || key.toString('hex') !== addressKey) {
    throw new RangeError('an address key has 32 hex digits');
  }
  const words = [tenant, kind, purpose, channel];
  if (words.some((word) => word.includes('\n'))) throw new RangeError('a link holds words of one line');
  if (campaign !== undefined) words.push(campaign);
  return Buffer.concat([key, Buffer.from(words.join('\n'), 'utf8')]);
};

function decode(bytes: Buffer): LinkPayload | undefined {
  const text = bytes.subarray(ADDRESS_KEY_BYTES).toString('utf8');
  const [tenant, kind, purpose, channel, ...campaign] = text.split('\n');
  if (tenant === undefined || kind === undefined || purpose === undefined || channel === undefined)
    return undefined;
  return {
    addressKey: bytes.subarray(0, ADDRESS_KEY_BYTES).toString('hex'),
    tenant,
    kind: kind as LinkPayload['kind'],
    purpose,
    channel,
    ...(campaign.length > 0 && { campaign: campaign.join('\n') }),
  };
}
