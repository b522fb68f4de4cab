/** A stand-in with Intercom's rules: several contacts per address, a search that lags, merges, types that differ. */
import { FakeTool, type Answer, type Asked, type Belief, type Members } from '@assent/integration-kit';
import type { Happening, Post } from '@assent/integration-kit';
import { posted } from './fake-hooks.js';
import { CONTRACT } from './contract.js';

export interface FakeContact {
  readonly id: string;
  readonly email: string;
  unsubscribed_from_emails: boolean;
  marked_email_as_spam: boolean;
  has_hard_bounced: boolean;
  /** Explicit choices, by type. */
  choices: Record<string, boolean>;
  mergedInto?: string;
}
export type Types = Record<string, { consent_type: string; state: string }>;

export class FakeIntercom extends FakeTool {
  readonly clientSecret = 'fake-intercom-client-secret';
  readonly token = 'fake-intercom-token';
  contacts: FakeContact[] = [];
  types: Types;
  /** Contacts made from now on are found by the search only after `index`. */
  searchLags = false;
  private hidden = new Set<string>();
  private next = 1;

  constructor(types: Types) {
    super(CONTRACT);
    this.types = types;
  }

  get options() {
    return { accessToken: this.token, baseUrl: this.url, clientSecret: this.clientSecret, appId: 'fakeapp' };
  }
  get wrongOptions() {
    return { accessToken: 'wrong' };
  }
  seed(address: string): void {
    if (this.of(address).length === 0) this.add(address);
    this.letBackIn(address);
  }
  mails(address: string, type: string): boolean {
    return this.of(address).some(
      (one) => !one.unsubscribed_from_emails && !one.has_hard_bounced && this.receives(one, type),
    );
  }
  /** Whether a message of no type would reach the address; whether the switch stops it is not verified: it does. */
  sent(address: string): boolean {
    return this.of(address).some((one) => !one.unsubscribed_from_emails);
  }
  holds(address: string): boolean {
    return this.of(address).length > 0;
  }
  letBackIn(address: string): void {
    for (const contact of this.of(address)) {
      contact.unsubscribed_from_emails = false;
      const opted = Object.entries(this.types).filter(([, one]) => one.consent_type === 'opt_in');
      contact.choices = Object.fromEntries(opted.map(([id]) => [id, true]));
    }
  }
  removeTargets(): void {
    this.types = {};
  }
  /** Another contact with the same address: a lead beside a user. */
  duplicate(address: string): FakeContact {
    const contact = this.add(address);
    this.letBackIn(address);
    return contact;
  }
  index(): void {
    this.hidden.clear();
  }
  of(address: string): FakeContact[] {
    return this.contacts.filter((one) => one.email === address.toLowerCase() && one.mergedInto === undefined);
  }
  override hook(happening: Happening, url: string): Post | undefined {
    void url;
    return posted(happening, this.clientSecret);
  }
  beliefs(): Belief[] {
    return [...new Set(this.contacts.map(({ email }) => email))].map((address) => ({
      address,
      targets: Object.fromEntries(
        Object.keys(this.types).map((type) => [
          `type ${type}`,
          this.mails(address, type) ? 'mailed' : 'stopped',
        ]),
      ),
      note: this.sent(address) ? '' : 'unsubscribed from all e-mail',
    }));
  }

  protected memory() {
    return this.contacts;
  }
  protected accepts(headers: Asked['headers']): boolean {
    return headers.authorization === `Bearer ${this.token}`;
  }
  protected problem(status: number): Answer {
    const code = status === 401 ? 'unauthorized' : status === 404 ? 'not_found' : 'fault';
    return {
      ...{
        status,
        body: { type: 'error.list', request_id: 'fake1', errors: [{ code, message: 'See the docs.' }] },
      },
    };
  }

  protected act({ operation, values, body }: Asked): Answer {
    const contact = this.contacts.find(({ id }) => id === values['id']);
    switch (operation) {
      case 'me':
        return { status: 200, body: { type: 'admin' } };
      case 'types':
        return { status: 200, body: { type: 'list', data: this.typesShown() } };
      case 'search':
        return this.search(body);
      case 'create':
        return this.create(body);
      default:
        return contact === undefined
          ? this.problem(404)
          : this.with(contact, operation, values['type'], body);
    }
  }

  private with(contact: FakeContact, operation: string, type = '', body: Members): Answer {
    if (contact.mergedInto !== undefined) {
      const link = `<https://api.intercom.io/contacts/${contact.mergedInto}>; rel="canonical"`;
      return { ...this.problem(410), headers: { link } };
    }
    switch (operation) {
      case 'contact':
        return { status: 200, body: contact };
      case 'choices': {
        const chosen = Object.keys(contact.choices).filter((id) => id in this.types);
        return { status: 200, body: { type: 'list', data: chosen.map((id) => ({ id, ...this.types[id] })) } };
      }
      case 'choose':
        if (!(String(body['id']) in this.types)) return this.problem(404);
        contact.choices[String(body['id'])] = true;
        return { status: 200, body: { id: body['id'] } };
      case 'unchoose':
        contact.choices = Object.fromEntries(Object.entries(contact.choices).filter(([id]) => id !== type));
        return { status: 200, body: { id: type } };
      case 'update':
        contact.unsubscribed_from_emails = body['unsubscribed_from_emails'] === true;
        return { status: 200, body: contact };
      default:
        this.contacts = this.contacts.filter((one) => one !== contact);
        return { status: 200, body: { id: contact.id, deleted: true } };
    }
  }

  /** A page holds two, so that pages are turned. */
  private search(body: Members): Answer {
    const { query, pagination } = body as {
      query: { value: { value: string }[] };
      pagination: { starting_after?: string };
    };
    const found = this.of(query.value[0]?.value ?? '').filter(({ id }) => !this.hidden.has(id));
    const from = Number(pagination.starting_after ?? 0);
    const next = from + 2 < found.length ? { starting_after: String(from + 2) } : null;
    return { status: 200, body: { type: 'list', data: found.slice(from, from + 2), pages: { next } } };
  }

  private create(body: Members): Answer {
    const known = this.of(String(body['email']));
    if (known.some(({ id }) => this.hidden.has(id))) return this.problem(409);
    const contact = this.add(String(body['email']));
    contact.unsubscribed_from_emails = body['unsubscribed_from_emails'] === true;
    if (this.searchLags) this.hidden.add(contact.id);
    return { status: 200, body: contact };
  }

  private add(address: string): FakeContact {
    const flags = { unsubscribed_from_emails: false, marked_email_as_spam: false, has_hard_bounced: false };
    const contact = { id: `ic${this.next++}`, email: address.toLowerCase(), ...flags, choices: {} };
    this.contacts.push(contact);
    return contact;
  }

  private receives({ choices }: FakeContact, type: string): boolean {
    const consent = this.types[type]?.consent_type;
    return consent === 'opt_out' ? choices[type] === undefined : choices[type] !== undefined;
  }

  private typesShown(): object[] {
    return Object.entries(this.types).map(([id, one]) => ({ id, content_types: ['email'], ...one }));
  }
}
