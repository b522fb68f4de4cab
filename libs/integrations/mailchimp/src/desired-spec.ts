import type { DesiredCell, DesiredState } from '@assent/contract';
import type { Desired, IntegrationSettings } from '@assent/ports';

export const ADA = 'ada+news@example.org';

export type Tri = DesiredCell['tri'];
/** `open`: allowed on another ground than an opt-in. */
export type Stand = Tri | 'open';

export const cell = (stand: Stand, since: number | null = 100): DesiredCell => ({
  verdict: stand === 'in' || stand === 'open' ? 'allowed' : 'stopped',
  code: 'x',
  tri: stand === 'open' ? 'untouched' : stand,
  since,
  eventId: 'e',
});

export const desired = (
  stands: Readonly<Record<string, Stand>>,
  more: Partial<Omit<Desired, 'state'>> & { state?: Partial<DesiredState> } = {},
): Desired => {
  const { state, ...rest } = more;
  return {
    address: { kind: 'email', value: ADA },
    addressKey: 'a'.repeat(32),
    subjectId: 'sub_1',
    revision: 1,
    unknown: 'skip',
    outSince: {},
    deliveryId: 'd',
    sentAt: Date.parse('2026-06-01T08:00:00Z'),
    ...rest,
    state: {
      kind: 'email',
      purposes: Object.fromEntries(
        Object.entries(stands).map(([purpose, stand]) => [purpose, { email: cell(stand) }]),
      ),
      allMarketing: 'stopped',
      objectedToAll: false,
      erase: false,
      ...state,
    },
  };
};

export const settings = (more: Partial<IntegrationSettings> = {}): IntegrationSettings => ({
  id: 'mailchimp-main',
  tenant: 't',
  kind: 'mailchimp',
  role: 'marketing',
  purposes: { newsletter: { list: 'news' }, offers: { list: 'offers' } },
  unknownContact: 'skip',
  options: { apiKey: 'key-us1' },
  ...more,
});
