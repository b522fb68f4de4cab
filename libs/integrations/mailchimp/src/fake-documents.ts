/** What the stand-in writes: members, pages of them, errors. */
import type { FakeList, FakeMember } from './fake-account.js';

export const shown = (
  list: FakeList,
  { email, status, interests, permissions, lastChanged }: FakeMember,
): object => ({
  ...{ email_address: email, status, last_changed: new Date(lastChanged).toISOString() },
  interests: Object.fromEntries([...list.interests].map((id) => [id, interests[id] === true])),
  marketing_permissions: [...list.permissions].map((id) => ({
    ...{ marketing_permission_id: id, enabled: permissions[id] === true },
  })),
});

/** The newest change first. */
export function members(list: FakeList, params: URLSearchParams): object {
  const since = params.get('since_last_changed');
  const status = params.get('status');
  const offset = Number(params.get('offset') ?? 0);
  const all = [...list.members.values()]
    .filter((one) => status === null || one.status === status)
    .filter(({ lastChanged }) => since === null || lastChanged > Date.parse(since))
    .sort((a, b) => b.lastChanged - a.lastChanged);
  const page = all.slice(offset, offset + Math.min(Number(params.get('count') ?? 10), 1000));
  return {
    members: page.map((one) => ({ ...shown(list, one), source: one.source })),
    total_items: all.length,
  };
}

/** An error document; the prose quotes no address, as the vendor's may. */
export const problem = (status: number, title: string): [number, object] => [
  status,
  {
    type: 'https://mailchimp.com/developer/marketing/docs/errors/',
    ...{ title, status, detail: 'See the documentation.', instance: '00000000-0000-0000-0000-000000000000' },
  },
];
