/**
 * The operations of Mailchimp Marketing that the connector uses, in own words, each with what it demands and answers. The
 * stand-in refuses everything else; tests say that each operation is exercised. Source: contract 3.0.55 as of 2026-11,
 * unless a fact says otherwise: `reported` comes from users, `unverified` from nobody, and is safe either way.
 */
export interface Operation {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Below `/3.0`. */
  readonly path: RegExp;
  readonly query: readonly string[];
  /** Members of the body. None: no body. */
  readonly body?: Readonly<Record<string, Member>>;
  readonly answers: readonly number[];
  readonly facts: readonly string[];
}
interface Member {
  readonly required: boolean;
  readonly good: (value: unknown) => boolean;
}

export const STATUSES = [
  'subscribed',
  'unsubscribed',
  'cleaned',
  'pending',
  'transactional',
  'archived',
] as const;
export type MemberStatus = (typeof STATUSES)[number];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (required: boolean): Member => ({ required, good: (value) => typeof value === 'string' });
/** `cleaned`, `transactional` and `archived` are the vendor's to set, never ours. */
const status = (required: boolean): Member => ({
  required,
  good: (value) => ['subscribed', 'unsubscribed', 'pending'].includes(String(value)),
});
const interests: Member = {
  required: false,
  good: (value) => isObject(value) && Object.values(value).every((on) => typeof on === 'boolean'),
};
const permissions: Member = {
  required: false,
  good: (value) =>
    Array.isArray(value) &&
    value.every(
      (one: unknown) =>
        isObject(one) &&
        Object.keys(one).sort().join() === 'enabled,marketing_permission_id' &&
        typeof one['marketing_permission_id'] === 'string' &&
        typeof one['enabled'] === 'boolean',
    ),
};

const MEMBER = /^\/lists\/([^/]+)\/members\/([0-9a-f]{32})$/;

export const OPERATIONS: readonly Operation[] = [
  {
    ...{ name: 'ping', method: 'GET', path: /^\/ping$/, query: [], answers: [200] },
    facts: ['says that the key is accepted'],
  },
  {
    ...{
      name: 'lists',
      method: 'GET',
      path: /^\/lists$/,
      query: ['fields', 'count', 'offset'],
      answers: [200],
    },
    facts: ['count is 10 unless told, 1000 at most', 'there is no account-wide list of refusals'],
  },
  {
    ...{ name: 'member', method: 'GET', path: MEMBER, query: ['fields'], answers: [200, 404] },
    facts: [
      '404 for an unknown list and for an absent member alike',
      'interests names every group of the list',
    ],
  },
  {
    ...{ name: 'members', method: 'GET', path: /^\/lists\/([^/]+)\/members$/ },
    query: ['fields', 'count', 'offset', 'since_last_changed', 'status', 'sort_field', 'sort_dir'],
    answers: [200, 404],
    facts: [
      'count is 10 unless told, 1000 at most',
      'last_changed moves with any edit: it is the latest at which somebody can have left',
      'the newest first: whoever changes meanwhile comes again, and nobody is passed over',
      'whether since_last_changed itself is within: unverified',
      'status=subscribed: who gets campaigns',
      'source: how the member came in; its words are unverified',
    ],
  },
  {
    ...{ name: 'update', method: 'PATCH', path: MEMBER, query: ['skip_merge_validation'] },
    body: { status: status(false), interests, marketing_permissions: permissions },
    answers: [200, 400, 404],
    facts: [
      'what is not named stays as it is',
      'subscribed on a self-unsubscribed person: 400 Member In Compliance State',
      'required merge fields are checked unless skip_merge_validation is true (documentation, 2026-11)',
      'on an archived member: unverified, done as told or 404',
    ],
  },
  {
    ...{ name: 'put', method: 'PUT', path: MEMBER, query: ['skip_merge_validation'] },
    body: {
      ...{ email_address: text(true), status_if_new: status(true), status: status(false) },
      ...{ interests, marketing_permissions: permissions },
    },
    answers: [200, 400, 404],
    facts: [
      'pending makes Mailchimp send a confirmation mail',
      'after delete-permanent: 400 Forgotten Email Not Subscribed, even for pending (reported, mc4wp #666)',
      'subscribed over an unsubscribe by the API: accepted (reported, CiviCRM #374) or ignored (pmpro #152)',
    ],
  },
  {
    ...{ name: 'delete-permanent', method: 'POST', query: [], answers: [204, 404] },
    path: /^\/lists\/([^/]+)\/members\/([0-9a-f]{32})\/actions\/delete-permanent$/,
    facts: ['the address cannot be added again by the API'],
  },
];

/** What is wrong with a request, by the contract. Names members, never repeats values. */
export function requestFaults(
  { name, body, query }: Operation,
  params: URLSearchParams,
  contentType: string | undefined,
  given: unknown,
): string[] {
  const unknown = [...params.keys()].filter((param) => !query.includes(param));
  const faults = unknown.map((param) => `${name} has no parameter ${param}`);
  if (body === undefined) return given === undefined ? faults : [...faults, `${name} takes no body`];
  if (contentType !== 'application/json') faults.push(`${name} needs content type application/json`);
  if (!isObject(given)) return [...faults, `${name} needs a body`];
  return [
    ...faults,
    ...Object.keys(given)
      .filter((member) => !(member in body))
      .map((member) => `${name} has no member ${member}`),
    ...Object.entries(body)
      .filter(([member, { required, good }]) =>
        given[member] === undefined ? required : !good(given[member]),
      )
      .map(([member]) => `${name} needs another ${member}`),
  ];
}
