/** A stand-in with Customer.io's rules: people made by mistake, topics lost to objects, suppressed identifiers ignored. */
import {
  FakeTool,
  textOf,
  truthOf,
  type Answer,
  type Asked,
  type Belief,
  type Members,
} from '@assent/integration-kit';
import type { Happening, Post } from '@assent/integration-kit';
import { posted } from './fake-hooks.js';
import { CONTRACT } from './contract.js';

export interface FakePerson {
  readonly cio_id: string;
  readonly email: string;
  unsubscribed: unknown;
  topics: Record<string, boolean>;
}
const TOPIC = /^cio_subscription_preferences\.topics\.(\w+)$/;

/** Both hosts in one server: the credentials are apart, as the vendor's are. */
export class FakeCustomerIo extends FakeTool {
  readonly webhookKey = 'fake-customerio-webhook-key';
  readonly siteId = 'fake-site';
  readonly trackKey = 'fake-customerio-track-key';
  readonly appKey = 'fake-customerio-app-key';
  people: FakePerson[] = [];
  readonly suppressed = new Set<string>();
  private topics: string[];
  private next = 1;

  constructor(
    topics: readonly string[],
    readonly region = 'us',
  ) {
    super(CONTRACT);
    this.topics = [...topics];
  }

  get options() {
    const { siteId, trackKey, appKey, url } = this;
    return { siteId, trackKey, appKey, baseUrl: url, appUrl: url, webhookKey: this.webhookKey };
  }
  get wrongOptions() {
    return { trackKey: 'wrong', appKey: 'wrong' };
  }
  seed(address: string): void {
    if (this.of(address).length === 0) this.add(address);
    this.letBackIn(address);
  }
  mails(address: string, topic: string): boolean {
    return this.of(address).some((one) => !truthOf(one.unsubscribed) && one.topics[topic] !== false);
  }
  /** Whether an invoice would reach the address, where messages heed `unsubscribed`. */
  sent(address: string): boolean {
    return this.of(address).some((one) => !truthOf(one.unsubscribed));
  }
  holds(address: string): boolean {
    return this.of(address).length > 0;
  }
  letBackIn(address: string): void {
    for (const person of this.of(address)) {
      person.unsubscribed = false;
      person.topics = Object.fromEntries(this.topics.map((topic) => [topic, true]));
    }
  }
  removeTargets(): void {
    this.topics = [];
    for (const person of this.people) person.topics = {};
  }
  /** Another person with the same address. */
  add(address: string): FakePerson {
    const person = {
      cio_id: `c${this.next++}`,
      email: address.toLowerCase(),
      unsubscribed: false,
      topics: {},
    };
    this.people.push(person);
    return person;
  }
  of(address: string): FakePerson[] {
    return this.people.filter(({ email }) => email === address.toLowerCase());
  }
  override hook(happening: Happening, url: string): Post | undefined {
    void url;
    return posted(happening, this.webhookKey);
  }
  beliefs(): Belief[] {
    return [...new Set(this.people.map(({ email }) => email))].map((address) => ({
      address,
      targets: Object.fromEntries(
        this.topics.map((one) => [one, this.mails(address, one) ? 'mailed' : 'stopped']),
      ),
      note: this.sent(address) ? '' : 'unsubscribed',
    }));
  }

  protected memory() {
    return [this.people, [...this.suppressed]];
  }
  protected accepts(headers: Asked['headers'], { raw }: Asked): boolean {
    const pair = Buffer.from(`${this.siteId}:${this.trackKey}`).toString('base64');
    return (
      headers.authorization === (raw.url.startsWith('/api/') ? `Basic ${pair}` : `Bearer ${this.appKey}`)
    );
  }
  protected problem(status: number): Answer {
    return { status, body: { meta: { error: 'See the documentation.' } } };
  }

  protected act({ operation, values, query, body }: Asked): Answer {
    const name = (values['person'] ?? '').toLowerCase();
    const person = this.people.find(
      ({ cio_id: id, email }) => `cio_${id}` === name || id === name || email === name,
    );
    switch (operation) {
      case 'region':
        return { status: 200, body: { url: this.url, region: this.region, environment_id: 1 } };
      case 'topics':
        return {
          status: 200,
          body: {
            topics: this.topics.map((identifier, i) => ({
              identifier,
              id: i + 1,
              subscribed_by_default: true,
            })),
          },
        };
      case 'find': {
        const results = this.of(query.get('email') ?? '').map(({ cio_id, email }) => ({
          id: '',
          email,
          cio_id,
        }));
        return { status: 200, body: { results } };
      }
      case 'attributes':
        return person === undefined ? this.problem(404) : { status: 200, body: { customer: shown(person) } };
      case 'suppress':
        this.people = this.people.filter((one) => one !== person);
        this.suppressed.add(person?.email ?? name);
        return { status: 200 };
      default:
        return this.identify(name, person, body);
    }
  }

  private identify(name: string, person: FakePerson | undefined, body: Members): Answer {
    const unknown = person === undefined && body['_update'] === true;
    if (this.suppressed.has(person?.email ?? name) || unknown) return { status: 200 };
    const one = person ?? this.add(textOf(body['email'] ?? name));
    if (body['unsubscribed'] !== undefined) one.unsubscribed = body['unsubscribed'];
    for (const [member, on] of Object.entries(body)) {
      const topic = TOPIC.exec(member)?.[1];
      if (topic !== undefined) one.topics[topic] = on === true;
    }
    return { status: 200 };
  }
}

const shown = ({ cio_id, email, unsubscribed, topics }: FakePerson): object => ({
  ...{ id: '', identifiers: { cio_id, email }, unsubscribed },
  attributes: { email, cio_subscription_preferences: JSON.stringify({ topics }) },
});
