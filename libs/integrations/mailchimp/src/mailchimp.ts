/**
 * Mailchimp Marketing API 3.0. An unsubscribe closes the mapped audience, an objection every audience, an erasure is
 * delete-permanent. Compliance state and forgotten addresses are no safety net: what was done is read back.
 */
import type { CallEvidence } from '@assent/contract';
import {
  Connector,
  type ConnectorKind,
  type Desired,
  type IntegrationSettings,
  type Observed,
  type Outcome,
  type OutcomeClass,
  type Outgoing,
} from '@assent/ports';
import { MailchimpApi, memberHash, type Reply } from './api.js';
import { summed, type Seen } from './observed.js';
import { targetsOf, type Target } from './targets.js';

const MEMBER = '/lists/{list}/members/{hash}';
const FIELDS = '?fields=status,interests';
const PAGE = 1000;

export const mailchimpKind: ConnectorKind = {
  kind: 'mailchimp',

  check({ options, purposes }) {
    const key = options['apiKey'];
    const own = options['baseUrl'];
    return [
      ...(typeof key !== 'string' || key === ''
        ? [{ member: 'apiKey', detail: 'must be the API key, e.g. ${MAILCHIMP_API_KEY}' }]
        : []),
      ...(typeof key === 'string' && own === undefined && !/-[a-z]{2,4}\d+$/.test(key)
        ? [{ member: 'apiKey', detail: 'must end with its data centre, e.g. -us1, unless baseUrl is given' }]
        : []),
      ...(own !== undefined && !(typeof own === 'string' && URL.canParse(own))
        ? [{ member: 'baseUrl', detail: 'must be a URL' }]
        : []),
      ...Object.entries(purposes).flatMap(([purpose, target]) =>
        target['list'] === undefined
          ? [{ member: `purposes.${purpose}`, detail: 'must name a list: { list: a1b2c3 }' }]
          : [],
      ),
    ];
  },

  create: (settings, outgoing) => new MailchimpConnector(settings, outgoing),
};

/** Collects what the calls of one attempt came to: the worst class wins, what was closed stays closed. */
class Attempt {
  readonly calls: CallEvidence[] = [];
  readonly closed: string[] = [];
  private worst: OutcomeClass = 'not-applicable';
  private detail = 'no target to act on';
  private retryAfterMs: number | undefined;

  note(reply: Reply): Reply {
    this.calls.push(reply.evidence);
    return reply;
  }

  count(kind: OutcomeClass, detail?: string, retryAfterMs?: number): void {
    if (SEVERITY.indexOf(kind) >= SEVERITY.indexOf(this.worst)) {
      this.worst = kind;
      this.detail = detail ?? '';
    }
    if (retryAfterMs !== undefined) this.retryAfterMs = Math.max(this.retryAfterMs ?? 0, retryAfterMs);
  }

  failed({ class: kind, detail, retryAfterMs }: Reply): void {
    this.count(kind === 'not-found' ? 'config' : kind, detail, retryAfterMs);
  }

