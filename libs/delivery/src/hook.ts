import { createHash, timingSafeEqual } from 'node:crypto';
import type { Integration } from '@assent/policy';
import type { Inbound, Keyring } from '@assent/ports';

/** One open door: the webhooks of one integration. */
export interface Hook {
  readonly integration: Integration;
  readonly inbound: Inbound;
}

const SECRET = /^[\w-]{16,200}$/;

/**
 * What stands in the address of the door. Of `hookSecret` the first is shown and all are let in, so that it can be changed
 * without a gap; without that setting it is derived from the installation's secret.
 */
export function secretsOf({ tenant, id, options }: Integration, keyring: Keyring): readonly string[] {
  const own = options['hookSecret'];
  if (typeof own !== 'string') return [keyring.digest(tenant, 'hook', id)];
  return own.split(' ').filter((secret) => secret !== '');
}

/** What is wrong with `hookSecret`, if anything; the value is not repeated. */
export function hookFault({ options }: Integration): string | undefined {
  const own = options['hookSecret'];
  if (own === undefined) return undefined;
  const secrets = typeof own === 'string' ? own.split(' ') : [];
  if (secrets.length > 0 && secrets.every((secret) => SECRET.test(secret))) return undefined;
  return 'must be 16 to 200 letters, digits, hyphens or underscores; several, newest first, separated by spaces';
}

export const hookPath = (integration: Integration, keyring: Keyring): string =>
  `/hooks/${integration.tenant}/${integration.id}/${secretsOf(integration, keyring)[0] ?? ''}`;

/** Compares all of them, whichever fits: how long it takes tells nothing. */
export const isAmong = (given: string, secrets: readonly string[]): boolean =>
  secrets.map((secret) => timingSafeEqual(digest(given), digest(secret))).some(Boolean);

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
