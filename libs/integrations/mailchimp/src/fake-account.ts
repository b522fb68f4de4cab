/** What Mailchimp remembers of an account, and the rules by which it changes it. */
import { memberHash } from './api.js';
import type { MemberStatus } from './contract.js';
import { members, problem, shown } from './fake-documents.js';

export type { MemberStatus };

export interface FakeMember {
  readonly email: string;
  status: MemberStatus;
  interests: Record<string, boolean>;
  permissions: Record<string, boolean>;
  /** How the member came in. */
  readonly source: string;
  /** The person left by a link of Mailchimp itself: only a form of Mailchimp brings them back. */
  complianceState: boolean;
  /** Moved by any edit, epoch milliseconds. */
  lastChanged: number;
}

export interface FakeList {
  readonly members: Map<string, FakeMember>;
  readonly forgotten: Set<string>;
  readonly interests: Set<string>;
  readonly permissions: Set<string>;
  requiresMergeFields: boolean;
}

/** Facts that nobody has verified, each both ways: whatever the vendor does must end safe. */
export interface Unverified {
  /** A PATCH of an archived member does as told, or answers 404. */
  archivedPatch: 'done' | '404';
  /** `subscribed` over an unsubscribe that came by the API is accepted, or answered 200 and ignored. */
  subscribedOverUnsubscribed: 'accepted' | 'ignored';
}

export class FakeAccount {
  readonly unverified: Unverified = { archivedPatch: 'done', subscribedOverUnsubscribed: 'accepted' };
  /** Confirmation mails that Mailchimp has sent: one each time somebody becomes `pending`. */
  readonly confirmations: { readonly list: string; readonly email: string }[] = [];
  /** What it dates its records by, epoch milliseconds. */
  time = (): number => Date.now();
  /** Calls that changed something. */
  effects = 0;
  private readonly lists = new Map<string, FakeList>();

  constructor(...lists: string[]) {
    for (const list of lists) this.addList(list);
  }

  /** New, or emptied. */
  addList(list: string): void {
    const sets = {
      forgotten: new Set<string>(),
      interests: new Set<string>(),
      permissions: new Set<string>(),
    };
    this.lists.set(list, { members: new Map(), ...sets, requiresMergeFields: false });
  }
  /** Deletes the audience with its opt-out history, as an operator may. */
  deleteList(list: string): void {
    this.lists.delete(list);
  }
  addInterest(list: string, id: string): void {
    this.listOf(list).interests.add(id);
  }
  addPermission(list: string, id: string): void {
    this.listOf(list).permissions.add(id);
  }
  requireMergeFields(list: string): void {
    this.listOf(list).requiresMergeFields = true;
  }

  /** The tool knows the address, in no group. */
  seed(list: string, email: string, status: MemberStatus = 'subscribed', source = 'Admin Add'): void {
    const groups = { interests: {}, permissions: {} };
    this.listOf(list).members.set(memberHash(email), {
      ...{ email, status, source, ...groups, complianceState: false, lastChanged: this.time() },
    });
  }
  /** The person joins a group. */
  join(list: string, email: string, group: string): void {
    const { interests, members } = this.listOf(list);
    const member = members.get(memberHash(email));
    if (member !== undefined) (interests.has(group) ? member.interests : member.permissions)[group] = true;
  }
  member(list: string, email: string): FakeMember | undefined {
    return this.lists.get(list)?.members.get(memberHash(email));
  }
  /** Who would get a campaign of the list now; of a group in it, when it is named. */
  mailed(list: string, group?: string): string[] {
    return [...(this.lists.get(list)?.members.values() ?? [])]
      .filter(({ status }) => status === 'subscribed')
      .filter(
        ({ interests, permissions }) =>
          group === undefined || interests[group] === true || permissions[group] === true,
      )
      .map(({ email }) => email);
  }
  /** The person leaves by a link of Mailchimp itself. */
  leave(list: string, email: string): void {
    const member = this.listOf(list).members.get(memberHash(email));
    if (member !== undefined)
      Object.assign(member, { status: 'unsubscribed', complianceState: true, lastChanged: this.time() });
  }
  /** The person follows the link in the confirmation mail. */
  confirm(list: string, email: string): void {
    const member = this.listOf(list).members.get(memberHash(email));
    if (member?.status === 'pending')
      Object.assign(member, { status: 'subscribed', complianceState: false, lastChanged: this.time() });
  }
  /** An operator sets a status in the vendor's own pages. */
  set(list: string, email: string, status: MemberStatus): void {
    const member = this.listOf(list).members.get(memberHash(email));
    if (member !== undefined)
      Object.assign(member, { status, complianceState: false, lastChanged: this.time() });
  }
  /** An operator imports a file: it revives who is archived and enters who is new, and lets unsubscribes be. */
  import(list: string, emails: readonly string[]): void {
    for (const email of emails) {
      const member = this.member(list, email);
      if (member === undefined) this.seed(list, email, 'subscribed', 'Import');
      else if (member.status === 'archived') member.status = 'subscribed';
    }
  }
  /** Everything it believes. */
  dump(): Record<string, FakeMember[]> {
    return Object.fromEntries([...this.lists].map(([id, { members }]) => [id, [...members.values()]]));
  }

