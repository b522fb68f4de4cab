/**
 * The operations of Mailchimp Marketing 3.0.55 that the connector uses, in own words, each with what it demands. The
 * stand-in refuses everything else; a test says that each is exercised.
 */
export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  /** Members of the body, and whether they must be there. None: no body. */
  readonly body?: Readonly<
    Record<string, { readonly required: boolean; readonly type: 'string' | 'object' }>
  >;
}

const text = (required: boolean) => ({ required, type: 'string' }) as const;

export const OPERATIONS: readonly Operation[] = [
  { name: 'ping', method: 'GET', path: /^\/ping$/ },
  { name: 'lists', method: 'GET', path: /^\/lists$/ },
  { name: 'member', method: 'GET', path: /^\/lists\/([^/]+)\/members\/([0-9a-f]{32})$/ },
  {
    name: 'update',
    method: 'PATCH',
    path: /^\/lists\/([^/]+)\/members\/([0-9a-f]{32})$/,
    body: { status: text(false), interests: { required: false, type: 'object' } },
  },
  {
    name: 'put',
    method: 'PUT',
    path: /^\/lists\/([^/]+)\/members\/([0-9a-f]{32})$/,
    body: {
      email_address: text(true),
      status_if_new: text(true),
      status: text(false),
      interests: { required: false, type: 'object' },
    },
  },
  {
    name: 'delete-permanent',
    method: 'POST',
    path: /^\/lists\/([^/]+)\/members\/([0-9a-f]{32})\/actions\/delete-permanent$/,
  },
];

export const STATUSES = [
  'subscribed',
  'unsubscribed',
  'cleaned',
  'pending',
  'transactional',
  'archived',
] as const;

/** What is wrong with a body, by the contract. */
export function bodyFaults({ body, name }: Operation, given: unknown): string[] {
  if (body === undefined) return given === undefined ? [] : [`${name} takes no body`];
  if (typeof given !== 'object' || given === null) return [`${name} needs a body`];
  const members = given as Record<string, unknown>;
  const unknown = Object.keys(members).filter((member) => !(member in body));
  const wrong = Object.entries(body).filter(([member, { required, type }]) =>
    members[member] === undefined ? required : typeof members[member] !== type,
  );
  const status = members['status'];
  const badStatus = status !== undefined && !(STATUSES as readonly unknown[]).includes(status);
  return [
    ...unknown.map((member) => `${name} has no member ${member}`),
    ...wrong.map(([member]) => `${name} needs ${member}`),
    ...(badStatus ? [`${name}: no such status`] : []),
  ];
}
