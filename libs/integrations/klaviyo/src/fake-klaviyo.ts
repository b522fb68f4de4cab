/** A stand-in with Klaviyo's rules: jobs that are done later, non-members unsubscribed from everything. */
import {
  FakeTool,
  membersOf,
  rowsOf,
  textOf,
  type Answer,
  type Asked,
  type Belief,
  type Members,
} from '@assent/integration-kit';
import type { Happening, Post } from '@assent/integration-kit';
import { posted } from './fake-hooks.js';
import { CONTRACT } from './contract.js';

export interface FakeProfile {
  readonly id: string;
  readonly email: string;
  consent: string;
  suppressions: string[];
  lists: string[];
  listSuppressions: string[];
  /** By reason, and by list: since when. */
  since: Record<string, number>;
}

export class FakeKlaviyo extends FakeTool {
  readonly webhookSecret = 'fake-klaviyo-webhook-secret';
  readonly apiKey = 'fake-klaviyo-key';
  profiles: FakeProfile[] = [];
  /** Jobs are done at once, or when `finishJobs` says. */
  jobsEndLater = false;
  /** Whether jobs create profiles of addresses that are unknown is not verified: both ways must end safe. */
  jobsCreate = true;
  private readonly lists: Set<string>;
  private jobs: (() => void)[] = [];
  private next = 1;

  constructor(...lists: string[]) {
    super(CONTRACT);
    this.lists = new Set(lists);
  }

  get options() {
    return { apiKey: this.apiKey, baseUrl: this.url, webhookSecret: this.webhookSecret };
  }
  get wrongOptions() {
    return { apiKey: 'wrong' };
  }
  seed(address: string): void {
    if (this.profile(address) === undefined) this.add(address);
    this.letBackIn(address);
  }
  mails(address: string, list: string): boolean {
    const profile = this.profile(address);
    return (
      profile !== undefined &&
      canReceive(profile) &&
      profile.lists.includes(list) &&
      !profile.listSuppressions.includes(list)
    );
  }
  holds(address: string): boolean {
    return this.profile(address) !== undefined;
  }
  letBackIn(address: string): void {
    const profile = this.profile(address);
    if (profile === undefined) return;
    Object.assign(profile, {
      consent: 'SUBSCRIBED',
      suppressions: [],
      lists: [...this.lists],
      listSuppressions: [],
      since: {},
    });
  }
  override leave(address: string, list: string): void {
    this.unsubscribe(this.profile(address) ?? this.add(address), list);
  }
  removeTargets(): void {
    this.lists.clear();
    for (const profile of this.profiles) Object.assign(profile, { lists: [], listSuppressions: [] });
  }
  finishJobs(): void {
    for (const job of this.jobs.splice(0)) job();
  }
  profile(address: string): FakeProfile | undefined {
    return this.profiles.find(({ email }) => email === address.toLowerCase());
  }
  override hook(happening: Happening, url: string): Post | undefined {
    void url;
    return posted(happening, this.webhookSecret);
  }
  beliefs(): Belief[] {
    return this.profiles.map((profile) => ({
      address: profile.email,
      targets: Object.fromEntries(
        [...this.lists].map((list) => [
          `list ${list}`,
          this.mails(profile.email, list)
            ? 'mailed'
            : canReceive(profile) && !profile.listSuppressions.includes(list)
              ? 'none'
              : 'stopped',
        ]),
      ),
      note: [profile.consent, ...profile.suppressions].join(', '),
    }));
  }

  protected memory() {
    return this.profiles;
  }
  protected accepts(headers: Asked['headers']): boolean {
    return headers.authorization === `Klaviyo-API-Key ${this.apiKey}`;
  }
  protected problem(status: number): Answer {
    const code = status === 404 ? 'not_found' : status === 401 ? 'not_authenticated' : 'invalid';
    return { status, body: { errors: [{ id: 'e1', code, title: 'See the documentation.', detail: '' }] } };
  }

