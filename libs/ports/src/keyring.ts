import type { Address, AddressKind } from '@assent/contract';

/** What a signed link is for; a MAC of one use never verifies for another. */
export type LinkUse = 'unsubscribe' | 'preferences' | 'confirm';

/** What a statement is for; one of one use never passes for another, nor for a link. */
export type StatementUse = 'permit';

/** What a keyed digest is for; a digest of one use says nothing about another. */
export type DigestUse = 'evidence' | 'request' | 'receipt' | 'reason' | 'certificate' | 'hook';

/** Every use of the installation's secret. Nothing else touches it. */
export abstract class Keyring {
  /**
   * Address key: BLAKE2s-128 keyed per tenant over kind, 0x00, normalised value; 32 hex digits. The only form of an
   * address outside the directory.
   */
  abstract addressKey(tenant: string, address: Address): string;
  /**
   * The 32 bytes that address keys of the tenant are keyed with, for who computes millions of them; undefined when they
   * may not leave the keyring. Whoever holds them can test guesses: they stay in the memory of this process.
   */
  addressSecret(tenant: string): Uint8Array | undefined {
    void tenant;
    return undefined;
  }
  /** Keyed digest of a text or a JSON value, for comparing without being able to guess; base64url, 128 bit or more. */
  abstract digest(tenant: string, use: DigestUse, value: unknown): string;
  /**
   * Encrypts and authenticates at rest. With a `share` (32 random bytes, kept apart from what is sealed) both it and the
   * secret are needed to open: whoever destroys the share has destroyed every copy of what was sealed with it.
   */
  abstract seal(tenant: string, clear: unknown, share?: Uint8Array): Uint8Array;
  /** Opens what `seal` closed; throws when it was altered, belongs to another tenant, or to another share. */
  abstract open<T>(tenant: string, sealed: Uint8Array, share?: Uint8Array): T;
  /** A URL-safe token that carries `payload` in readable form and cannot be forged. Put no clear address in it. */
  abstract sign(use: LinkUse, payload: LinkPayload): string;
  /** The payload, or `undefined` for whatever is not exactly a token of ours, of any key still known. */
  abstract verify(use: LinkUse, token: string): LinkPayload | undefined;
  /** A URL-safe token that says `said` in readable form and cannot be forged, under the same keys as links. */
  abstract attest(use: StatementUse, said: string): string;
  /** What it says, or `undefined` for whatever is not exactly a token of ours, of any key still known. */
  abstract attested(use: StatementUse, token: string): string | undefined;
}

export interface LinkPayload {
  readonly tenant: string;
  readonly addressKey: string;
  readonly kind: AddressKind;
  readonly purpose: string;
  readonly channel: string;
  /** Of a mail's links: its campaign. Of a confirmation: the request that it is for. */
  readonly campaign?: string;
}
