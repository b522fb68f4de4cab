import type { Place } from './settings.js';

/** A member as Mailchimp shows it; `absent` when there is none. */
export interface Member {
  readonly status: string;
  readonly interests: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, unknown>>;
}

export const ABSENT: Member = { status: 'absent', interests: {}, permissions: {} };

export function memberOf(body: Readonly<Record<string, unknown>>): Member {
  const { status, interests, marketing_permissions: permissions } = body;
  return {
    status: typeof status === 'string' ? status : 'unknown',
    interests: typeof interests === 'object' && interests !== null ? { ...interests } : {},
    permissions: Object.fromEntries(
      (Array.isArray(permissions) ? permissions : []).map(
        (one: { marketing_permission_id?: unknown; enabled?: unknown } | null) => [
          String(one?.marketing_permission_id),
          one?.enabled,
        ],
      ),
    ),
  };
}

/** A group or a marketing permission in an audience. */
export type Group = NonNullable<Place['group']>;

/** Whether the person is in the group; undefined when Mailchimp names no such group. */
export function isIn({ interests, permissions }: Member, { kind, id }: Group): boolean | undefined {
  const value = (kind === 'interest' ? interests : permissions)[id];
  return typeof value === 'boolean' ? value : undefined;
}

/** The part of a request that sets groups on and off, and names no other. */
export function setting({ on = [], off = [] }: { on?: readonly Group[]; off?: readonly Group[] }): object {
  const all = [
    ...on.map((group) => ({ ...group, to: true })),
    ...off.map((group) => ({ ...group, to: false })),
  ];
  const interests = all.filter(({ kind }) => kind === 'interest');
  const permissions = all.filter(({ kind }) => kind === 'permission');
  return {
    ...(interests.length > 0 && { interests: Object.fromEntries(interests.map(({ id, to }) => [id, to])) }),
    ...(permissions.length > 0 && {
      marketing_permissions: permissions.map(({ id, to }) => ({ marketing_permission_id: id, enabled: to })),
    }),
  };
}
