/**
 * Mautic, self-hosted. A purpose is a segment, or the channel as a whole; an objection is "do not contact" with reason
 * 1, the person's own act. Several contacts may have one address: all are treated.
 */
import {
  ABSENT,
  baseOf,
  behind,
  EVERYTHING,
  membersOf,
  option,
  rowsOf,
  sameAddress,
  textOf,
  toolKind,
  type Attempt,
  type ListPage,
  type Members,
  type Reply,
  type Request,
  type Standing,
  type Tool,
  type Who,
} from '@assent/integration-kit';
import type { Contact, IntegrationSettings } from '@assent/ports';
import { CONTRACT } from './contract.js';
import { inbound } from './inbound.js';

const CONTACT = '/api/contacts/{id}';
const SEGMENT = '/api/segments/{segment}/contact/{id}';
/** Contacts on one page. */
const PAGE = 500;
const PERSON = 1;
const BOUNCED = 2;

export const mauticKind = toolKind({
  kind: 'mautic',
  contract: CONTRACT,
  settings: {
    secrets: {
      username: 'the name of an API user, e.g. ${MAUTIC_USER}',
      password: 'the password of that user, e.g. ${MAUTIC_PASSWORD}',
    },
    texts: {
      webhookSecret: { form: /^\S{8,}$/, detail: 'the secret of the webhook', optional: true },
      baseUrl: { form: /^https?:\/\//, detail: 'where Mautic is, e.g. https://mautic.example.org' },
    },
    target: {
      segment: { form: /^[1-9]\d{0,9}$/, detail: 'the number of a segment, e.g. 3' },
      channel: { form: /^email$/, detail: 'email, for "do not contact" by e-mail' },
    },
    example: 'newsletter: { segment: "3" }',
  },
  inbound,
  capabilities: { kinds: ['email'], readBack: 'get', blocksTransactional: false, eraseForgetsOptOut: true },
  dialect: (settings) => {
    const pair = `${option(settings, 'username') ?? ''}:${option(settings, 'password') ?? ''}`;
    return {
      base: baseOf(settings, ''),
      headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
      digestKey: option(settings, 'password') ?? '',
    };
  },
  nameOf: ({ segment, channel }) => segment ?? (channel === undefined ? undefined : EVERYTHING),
  tool: (settings) => new Mautic(settings),
});

class Mautic implements Tool {
  private readonly bySegment: boolean;
  private readonly byChannel: boolean;

  constructor({ purposes }: IntegrationSettings) {
    this.bySegment = Object.values(purposes).some(({ segment }) => segment !== undefined);
    this.byChannel = Object.values(purposes).some(({ channel }) => channel !== undefined);
  }

  account(attempt: Attempt): Promise<Reply> {
    return attempt.call({ method: 'GET', template: '/api/users/self' });
  }

  exists(attempt: Attempt, segment: string): Promise<Reply> {
    if (segment === EVERYTHING) return this.account(attempt);
    return attempt.call({ method: 'GET', template: '/api/segments/{segment}', values: { segment } });
  }

  async read(attempt: Attempt, { value }: Who): Promise<Standing | undefined> {
    const query = { search: `email:${value}` };
    const found = await attempt.call({ method: 'GET', template: '/api/contacts', query });
    if (found.class !== 'done' || found.body['contacts'] === undefined) return failed(attempt, found);
    // The search is one of words: only the very address counts.
    const contacts = valuesOf(found.body['contacts']).filter((one) => sameAddress(emailOf(one), value));
    if (contacts.length === 0) return ABSENT;
    const ids = contacts.map(({ id }) => textOf(id));
    const segments = new Set<string>();
    for (const id of this.bySegment ? ids : []) {
      const reply = await attempt.call({ method: 'GET', template: `${CONTACT}/segments`, values: { id } });
      if (reply.class !== 'done' || reply.body['lists'] === undefined) return failed(attempt, reply);
      for (const one of valuesOf(reply.body['lists'])) segments.add(textOf(one['id']));
    }
    const reasons = contacts.map(reasonOf);
    const all = reasons.every((reason) => reason > 0) ? 'out' : 'in';
    return {
      ...{ presence: 'present', all, ids },
      targets: {
        ...Object.fromEntries([...segments].map((id) => [id, 'in' as const])),
        ...(this.byChannel && { [EVERYTHING]: all }),
      },
      ...(reasons.includes(BOUNCED) && { blocked: 'bounced' }),
    };
  }

  /** Contacts come without their segments: of whoever is mailed at all, only the channel is known. */
  async listing(attempt: Attempt, page = '0'): Promise<ListPage | undefined> {
    const query = { start: page, limit: String(PAGE), orderBy: 'id', orderByDir: 'asc' };
    const reply = await attempt.call({ method: 'GET', template: '/api/contacts', query });
    if (reply.class !== 'done' || reply.body['contacts'] === undefined) return failed(attempt, reply);
    const found = valuesOf(reply.body['contacts']);
    const contacts = found
      .map((one) => ({
        who: { kind: 'email' as const, value: textOf(emailOf(one)) },
        targets: reasonOf(one) > 0 ? [] : this.bySegment ? null : [EVERYTHING],
      }))
      .filter(({ who }) => who.value !== '');
    return { contacts, ...behind(Number(page), found.length, reply.body['total']) };
  }

  /** A bounce is no refusal of the person. */
  async record(attempt: Attempt, id: string): Promise<Contact | 'absent' | undefined> {
    const reply = await attempt.call({ method: 'GET', template: CONTACT, values: { id } });
    if (reply.class === 'not-found') return 'absent';
    if (reply.class !== 'done') return undefined;
    const contact = membersOf(reply.body['contact']);
    const value = textOf(emailOf(contact));
    const reason = reasonOf(contact);
    if (value === '') return 'absent';
    return { who: { kind: 'email', value }, out: reason > 0 && reason !== BOUNCED ? '*' : [] };
  }

  async close(attempt: Attempt, _: Who, targets: readonly string[], { ids }: Standing): Promise<Reply> {
    if (targets.includes(EVERYTHING)) return stop(attempt, ids);
    return inTurn(attempt, moves(ids, targets, 'remove'));
  }

  closeAll(attempt: Attempt, _: Who, { ids }: Standing): Promise<Reply> {
    return stop(attempt, ids);
  }

  /** A stop inside the creation was dropped by older versions. */
  async tombstone(attempt: Attempt, who: Who): Promise<Reply> {
    const created = await this.create(attempt, who);
    return created.class === 'done' ? stop(attempt, [idIn(created)]) : created;
  }

  async open(attempt: Attempt, who: Who, targets: readonly string[], standing: Standing, lift: boolean) {
    const created = standing.presence === 'absent' ? await this.create(attempt, who) : undefined;
    if (created !== undefined && created.class !== 'done') return created;
    const ids = created === undefined ? standing.ids : [idIn(created)];
    const joins = moves(
      ids,
      targets.filter((target) => target !== EVERYTHING),
      'add',
    );
    const lifts = ids.map((id): Request => ({
      method: 'POST',
      template: `${CONTACT}/dnc/{channel}/remove`,
      values: { id, channel: 'email' },
    }));
    const all = [...joins, ...(lift ? lifts : [])];
    return all.length > 0 ? inTurn(attempt, all) : (created ?? this.account(attempt));
  }

  remove(attempt: Attempt, _: Who, { ids }: Standing): Promise<Reply> {
    return inTurn(
      attempt,
      ids.map((id) => ({ method: 'DELETE', template: `${CONTACT}/delete`, values: { id } })),
    );
  }

  private create(attempt: Attempt, { value }: Who): Promise<Reply> {
    return attempt.call({ method: 'POST', template: '/api/contacts/new', body: { email: value } });
  }
}

const inTurn = (attempt: Attempt, [first, ...more]: readonly Request[]): Promise<Reply> =>
  attempt.each(first as Request, ...more);

const stop = (attempt: Attempt, ids: readonly string[]): Promise<Reply> =>
  inTurn(
    attempt,
    ids.map((id) => ({
      ...{ method: 'POST', template: `${CONTACT}/dnc/{channel}/add`, values: { id, channel: 'email' } },
      body: { reason: PERSON, comments: 'Assent: stopped on behalf of the person' },
    })),
  );

const moves = (ids: readonly string[], segments: readonly string[], how: 'add' | 'remove'): Request[] =>
  ids.flatMap((id) =>
    segments.map((segment) => ({ method: 'POST', template: `${SEGMENT}/${how}`, values: { segment, id } })),
  );

const idIn = ({ body }: Reply): string => textOf(membersOf(body['contact'])['id']);

/** A mapping by id, or a list when there is none. */
const valuesOf = (value: unknown): Members[] =>
  rowsOf(Array.isArray(value) ? value : Object.values(membersOf(value)));

const emailOf = ({ fields }: Members): unknown => membersOf(membersOf(fields)['all'])['email'];

/** Why the contact must not be mailed; 0 when it may. */
function reasonOf({ doNotContact }: Members): number {
  const reasons = rowsOf(doNotContact).filter(({ channel }) => channel === 'email');
  return Math.max(0, ...reasons.map(({ reason }) => Number(reason)));
}

function failed(attempt: Attempt, reply: Reply): undefined {
  attempt.failed(reply.class === 'done' ? { class: 'retry', detail: 'answer is incomplete' } : reply);
}
