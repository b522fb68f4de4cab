import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const secret = randomBytes(32);

/** Seals for real, with a key of this run, and remembers all that it ever sealed. */
export class OpenBook {
  private readonly sealed: Uint8Array[] = [];

  seal(_: string, clear: unknown, share?: Uint8Array): Uint8Array {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', keyOf(share), nonce);
    const text = Buffer.concat([cipher.update(JSON.stringify(clear)), cipher.final()]);
    const sealed = Buffer.concat([nonce, text, cipher.getAuthTag()]);
    this.sealed.push(sealed);
    return sealed;
  }

  open<T>(_: string, sealed: Uint8Array, share?: Uint8Array): T {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv('aes-256-gcm', keyOf(share), bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(-16));
    const text = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    return JSON.parse(text.toString()) as T;
  }

  /** Everything that opens with the secret alone, or with one of the shares. */
  stolenWith(shares: readonly Uint8Array[]): unknown[] {
    return this.sealed.flatMap((sealed) => {
      for (const share of [undefined, ...shares]) {
        try {
          return [this.open('t', sealed, share)];
        } catch {
          continue; // not this one
        }
      }
      return [];
    });
  }
}

const keyOf = (share?: Uint8Array): Buffer =>
  createHash('sha256')
    .update(secret)
    .update(share ?? '')
    .digest();
