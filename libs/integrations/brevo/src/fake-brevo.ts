/** A stand-in with Brevo's rules and memory: flags with three states, partial removals, lists that are gone. */
import { FakeTool, type Answer, type Asked, type Belief, type Members } from '@assent/integration-kit';
import type { Happening, Post } from '@assent/integration-kit';
import { posted } from './fake-hooks.js';
import { CONTRACT } from './contract.js';

export interface FakeContact {
  readonly id: number;
  email: string | undefined;
  sms: string | undefined;
  emailBlacklisted: boolean;
  smsBlacklisted: boolean;
  lists: number[];
  unsubscribed: number[];
  modifiedAt: number;
}

export class FakeBrevo extends FakeTool {
  readonly webhookToken = 'fake-brevo-webhook-token';
  readonly apiKey = 'fake-brevo-key';
  /** One of Brevo's own users: it cannot be deleted. */
  user: string | undefined;
  /** Removals from lists answer 201 and do nothing. */
  losesRemovals = false;
  private readonly lists: Set<number>;
  private readonly contacts: FakeContact[] = [];
  private next = 100;

  constructor(...lists: number[]) {
    super(CONTRACT, '/v3');
    this.lists = new Set(lists);
  }

  get options() {
    return { apiKey: this.apiKey, baseUrl: this.url, webhookToken: this.webhookToken };
  }
  get wrongOptions() {
    return { apiKey: 'wrong' };
  }
  seed(address: string): void {
    const contact = this.contact(address) ?? this.add(address);
    Object.assign(contact, {
      emailBlacklisted: false,
      smsBlacklisted: false,
      lists: [...this.lists],
      unsubscribed: [],
      modifiedAt: this.time(),
    });
  }
  mails(address: string, list: string): boolean {
    const contact = this.contact(address);
    if (contact === undefined) return false;
    const stopped = address.startsWith('+') ? contact.smsBlacklisted : contact.emailBlacklisted;
    return !stopped && contact.lists.includes(Number(list)) && !contact.unsubscribed.includes(Number(list));
  }
  holds(address: string): boolean {
    return this.contact(address) !== undefined;
  }
  letBackIn(address: string): void {
    this.seed(address);
  }
  override leave(address: string): void {
    const contact = this.contact(address);
    if (contact === undefined) return;
    contact[address.startsWith('+') ? 'smsBlacklisted' : 'emailBlacklisted'] = true;
    contact.modifiedAt = this.time();
  }
  removeTargets(): void {
    this.lists.clear();
    for (const contact of this.contacts) contact.lists = [];
  }
  contact(address: string): FakeContact | undefined {
    return this.contacts.find(({ email, sms }) => email === address.toLowerCase() || sms === address);
  }
  override hook(happening: Happening, url: string): Post | undefined {
    void url;
    return posted(happening, this.webhookToken);
  }
  beliefs(): Belief[] {
    return this.contacts.map((contact) => {
      const address = contact.email ?? contact.sms ?? '';
      const stand = (list: number) =>
        this.mails(address, String(list)) ? 'mailed' : contact.lists.includes(list) ? 'stopped' : 'none';
      return {
        address,
        targets: Object.fromEntries([...this.lists].map((list) => [`list ${list}`, stand(list)])),
        note: [contact.emailBlacklisted && 'e-mail blocklisted', contact.smsBlacklisted && 'SMS blocklisted']
          .filter(Boolean)
          .join(', '),
      };
    });
  }

  protected memory() {
    return this.contacts;
  }
  protected accepts(headers: Asked['headers']): boolean {
    return headers['api-key'] === this.apiKey;
  }
  protected problem(status: number): Answer {
    const code =
      status === 401 ? 'unauthorized' : status === 404 ? 'document_not_found' : 'invalid_parameter';
    return { status, body: { code, message: 'See the documentation.' } };
  }