  protected act(
    name: string,
    list: string,
    hash: string,
    params: URLSearchParams,
    body: Readonly<Record<string, unknown>>,
  ): [number, object] {
    if (name === 'ping') return [200, { health_status: "Everything's Chimpy!" }];
    if (name === 'lists') return [200, this.page(params)];
    const found = this.lists.get(list);
    if (found === undefined) return NOT_FOUND;
    if (name === 'members') return [200, members(found, params)];
    const member = found.members.get(hash);
    const unchecked = params.get('skip_merge_validation') === 'true';
    switch (name) {
      case 'members':
        return [200, members(found, params)];
      case 'member':
        return member === undefined ? NOT_FOUND : [200, shown(found, member)];
      case 'delete-permanent':
        if (!found.members.delete(hash)) return NOT_FOUND;
        found.forgotten.add(hash);
        this.effects += 1;
        return [204, {}];
      case 'update':
        if (member === undefined) return NOT_FOUND;
        if (member.status === 'archived' && this.unverified.archivedPatch === '404') return NOT_FOUND;
        return this.write(list, found, member, body['status'], body, unchecked);
      default:
        return this.put(list, found, hash, member, body, unchecked);
    }
  }

  private put(
    list: string,
    found: FakeList,
    hash: string,
    member: FakeMember | undefined,
    body: Readonly<Record<string, unknown>>,
    unchecked: boolean,
  ): [number, object] {
    const email = String(body['email_address']);
    if (memberHash(email) !== hash) return problem(400, 'Invalid Resource');
    if (member !== undefined) return this.write(list, found, member, body['status'], body, unchecked);
    if (found.forgotten.has(hash)) return problem(400, 'Forgotten Email Not Subscribed');
    const fresh: FakeMember = {
      ...{ email, status: 'archived', interests: {}, permissions: {}, complianceState: false },
      ...{ source: 'API - Generic', lastChanged: this.time() },
    };
    const answer = this.write(list, found, fresh, body['status_if_new'], body, unchecked);
    if (answer[0] === 200) found.members.set(hash, fresh);
    return answer;
  }

  private write(
    list: string,
    found: FakeList,
    member: FakeMember,
    status: unknown,
    body: Readonly<Record<string, unknown>>,
    unchecked: boolean,
  ): [number, object] {
    const groups = (body['interests'] ?? {}) as Record<string, boolean>;
    const permissions = Object.fromEntries(
      ((body['marketing_permissions'] ?? []) as { marketing_permission_id: string; enabled: boolean }[]).map(
        (one) => [one.marketing_permission_id, one.enabled],
      ),
    );
    const unknown =
      Object.keys(groups).some((id) => !found.interests.has(id)) ||
      Object.keys(permissions).some((id) => !found.permissions.has(id));
    if (unknown || (found.requiresMergeFields && !unchecked)) return problem(400, 'Invalid Resource');
    const before = JSON.stringify(member);
    if (status === 'subscribed' && (member.status === 'unsubscribed' || member.status === 'cleaned')) {
      if (member.complianceState || member.status === 'cleaned') {
        return problem(400, 'Member In Compliance State');
      }
      if (this.unverified.subscribedOverUnsubscribed === 'ignored') return [200, shown(found, member)];
    }
    if (status === 'pending') this.confirmations.push({ list, email: member.email });
    if (status !== undefined) member.status = status as MemberStatus;
    Object.assign(member.interests, groups);
    Object.assign(member.permissions, permissions);
    if (JSON.stringify(member) !== before) {
      member.lastChanged = this.time();
      this.effects += 1;
    }
    return [200, shown(found, member)];
  }

  private page(params: URLSearchParams): object {
    const offset = Number(params.get('offset') ?? 0);
    const count = Math.min(Number(params.get('count') ?? 10), 1000);
    const lists = [...this.lists.keys()].slice(offset, offset + count).map((id) => ({ id }));
    return { lists, total_items: this.lists.size };
  }

  private listOf(list: string): FakeList {
    const found = this.lists.get(list);
    if (found === undefined) throw new Error(`there is no list ${list}`);
    return found;
  }
}

const NOT_FOUND = problem(404, 'Resource Not Found');
