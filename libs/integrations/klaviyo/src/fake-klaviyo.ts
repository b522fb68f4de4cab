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
    });
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
        const asked = /^equals\(email,"((?:[^"\\]|\\.)*)"\)$/.exec(query.get('filter') ?? '')?.[1];
        const profile = this.profile(asked?.replace(/\\(.)/g, '$1') ?? '');
        return { status: 200, body: { data: profile === undefined ? [] : [shown(profile)] } };
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
    if (operation === 'suppress') profile.suppressions = withOne(profile.suppressions, 'USER_SUPPRESSED');
    else if (operation === 'subscribe') {
      const kept = profile.suppressions.filter((reason) => ['HARD_BOUNCE', 'INVALID_EMAIL'].includes(reason));
      Object.assign(profile, { consent: 'SUBSCRIBED', suppressions: kept });
      profile.lists = withOne(profile.lists, list);
      profile.listSuppressions = profile.listSuppressions.filter((one) => one !== list);
    } else if (profile.lists.includes(list)) {
      profile.lists = profile.lists.filter((one) => one !== list);
      profile.listSuppressions = withOne(profile.listSuppressions, list);
    } else {
      Object.assign(profile, {
        consent: 'UNSUBSCRIBED',
        suppressions: withOne(profile.suppressions, 'UNSUBSCRIBE'),
      });
    }
  }

  private add(address: string): FakeProfile {
    const profile = { id: `P${this.next++}`, email: address.toLowerCase(), consent: 'NEVER_SUBSCRIBED' };
    const whole = { ...profile, suppressions: [], lists: [], listSuppressions: [] };
    this.profiles.push(whole);
    return whole;
  }
}

const canReceive = ({ suppressions }: FakeProfile): boolean => suppressions.length === 0;
const withOne = (all: readonly string[], one: string): string[] => [...new Set([...all, one])];

const shown = (profile: FakeProfile): object => ({
  ...{ type: 'profile', id: profile.id },
  attributes: {
    email: profile.email,
    subscriptions: {
      email: {
        marketing: {
          ...{ consent: profile.consent, can_receive_email_marketing: canReceive(profile) },
          suppression: profile.suppressions.map((reason) => ({ reason, timestamp: '2026-06-01T08:00:00Z' })),
          list_suppressions: profile.listSuppressions.map((list_id) => ({ list_id, reason: 'UNSUBSCRIBE' })),
        },
      },
    },
  },
});