  protected act({ operation, values, query, body }: Asked): Answer {
    const contact = this.contact(values['identifier'] ?? '');
    const list = Number(values['list']);
    switch (operation) {
      case 'account':
        return { status: 200, body: { email: 'owner@example.org' } };
      case 'list':
        return this.lists.has(list) ? { status: 200, body: { id: list } } : this.problem(404);
      case 'contact':
        return contact === undefined ? this.problem(404) : { status: 200, body: shown(contact) };
      case 'changed':
        return this.changed(query);
      case 'remove-from-list':
        return this.lists.has(list) ? this.removeFrom(list, body) : this.problem(404);
      case 'delete':
        if (contact === undefined) return this.problem(404);
        if (contact.email === this.user) return this.problem(405);
        this.contacts.splice(this.contacts.indexOf(contact), 1);
        return { status: 204 };
      case 'update':
        return contact === undefined ? this.problem(404) : this.write(contact, body, 204);
      default:
        return this.create(body);
    }
  }

  /** The newest contact first. */
  private changed(query: URLSearchParams): Answer {
    const since = query.get('modifiedSince');
    const all = this.contacts
      .filter(({ modifiedAt }) => since === null || modifiedAt > Date.parse(since))
      .reverse();
    const from = Number(query.get('offset'));
    const contacts = all.slice(from, from + Number(query.get('limit'))).map(shown);
    return { status: 200, body: { contacts, count: all.length } };
  }

  private create(body: Members): Answer {
    const sms = (body['attributes'] as Members | undefined)?.['SMS'];
    const address = String(body['email'] ?? sms);
    const known = this.contact(address);
    return this.write(known ?? this.add(address), body, known === undefined ? 201 : 204);
  }

  private write(contact: FakeContact, body: Members, status: number): Answer {
    const listIds = (body['listIds'] ?? []) as number[];
    if (listIds.some((list) => !this.lists.has(list))) return this.problem(400);
    for (const flag of ['emailBlacklisted', 'smsBlacklisted'] as const) {
      if (typeof body[flag] === 'boolean') contact[flag] = body[flag];
    }
    contact.lists = [...new Set([...contact.lists, ...listIds])];
    contact.unsubscribed = contact.unsubscribed.filter((list) => !listIds.includes(list));
    contact.modifiedAt = this.time();
    return { status, ...(status === 201 && { body: { id: contact.id } }) };
  }

  private removeFrom(list: number, body: Members): Answer {
    const asked = (body['emails'] ?? body['ids']) as (string | number)[];
    const success: (string | number)[] = [];
    const failure: (string | number)[] = [];
    for (const one of asked) {
      const contact =
        typeof one === 'number' ? this.contacts.find(({ id }) => id === one) : this.contact(one);
      if (contact?.lists.includes(list) !== true || this.losesRemovals) failure.push(one);
      else {
        contact.lists = contact.lists.filter((id) => id !== list);
        contact.modifiedAt = this.time();
        success.push(one);
      }
    }
    return { status: 201, body: { contacts: { success, failure, total: success.length, processId: null } } };
  }

  private add(address: string): FakeContact {
    const phone = address.startsWith('+');
    const contact: FakeContact = {
      ...{
        id: (this.next += 1),
        email: phone ? undefined : address.toLowerCase(),
        sms: phone ? address : undefined,
      },
      ...{ emailBlacklisted: false, smsBlacklisted: false, lists: [], unsubscribed: [] },
      modifiedAt: this.time(),
    };
    this.contacts.push(contact);
    return contact;
  }
}

const shown = ({ id, email, sms, lists, unsubscribed, modifiedAt, ...flags }: FakeContact): object => ({
  ...{ id, email, emailBlacklisted: flags.emailBlacklisted, smsBlacklisted: flags.smsBlacklisted },
  modifiedAt: new Date(modifiedAt).toISOString(),
  ...{
    listIds: lists,
    attributes: sms === undefined ? {} : { SMS: sms.slice(1) },
    ...(unsubscribed.length > 0 && { listUnsubscribed: unsubscribed }),
  },
});
