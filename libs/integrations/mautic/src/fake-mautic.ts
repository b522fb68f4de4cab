/** A stand-in with Mautic's rules: duplicates, reasons, empty collections that are lists. */
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

export interface FakeContact {
  readonly id: number;
  readonly email: string;
  /** By channel: 0 contactable, 1 the person, 2 bounced, 3 manual. */
  dnc: Record<string, number>;
  segments: number[];
}

export class FakeMautic extends FakeTool {
  readonly webhookSecret = 'fake-mautic-webhook-secret';
  /** Its webhooks do not say what has changed. */
  silentHooks = false;
  /** Nobody has verified how many contacts a page may hold. */
  most = 500;
  readonly username = 'assent';
  readonly password = 'fake-mautic-password';
  contacts: FakeContact[] = [];
  private readonly segments: Set<number>;
  private next = 40;

  constructor(...segments: number[]) {
    super(CONTRACT);
    this.segments = new Set(segments);
  }

  get options() {
    return {
      username: this.username,
      password: this.password,
      baseUrl: this.url,
      webhookSecret: this.webhookSecret,
    };
  }
  get wrongOptions() {
    return { password: 'wrong' };
  }
  seed(address: string): void {
    if (this.of(address).length === 0) this.add(address);
    this.letBackIn(address);
  }
  /** `target`: a segment, or the channel. */
  mails(address: string, target: string): boolean {
    return this.of(address).some(
      ({ dnc, segments }) =>
        (dnc['email'] ?? 0) === 0 && (target === 'email' || segments.includes(Number(target))),
    );
  }
  holds(address: string): boolean {
    return this.of(address).length > 0;
  }
  letBackIn(address: string): void {
    for (const contact of this.of(address)) Object.assign(contact, { dnc: {}, segments: [...this.segments] });
  }
  removeTargets(): void {
    this.segments.clear();
    for (const contact of this.contacts) contact.segments = [];
  }
  of(address: string): FakeContact[] {
    return this.contacts.filter(({ email }) => email === address.toLowerCase());
  }
  add(address: string): FakeContact {
    const contact = { id: this.next++, email: address.toLowerCase(), dnc: {}, segments: [] };
    this.contacts.push(contact);
    return contact;
  }
  override hook(happening: Happening, url: string): Post | undefined {
    void url;
    const contact = String(this.of(happening.address)[0]?.id ?? 0);
    return posted(happening, { secret: this.webhookSecret, contact, silent: this.silentHooks });
  }
  beliefs(): Belief[] {
    return [...new Set(this.contacts.map(({ email }) => email))].map((address) => ({
      address,
      targets: Object.fromEntries(
        ['email', ...this.segments].map((target) => [
          target === 'email' ? 'e-mail' : `segment ${target}`,
          this.mails(address, String(target)) ? 'mailed' : 'stopped',
        ]),
      ),
      note: this.of(address)
        .map(({ dnc }) => (dnc['email'] ? `do not contact, reason ${dnc['email']}` : ''))
        .join(' '),
    }));
  }

  protected memory() {
    return this.contacts;
  }
  protected accepts(headers: Asked['headers']): boolean {
    const pair = Buffer.from(`${this.username}:${this.password}`).toString('base64');
    return headers.authorization === `Basic ${pair}`;
  }
  protected problem(status: number): Answer {
    return { status, body: { errors: [{ code: status, message: 'See the documentation.' }] } };
  }

  protected act({ operation, values, query, body }: Asked): Answer {
    const contact = this.contacts.find(({ id }) => String(id) === values['id']);
    const segment = Number(values['segment']);
    switch (operation) {
      case 'account':
        return { status: 200, body: { id: 1 } };
      case 'find':
        if (!query.has('search')) return this.page(query);
        return this.find(/^email:(.*)$/s.exec(query.get('search') ?? '')?.[1] ?? '');
      case 'segment':
        return this.segments.has(segment)
          ? { status: 200, body: { list: { id: segment } } }
          : this.problem(404);
      case 'create':
        return { status: 201, body: { contact: shown(this.add(textOf(body['email']))) } };
      default:
        if (contact === undefined || (values['segment'] !== undefined && !this.segments.has(segment))) {
          return this.problem(404);
        }
        return this.with(contact, operation, segment, values['channel'] ?? '', body);
    }
  }

  private with(
    contact: FakeContact,
    operation: string,
    segment: number,
    channel: string,
    body: Members,
  ): Answer {
    switch (operation) {
      case 'contact':
        return { status: 200, body: { contact: shown(contact) } };
      case 'segments':
        return {
          status: 200,
          body: { total: contact.segments.length, lists: byId(contact.segments.map((id) => ({ id }))) },
        };
      case 'leave':
        contact.segments = contact.segments.filter((id) => id !== segment);
        return { status: 200, body: { success: 1 } };
      case 'join':
        contact.segments = [...new Set([...contact.segments, segment])];
        return { status: 200, body: { success: 1 } };
      case 'stop':
        contact.dnc[channel] = Number(body['reason']);
        return { status: 200, body: { contact: shown(contact) } };
      case 'lift': {
        const found = contact.dnc[channel] !== undefined;
        contact.dnc = Object.fromEntries(Object.entries(contact.dnc).filter(([one]) => one !== channel));
        return { status: 200, body: { recordFound: found, contact: shown(contact) } };
      }
      default:
        this.contacts = this.contacts.filter((one) => one !== contact);
        return { status: 200, body: { contact: shown(contact) } };
    }
  }

  private page(query: URLSearchParams): Answer {
    const start = Number(query.get('start') ?? 0);
    const found = this.contacts.slice(start, start + Math.min(this.most, Number(query.get('limit') ?? 30)));
    return { status: 200, body: { total: String(this.contacts.length), contacts: byId(found.map(shown)) } };
  }

  /** Finds also what only begins like it. */
  private find(text: string): Answer {
    const found = this.contacts.filter(({ email }) => email.startsWith(text.toLowerCase()));
    return { status: 200, body: { total: String(found.length), contacts: byId(found.map(shown)) } };
  }
}

/** A mapping by id; a list when it is empty. */
const byId = (all: readonly { id: number }[]): object =>
  all.length === 0 ? [] : Object.fromEntries(all.map((one) => [one.id, one]));

const shown = ({ id, email, dnc }: FakeContact) => ({
  id,
  fields: { all: { id, email } },
  doNotContact: Object.entries(dnc).map(([channel, reason]) => ({
    channel,
    reason,
    comments: '',
    channelId: null,
  })),
});
