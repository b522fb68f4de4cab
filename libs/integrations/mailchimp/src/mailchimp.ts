/**
 * Mailchimp Marketing API 3.0. An unsubscribe closes the mapped audience or group, an objection every audience, an
 * erasure is delete-permanent. Compliance state and forgotten addresses are no safety net: what was done is read back.
 */
import {
  Connector,
  type Capabilities,
  type ConnectorKind,
  type Desired,
  type IntegrationSettings,
  type Observed,
  type Outcome,
  type Outgoing,
  type ToolChanges,
} from '@assent/ports';
import { readOn, VendorApi, type Reply } from '@assent/integration-kit';
import { dialectOf, FORGOTTEN, memberHash } from './api.js';
import { deltaOf } from './changed.js';
import { inbound } from './inbound.js';
import { listed } from './listing.js';
import { MailchimpAttempt } from './mailchimp-attempt.js';
import { ABSENT, isIn, memberOf, setting, type Member } from './member.js';
import { isOut, seen, seenErased, summed, UNREAD, type Seen } from './observed.js';
import { faultsOf, placesOf } from './settings.js';
import { audiencesOf, type Audience, type Target } from './targets.js';

const MEMBER = '/lists/{list}/members/{hash}';

export const mailchimpKind: ConnectorKind = {
  kind: 'mailchimp',
  check: faultsOf,
  inbound,
  create: (settings, outgoing) => new MailchimpConnector(settings, outgoing),
};

/** One address in one audience. */
interface Place {
  readonly audience: Audience;
  readonly email: string;
  readonly values: { readonly list: string; readonly hash: string };
  readonly unknown: Desired['unknown'];
}

export class MailchimpConnector extends Connector {
  override readonly version = 'mailchimp@2';
  override readonly capabilities: Capabilities = {
    kinds: ['email'],
    readBack: 'get',
    blocksTransactional: false,
    eraseForgetsOptOut: false,
    delta: 'states',
  };
  override readonly listIn = (now: () => number) => listed(this.settings, this.api, now);
  private readonly api: VendorApi;
  private readonly query: { readonly fields: string };

  constructor(
    private readonly settings: IntegrationSettings,
    outgoing: Outgoing,
  ) {
    super();
    this.api = new VendorApi(dialectOf(settings), outgoing);
    const permissions = placesOf(settings).some(({ group }) => group?.kind === 'permission');
    this.query = { fields: `status,interests${permissions ? ',marketing_permissions' : ''}` };
  }

  override async probe(): Promise<Outcome> {
    const attempt = new MailchimpAttempt(this.api, NaN);
    const ping = await attempt.call({ method: 'GET', template: '/ping' });
    if (ping.class !== 'done') attempt.failed(ping);
    else {
      attempt.count('done');
      for (const list of new Set(placesOf(this.settings).map((place) => place.list)))
        await attempt.exists(list);
    }
    return attempt.outcome();
  }

  override async apply(desired: Desired): Promise<Outcome> {
    const attempt = new MailchimpAttempt(this.api, desired.sentAt);
    for (const place of await this.places(attempt, desired)) {
      if (attempt.halted) break;
      const member = await this.read(attempt, place);
      if (member === undefined) continue;
      await this.close(attempt, place, member);
      if (!attempt.halted) await this.open(attempt, place, member);
    }
    return attempt.outcome();
  }

  override async lookup(desired: Desired): Promise<Observed> {
    const attempt = new MailchimpAttempt(this.api, desired.sentAt);
    const places = await this.places(attempt, desired);
    const all: Seen[] = attempt.outcome().class === 'not-applicable' ? [] : [UNREAD];
    const out = new Set<string>();
    let presence: Observed['presence'] = 'absent';
    for (const place of places) {
      const member = attempt.halted ? undefined : await this.read(attempt, place);
      if (member === undefined) all.push(UNREAD);
      else if (desired.state.erase) all.push(seenErased(member));
      else {
        for (const target of targets(place.audience)) {
          all.push(seen(member, target));
          if (isOut(member, target)) out.add(target.name);
        }
      }
      if (member !== undefined && member.status !== 'absent') presence = 'present';
    }
    return { presence, ...summed(all), calls: attempt.calls, out: [...out] };
  }

  /** The vendor forgets the person but not the refusal: the address cannot be imported again. */
  override async erase(desired: Desired): Promise<Outcome> {
    const attempt = new MailchimpAttempt(this.api, desired.sentAt);
    const everything = { ...desired, state: { ...desired.state, erase: true } };
    for (const { values } of await this.places(attempt, everything)) {
      if (attempt.halted) break;
      if (!(await attempt.exists(values.list))) continue;
      const template = `${MEMBER}/actions/delete-permanent`;
      const reply = await attempt.call({ method: 'POST', template, values });
      if (reply.class === 'done' || reply.class === 'not-found') attempt.count('done');
      else attempt.failed(reply);
    }
    return attempt.outcome();
  }

  override changesSince(cursor: string | null, sentAt: number): Promise<ToolChanges> {
    return readOn(deltaOf(this.settings), new MailchimpAttempt(this.api, sentAt), cursor);
  }

