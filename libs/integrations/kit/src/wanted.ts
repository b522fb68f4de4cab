/** Desired states in a few words. For specifications. */
import type { DesiredCell, DesiredState } from '@assent/contract';
import type { Desired } from '@assent/ports';

export const ADA = 'ada+news@example.org';

/** `open`: allowed on another ground than an opt-in. */
export type Wish = DesiredCell['tri'] | 'open';

export const cell = (wish: Wish, since: number | null = 100): DesiredCell => ({
  verdict: wish === 'in' || wish === 'open' ? 'allowed' : 'stopped',
  code: 'x',
  tri: wish === 'open' ? 'untouched' : wish,
  since,
  eventId: 'e',
});

export type More = Partial<Omit<Desired, 'state'>> & { readonly state?: Partial<DesiredState> };

/** `wanted({ newsletter: 'out' })`: what one address owes, by purpose. */
export function wanted(wishes: Readonly<Record<string, Wish>>, { state, ...more }: More = {}): Desired {
  const kind = more.address?.kind ?? 'email';
  const channel = kind === 'phone' ? 'sms' : 'email';
  return {
    address: { kind: 'email', value: ADA },
    ...{ addressKey: 'a'.repeat(32), subjectId: 'sub_1', revision: 1, unknown: 'skip', outSince: {} },
    ...{ deliveryId: 'd', sentAt: Date.parse('2026-06-01T08:00:00Z') },
    ...more,
    state: {
      kind,
      purposes: Object.fromEntries(
        Object.entries(wishes).map(([purpose, wish]) => [purpose, { [channel]: cell(wish) }]),
      ),
      ...{ allMarketing: 'stopped', objectedToAll: false, erase: false },
      ...state,
    },
  };
}

export const REFUSED_ALL: More = { state: { objectedToAll: true } };