  protected act({ operation, values, query, body }: Asked): Answer {
    switch (operation) {
      case 'accounts':
        return { status: 200, body: { data: [{ type: 'account', id: 'a1' }] } };
      case 'list': {
        const found = this.lists.has(values['list'] ?? '');
        return found
          ? { status: 200, body: { data: { type: 'list', id: values['list'] } } }
          : this.problem(404);
      }
      case 'profiles': {
        if (query.has('sort')) return this.suppressedSince(query);
        const asked = /^equals\(email,"((?:[^"\\]|\\.)*)"\)$/.exec(query.get('filter') ?? '')?.[1];
        const profile = this.profile(asked?.replace(/\\(.)/g, '$1') ?? '');
        return { status: 200, body: { data: profile === undefined ? [] : [this.shown(profile)] } };
      }
      case 'lists': {
        const profile = this.profiles.find(({ id }) => id === values['profile']);
        if (profile === undefined) return this.problem(404);
        return { status: 200, body: { data: profile.lists.map((id) => ({ type: 'list', id })) } };
      }
      default:
        return this.job(operation, membersOf(body['data']));
    }
  }

  private job(operation: string, data: Members): Answer {
    const attributes = membersOf(data['attributes']);
    const one =
      membersOf(attributes['profile'])['data'] ?? rowsOf(membersOf(attributes['profiles'])['data'])[0];
    const email = textOf(membersOf(membersOf(one)['attributes'])['email']);
    const list = textOf(membersOf(membersOf(membersOf(data['relationships'])['list'])['data'])['id']);
    this.jobs.push(() => this.run(operation, email, list));
    if (!this.jobsEndLater) this.finishJobs();
    return operation === 'suppress'
      ? { status: 202, body: { data: { id: 'j1', attributes: { status: 'queued' } } } }
      : { status: 202 };
  }

  private run(operation: string, email: string, list: string): void {
    if (operation === 'erase') {
      this.profiles = this.profiles.filter((one) => one.email !== email.toLowerCase());
      return;
    }
    const known = this.profile(email);
    if (known === undefined && !this.jobsCreate) return;
    const profile = known ?? this.add(email);
    if (operation === 'suppress') {
      profile.suppressions = withOne(profile.suppressions, 'USER_SUPPRESSED');
      profile.since['USER_SUPPRESSED'] ??= this.time();
    } else if (operation === 'subscribe') {
      const kept = profile.suppressions.filter((reason) => ['HARD_BOUNCE', 'INVALID_EMAIL'].includes(reason));
      Object.assign(profile, { consent: 'SUBSCRIBED', suppressions: kept });
      profile.lists = withOne(profile.lists, list);
      profile.listSuppressions = profile.listSuppressions.filter((one) => one !== list);
    } else this.unsubscribe(profile, list);
  }

  /** From the list; from everything, for whoever is not in it. */
  private unsubscribe(profile: FakeProfile, list: string): void {
    const within = profile.lists.includes(list);
    profile.since[within ? list : 'UNSUBSCRIBE'] = this.time();
    if (within) {
      profile.lists = profile.lists.filter((one) => one !== list);
      profile.listSuppressions = withOne(profile.listSuppressions, list);
    } else {
      Object.assign(profile, {
        consent: 'UNSUBSCRIBED',
        suppressions: withOne(profile.suppressions, 'UNSUBSCRIBE'),
      });
    }
  }

  /** Oldest first; a page says where the next begins. */
  private suppressedSince(query: URLSearchParams): Answer {
    const [, member = '', after = ''] =
      /^greater-than\(subscriptions\.email\.marketing\.(\w+)\.timestamp,(.+)\)$/.exec(
        query.get('filter') ?? '',
      ) ?? [];
    const newest = (profile: FakeProfile) => {
      const names = member === 'suppression' ? profile.suppressions : profile.listSuppressions;
      return Math.max(0, ...names.map((name) => profile.since[name] ?? 0));
    };
    const all = this.profiles
      .filter((profile) => newest(profile) > Date.parse(after))
      .sort((a, b) => newest(a) - newest(b));
    const from = Number(query.get('page[cursor]') ?? 0);
    const end = from + Number(query.get('page[size]'));
    const next = end < all.length ? `${this.url}/api/profiles?page%5Bcursor%5D=${end}` : null;
    return {
      status: 200,
      body: { data: all.slice(from, end).map((one) => this.shown(one)), links: { next } },
    };
  }

  private shown({ since, ...profile }: FakeProfile): object {
    const stamp = (name: string) => new Date(since[name] ?? this.time()).toISOString();
    const marketing = {
      ...{ consent: profile.consent, can_receive_email_marketing: canReceive(profile) },
      suppression: profile.suppressions.map((reason) => ({ reason, timestamp: stamp(reason) })),
      list_suppressions: profile.listSuppressions.map((list_id) => ({
        ...{ list_id, reason: 'UNSUBSCRIBE', timestamp: stamp(list_id) },
      })),
    };
    const attributes = { email: profile.email, subscriptions: { email: { marketing } } };
    return { type: 'profile', id: profile.id, attributes };
  }

  private add(address: string): FakeProfile {
    const profile = { id: `P${this.next++}`, email: address.toLowerCase(), consent: 'NEVER_SUBSCRIBED' };
    const whole = { ...profile, suppressions: [], lists: [], listSuppressions: [], since: {} };
    this.profiles.push(whole);
    return whole;
  }
}

const canReceive = ({ suppressions }: Pick<FakeProfile, 'suppressions'>): boolean =>
  suppressions.length === 0;
const withOne = (all: readonly string[], one: string): string[] => [...new Set([...all, one])];