  private async places(attempt: MailchimpAttempt, desired: Desired): Promise<Place[]> {
    const { address, state, unknown } = desired;
    if (address.kind !== 'email') {
      attempt.count('not-applicable', 'only e-mail addresses are held there');
      return [];
    }
    // There is no account-wide list of refusals: everything means every audience, mapped or not.
    const all = state.objectedToAll || state.erase ? await attempt.allLists() : [];
    const hash = memberHash(address.value);
    return audiencesOf(desired, this.settings, all).map((audience) => ({
      ...{ audience, unknown, email: address.value },
      values: { list: audience.list, hash },
    }));
  }

  /** Undefined when it could not be read, which then counts. */
  private async read(attempt: MailchimpAttempt, { values }: Place): Promise<Member | undefined> {
    const reply = await attempt.call({ method: 'GET', template: MEMBER, values, query: this.query });
    if (reply.class === 'done') return memberOf(reply.body);
    if (reply.class !== 'not-found') attempt.failed(reply);
    else if (await attempt.exists(values.list)) return ABSENT;
    return undefined;
  }

  private async close(attempt: MailchimpAttempt, place: Place, member: Member): Promise<void> {
    const { whole, groups } = place.audience;
    const out = [whole, ...groups].filter(({ tri }) => tri === 'out');
    if (out.length === 0) return;
    const reply = await this.closing(attempt, place, member, out);
    if (reply !== undefined && reply.class !== 'done') return this.blame(attempt, reply, member, out);
    attempt.count('done');
    if (member.status === 'absent' && !place.audience.mapped) return;
    for (const { name } of out) attempt.closed.add(name);
  }

  /** Undefined when it is closed as it is. `cleaned` is the vendor's own block, and stays. */
  private async closing(
    attempt: MailchimpAttempt,
    { audience, values, email, unknown }: Place,
    { status, ...rest }: Member,
    out: readonly Target[],
  ): Promise<Reply | undefined> {
    const whole = audience.whole.tri === 'out';
    const entry = { email_address: email, status_if_new: 'unsubscribed', status: 'unsubscribed' };
    const put = { method: 'PUT', template: MEMBER, values, body: entry } as const;
    if (status === 'absent') {
      if (!audience.mapped || unknown === 'skip') return undefined;
      const reply = await attempt.write(put);
      // A forgotten address cannot be entered by anybody: as good as a tombstone.
      return reply.detail === FORGOTTEN ? undefined : reply;
    }
    if (status === 'cleaned' || (whole && status === 'unsubscribed')) return undefined;
    const groups = out.flatMap(({ group }) =>
      group !== undefined && isIn({ status, ...rest }, group) !== false ? [group] : [],
    );
    if (!whole && groups.length === 0) return undefined;
    // Only what is meant stands in the request: a member that is left out stays as it is.
    const body = whole ? { status: 'unsubscribed' } : setting({ off: groups });
    const reply = await attempt.write({ method: 'PATCH', template: MEMBER, values, body });
    const stuck = whole && status === 'archived' && (reply.class === 'not-found' || reply.class === 'data');
    return stuck ? attempt.write(put) : reply;
  }

  /** Confirmed opt-ins only. Whoever had left is asked by Mailchimp itself (`pending` sends its mail), and once. */
  private async open(
    attempt: MailchimpAttempt,
    { audience, values, email }: Place,
    member: Member,
  ): Promise<void> {
    const { whole, groups, barred } = audience;
    const wanted = targets(audience).filter(({ tri }) => tri === 'in');
    if (wanted.length === 0 || whole.tri === 'out') return;
    const { status } = member;
    if (status === 'cleaned') return attempt.count('refused', 'cleaned: the address is undeliverable there');
    const joining = groups.flatMap(({ tri, group }) =>
      tri === 'in' && group !== undefined && isIn(member, group) !== true ? [group] : [],
    );
    const asked = status === 'subscribed' || status === 'pending';
    if (asked && joining.length === 0) return attempt.count('done');
    const body = asked
      ? setting({ on: joining })
      : status === 'absent'
        ? { email_address: email, status_if_new: 'subscribed', ...setting({ on: joining }) }
        : {
            ...{ email_address: email, status_if_new: 'pending', status: 'pending' },
            // Mailchimp remembers the groups of whoever left: an opt-in to one brings back no other.
            ...setting({ on: joining, off: barred.filter((group) => isIn(member, group) === true) }),
          };
    const reply = await attempt.write({ method: asked ? 'PATCH' : 'PUT', template: MEMBER, values, body });
    if (reply.class === 'done') attempt.count('done');
    else this.blame(attempt, reply, member, wanted);
  }

  /** A group that Mailchimp does not name for the member is a wrong setting, not a wrong address. */
  private blame(attempt: MailchimpAttempt, reply: Reply, member: Member, wanted: readonly Target[]): void {
    // Read a moment ago: somebody else is at work there.
    if (reply.class === 'not-found') return attempt.count('retry', 'changed meanwhile');
    const missing =
      reply.class === 'data' && member.status !== 'absent'
        ? wanted.find(({ group }) => group !== undefined && isIn(member, group) === undefined)
        : undefined;
    if (missing === undefined) attempt.failed(reply);
    else attempt.count('config', `group ${missing.name} does not exist in list ${missing.list}`);
  }
}

const targets = ({ whole, groups }: Audience): Target[] =>
  [whole, ...groups].filter(({ tri }) => tri !== 'untouched');
