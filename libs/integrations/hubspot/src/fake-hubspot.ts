/** A stand-in with HubSpot's rules: silence means mail, brands apart, unknown addresses blocklisted by a deletion. */
import {
  FakeTool,
  textOf,
  type Answer,
  type Asked,
  type Belief,
  type Members,
} from '@assent/integration-kit';
import type { Happening, Post } from '@assent/integration-kit';
import { posted } from './fake-hooks.js';
import { CONTRACT } from './contract.js';

type Status = 'SUBSCRIBED' | 'UNSUBSCRIBED';

export class FakeHubSpot extends FakeTool {
  readonly clientSecret = 'fake-hubspot-client-secret';
  readonly token = 'fake-hubspot-token';
  readonly contacts = new Set<string>();
  readonly blocklist = new Set<string>();
  /** By address, then by subscription. */
  readonly statuses = new Map<string, Record<string, Status>>();
  /** Stopped from everything: address, and brand. */
  readonly all = new Set<string>();
  /** Whether a subscription lifts a stop of everything is not verified: both ways must end safe. */
  resubscribes: 'lifts' | 'refused' = 'lifts';
  private subscriptions: string[];

  constructor(
    subscriptions: readonly string[],
    private readonly brands: readonly string[] = [''],
  ) {
    super(CONTRACT);
    this.subscriptions = [...subscriptions];
  }

  get options() {
    return { accessToken: this.token, baseUrl: this.url, clientSecret: this.clientSecret };
  }
  get wrongOptions() {
    return { accessToken: 'wrong' };
  }
  seed(address: string): void {
    this.contacts.add(address.toLowerCase());
    this.letBackIn(address);
  }
  mails(address: string, subscription: string, brand = this.brands[0] ?? ''): boolean {
    const known = address.toLowerCase();
    if (this.blocklist.has(known) || this.all.has(`${known} ${brand}`) || !this.contacts.has(known))
      return false;
    return this.statuses.get(known)?.[subscription] !== 'UNSUBSCRIBED';
  }
  holds(address: string): boolean {
    const known = address.toLowerCase();
    return (
      this.contacts.has(known) ||
      this.statuses.has(known) ||
      this.brands.some((one) => this.all.has(`${known} ${one}`))
    );
  }
  letBackIn(address: string): void {
    const known = address.toLowerCase();
    this.statuses.delete(known);
    for (const brand of this.brands) this.all.delete(`${known} ${brand}`);
  }
  removeTargets(): void {
    this.subscriptions = [];
  }
  override hook(happening: Happening, url: string): Post | undefined {
    const contact = this.numberOf(happening.address);
    return posted(happening, { url, secret: this.clientSecret, contact });
  }
  beliefs(): Belief[] {
    return [...new Set([...this.contacts, ...this.statuses.keys()])].map((address) => ({
      address,
      targets: Object.fromEntries(
        this.subscriptions.map((id) => [
          `subscription ${id}`,
          this.mails(address, id) ? 'mailed' : 'stopped',
        ]),
      ),
      note: this.brands.every((brand) => this.all.has(`${address} ${brand}`)) ? 'unsubscribed from all' : '',
    }));
  }

  protected memory() {
    return [[...this.contacts], [...this.blocklist], [...this.statuses], [...this.all]];
  }
  protected accepts(headers: Asked['headers']): boolean {
    return headers.authorization === `Bearer ${this.token}`;
  }
  protected override headers() {
    return { 'x-hubspot-correlation-id': `fake-${this.calls.length}` };
  }
  protected problem(status: number): Answer {
    const category = status === 401 ? 'INVALID_AUTHENTICATION' : 'VALIDATION_ERROR';
    return { status, body: { status: 'error', category, message: 'See the documentation.' } };
  }

  protected act({ operation, values, query, body }: Asked): Answer {
    const address = (values['address'] ?? '').toLowerCase();
    const brand = query.get('businessUnitId') ?? '';
    switch (operation) {
      case 'definitions':
        return { status: 200, body: { results: this.subscriptions.map((id) => ({ id, isActive: true })) } };
      case 'statuses': {
        const named = Object.entries(this.statuses.get(address) ?? {});
        const results = named.map(([id, status]) => ({
          subscriptionId: Number(id),
          status,
          channel: 'EMAIL',
        }));
        return { status: 200, body: { results } };
      }
      case 'all': {
        const wide = {
          status: 'UNSUBSCRIBED',
          wideStatusType: brand === '' ? 'PORTAL_WIDE' : 'BUSINESS_UNIT_WIDE',
        };
        return { status: 200, body: { results: this.all.has(`${address} ${brand}`) ? [wide] : [] } };
      }
      case 'stop-all':
        this.all.add(`${address} ${brand}`);
        return { status: 200, body: { results: [] } };
      case 'set':
        return this.set(address, body);
      case 'contact':
        return this.contact(query.get('idProperty') === 'email' ? address : this.ofNumber(address));
      default: {
        const erased = textOf(body['objectId']).toLowerCase();
        if (!this.contacts.delete(erased)) this.blocklist.add(erased);
        return { status: 204 };
      }
    }
  }

  /** The number of a contact, as webhooks name it. */
  numberOf(address: string): string {
    return String([...this.contacts].indexOf(address.toLowerCase()) + 1);
  }
  private ofNumber(id: string): string {
    return [...this.contacts][Number(id) - 1] ?? '';
  }
  private contact(email: string): Answer {
    if (!this.contacts.has(email)) return this.problem(404);
    return { status: 200, body: { id: this.numberOf(email), properties: { email } } };
  }

  private set(address: string, body: Members): Answer {
    const id = textOf(body['subscriptionId']);
    if (!this.subscriptions.includes(id)) return this.problem(400);
    const status = body['statusState'] as Status;
    const stopped = this.brands.some((brand) => this.all.has(`${address} ${brand}`));
    if (status === 'SUBSCRIBED' && stopped) {
      if (this.resubscribes === 'refused') return this.problem(400);
      for (const brand of this.brands) this.all.delete(`${address} ${brand}`);
    }
    this.statuses.set(address, { ...this.statuses.get(address), [id]: status });
    return { status: 200, body: { subscriptionId: Number(id), status } };
  }
}