  outcome(): Outcome {
    const { worst, detail, calls, closed, retryAfterMs } = this;
    return {
      class: worst,
      calls,
      ...(closed.length > 0 && { closed }),
      ...(detail !== '' && { detail }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  }
}
const SEVERITY: readonly OutcomeClass[] = [
  'not-applicable',
  'not-supported',
  'done',
  'refused',
  'data',
  'config',
  'retry',
];

export class MailchimpConnector extends Connector {
  override readonly version = 'mailchimp@1';
  override readonly capabilities = {
    kinds: ['email'],
    readBack: 'get',
    blocksTransactional: false,
    eraseForgetsOptOut: false,
  } as const;
  private readonly api: MailchimpApi;

  constructor(
    private readonly settings: IntegrationSettings,
    outgoing: Outgoing,
  ) {
    super();
    this.api = new MailchimpApi(settings, outgoing);
  }

  override async probe(): Promise<Outcome> {
    const attempt = new Attempt();
    const ping = attempt.note(await this.api.call('GET', '/ping', {}));
    if (ping.class !== 'done') {
      attempt.failed(ping);
      return attempt.outcome();
    }
    attempt.count('done');
    const lists = await this.allLists(attempt);
    const mapped = Object.values(this.settings.purposes).flatMap((target) => target['list'] ?? []);
    const missing = mapped.find((list) => lists?.includes(list) === false);
    if (missing !== undefined) attempt.count('config', `list ${missing} does not exist`);
    return attempt.outcome();
  }

  override async apply(desired: Desired): Promise<Outcome> {
    const attempt = new Attempt();
    const hash = memberHash(desired.address.value);
    const mapped = targetsOf(desired, this.settings);
    for (const target of await this.toClose(attempt, desired, mapped))
      await this.close(attempt, desired, hash, target);
    if (!desired.state.objectedToAll) {
      for (const target of mapped.filter(({ tri }) => tri === 'in'))
        await this.open(attempt, desired, hash, target);
    }
    return attempt.outcome();
  }

  /** Of an objection to everything, all audiences of the account: Mailchimp has no account-wide list. */
  private async toClose(attempt: Attempt, { state }: Desired, mapped: readonly Target[]): Promise<Target[]> {
    if (!state.objectedToAll) return mapped.filter(({ tri }) => tri === 'out');
    const lists = await this.allLists(attempt);
    const own = new Set([...(lists ?? []), ...mapped.map(({ list }) => list)]);
    return [...own].map((list) => ({ list, interest: undefined, name: list, tri: 'out' }));
  }

  private async allLists(attempt: Attempt): Promise<string[] | undefined> {
    const lists: string[] = [];
    for (let offset = 0; ; offset += PAGE) {
      const query = `?fields=lists.id,total_items&count=${PAGE}&offset=${offset}`;
      const reply = attempt.note(await this.api.call('GET', '/lists', {}, undefined, query));
      if (reply.class !== 'done' || !Array.isArray(reply.body['lists'])) {
        attempt.failed(
          reply.class === 'done' ? { ...reply, class: 'retry', detail: 'lists missing' } : reply,
        );
        return undefined;
      }
      const page = reply.body['lists'] as { id?: unknown }[];
      lists.push(...page.flatMap(({ id }) => (typeof id === 'string' ? [id] : [])));
      if (page.length < PAGE) return lists;
    }
  }

  private async close(
    attempt: Attempt,
    desired: Desired,
    hash: string,
    { list, interest, name }: Target,
  ): Promise<void> {
    const member = attempt.note(await this.api.call('GET', MEMBER, { list, hash }, undefined, FIELDS));
    if (member.class === 'not-found') return this.closeUnknown(attempt, desired, hash, list, name);
    if (member.class !== 'done') return attempt.failed(member);
    const status = member.body['status'];
    const isOut = status === 'cleaned' || (interest === undefined && status === 'unsubscribed');
    const body = interest === undefined ? { status: 'unsubscribed' } : { interests: { [interest]: false } };
    const reply = isOut ? member : attempt.note(await this.api.call('PATCH', MEMBER, { list, hash }, body));
    if (reply.class !== 'done') return attempt.failed(reply);
    attempt.count('done');
    attempt.closed.push(name);
  }

  /** A deleted list answers the same 404 as an absent member: only a list that exists proves the absence. */
  private async closeUnknown(
    attempt: Attempt,
    desired: Desired,
    hash: string,
    list: string,
    name: string,
  ): Promise<void> {
    if (!(await this.exists(attempt, list))) return;
    attempt.closed.push(name);
    if (desired.unknown === 'skip' || !this.isMapped(list))
      return attempt.count('not-applicable', 'the tool does not know the address');
    const { value } = desired.address;
    const body = { email_address: value, status_if_new: 'unsubscribed', status: 'unsubscribed' };
    const reply = attempt.note(await this.api.call('PUT', MEMBER, { list, hash }, body));
    if (reply.class === 'done' || reply.detail === 'Forgotten Email Not Subscribed') attempt.count('done');
    else attempt.failed(reply);
  }

  /** Asked of the account, whose answer tells a deleted audience from a missing one of its members. */
  private async exists(attempt: Attempt, list: string): Promise<boolean> {
    const lists = await this.allLists(attempt);
    if (lists === undefined || lists.includes(list)) return lists !== undefined;
    attempt.count('config', `list ${list} does not exist`);
    return false;
  }

  private isMapped = (list: string): boolean =>
    Object.values(this.settings.purposes).some((target) => target['list'] === list);

  /** Confirmed opt-ins only. Whoever left is asked by Mailchimp itself (`pending` sends its mail), and once. */
  private async open(
    attempt: Attempt,
    desired: Desired,
    hash: string,
    { list, interest }: Target,
  ): Promise<void> {
    const member = attempt.note(await this.api.call('GET', MEMBER, { list, hash }, undefined, FIELDS));
    if (member.class === 'not-found' && !(await this.exists(attempt, list))) return;
    if (member.class !== 'done' && member.class !== 'not-found') return attempt.failed(member);
    const status = member.class === 'not-found' ? 'absent' : member.body['status'];
    if (status === 'cleaned')
      return attempt.count('refused', 'cleaned: the vendor holds the address undeliverable');
    const group = interest === undefined ? {} : { interests: { [interest]: true } };
    if ((status === 'subscribed' && interest === undefined) || status === 'pending')
      return attempt.count('done');
    const next = status === 'absent' || status === 'subscribed' ? 'subscribed' : 'pending';
    const body = { email_address: desired.address.value, status_if_new: next, status: next, ...group };
    const reply = attempt.note(await this.api.call('PUT', MEMBER, { list, hash }, body));
    if (reply.class === 'done') attempt.count('done');
    else attempt.failed(reply);
  }

  override async lookup(desired: Desired): Promise<Observed> {
    const attempt = new Attempt();
    const hash = memberHash(desired.address.value);
    const mapped = targetsOf(desired, this.settings);
    const closing = await this.toClose(attempt, desired, mapped);
    const opening = desired.state.objectedToAll ? [] : mapped.filter(({ tri }) => tri === 'in');
    const seen: Seen[] = [];
    for (const { list, interest, tri } of [...closing, ...opening]) {
      const reply = attempt.note(await this.api.call('GET', MEMBER, { list, hash }, undefined, FIELDS));
      const absent = reply.class === 'not-found' && (await this.exists(attempt, list));
      const known = reply.class === 'done' || absent;
      const interests = reply.body['interests'] as Record<string, unknown> | undefined;
      seen.push({
        tri,
        status: absent ? 'absent' : known ? String(reply.body['status']) : 'unknown',
        inGroup: interest === undefined ? undefined : interests?.[interest] === true,
        tombstone: desired.unknown === 'tombstone' && this.isMapped(list),
      });
    }
    const unread = attempt.outcome().class === 'retry' || attempt.outcome().class === 'config';
    return { ...summed(seen, unread, desired.state.erase), calls: attempt.calls };
  }

  override async erase(desired: Desired): Promise<Outcome> {
    const attempt = new Attempt();
    const hash = memberHash(desired.address.value);
    for (const list of (await this.allLists(attempt)) ?? []) {
      const path = `${MEMBER}/actions/delete-permanent`;
      const reply = attempt.note(await this.api.call('POST', path, { list, hash }));
      if (reply.class === 'done' || reply.class === 'not-found') attempt.count('done');
      else attempt.failed(reply);
    }
    return attempt.outcome();
  }
}
