/** What is told about one address of a person, folded in any order of arrival. Pure. */
import type { KnownAddress } from '@assent/contract';

export type AddressRef = Pick<KnownAddress, 'kind' | 'key'>;

/** The newest of adding and removing decides, and removing at a tie. */
export function added(all: readonly KnownAddress[], { kind, key }: AddressRef, at: number): KnownAddress[] {
  const before = all.find((address) => address.key === key);
  const addedAt = Math.max(at, before?.addedAt ?? at);
  const removedAt = before?.removedAt ?? null;
  return withAddress(all, {
    ...before,
    kind,
    key,
    addedAt,
    removedAt: removedAt !== null && removedAt >= addedAt ? removedAt : null,
  });
}

export function removed(all: readonly KnownAddress[], { kind, key }: AddressRef, at: number): KnownAddress[] {
  const before = all.find((address) => address.key === key);
  const addedAt = before?.addedAt ?? 0;
  if (at < addedAt) return [...all];
  return withAddress(all, {
    ...before,
    kind,
    key,
    addedAt,
    removedAt: Math.max(at, before?.removedAt ?? at),
  });
}

/** The newest decides between bouncing and being given anew (`isDead`). */
export function bounced(all: readonly KnownAddress[], { kind, key }: AddressRef, at: number): KnownAddress[] {
  const before = all.find((address) => address.key === key);
  const { addedAt = 0, removedAt = null, bouncedAt } = before ?? {};
  const latest = Math.max(at, bouncedAt ?? at);
  return withAddress(all, { kind, key, addedAt, removedAt, bouncedAt: latest });
}

const withAddress = (all: readonly KnownAddress[], one: KnownAddress): KnownAddress[] =>
  [...all.filter(({ key }) => key !== one.key), one].sort(
    (a, b) => a.addedAt - b.addedAt || (a.key < b.key ? -1 : 1),
  );
