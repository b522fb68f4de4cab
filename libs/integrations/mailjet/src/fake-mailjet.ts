/** A stand-in with Mailjet's rules: texts for booleans, jobs with states, anonymisation before anything is gone. */
import {
  FakeTool,
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

export interface FakeContact {
  readonly id: number;
  email: string;
  excluded: boolean;
  complaining: boolean;
  /** By list: whether the person left it. */
  lists: Record<number, boolean>;
}

export class FakeMailjet extends FakeTool {
  readonly apiKey = 'fake-mailjet-api-key';
  readonly secretKey = 'fake-mailjet-secret-key';
  contacts: FakeContact[] = [];
  /** What jobs come to. */
  jobsEnd: 'Completed' | 'Error' = 'Completed';
  private readonly lists: Set<number>;
  private next = 1;

  constructor(...lists: number[]) {
    super(CONTRACT);
    this.lists = new Set(lists);
  }

  get options() {
    return { apiKey: this.apiKey, secretKey: this.secretKey, baseUrl: this.url };
  }
  get wrongOptions() {
    return { secretKey: 'wrong' };
  }
  seed(address: string): void {
    const contact = this.contact(address) ?? this.add(address);
    const lists = Object.fromEntries([...this.lists].map((list) => [list, false]));
    Object.assign(contact, { excluded: false, lists });
  }
  mails(address: string, list: string): boolean {
    const contact = this.contact(address);
    return contact !== undefined && !contact.excluded && contact.lists[Number(list)] === false;
  }
  /** Transactional mail, which no exclusion stops. */
  sent(): boolean {
    return true;
  }
  holds(address: string): boolean {
    return this.contact(address) !== undefined;
  }
  letBackIn(address: string): void {
    this.seed(address);
  }
  removeTargets(): void {
    this.lists.clear();
    for (const contact of this.contacts) contact.lists = {};
  }
  contact(address: string): FakeContact | undefined {
    return this.contacts.find(({ email }) => email === address.toLowerCase());
  }
  override hook(happening: Happening, url: string): Post | undefined {
    void url;
    return posted(happening);
  }
  beliefs(): Belief[] {
    return this.contacts.map((contact) => ({
      address: contact.email,
      targets: Object.fromEntries(
        [...this.lists].map((list) => [
          `list ${list}`,
          contact.excluded || contact.lists[list] === true
            ? 'stopped'
            : contact.lists[list] === false
              ? 'mailed'
              : 'none',
        ]),
      ),
      note: contact.excluded ? 'excluded from campaigns' : '',
    }));
  }

  protected memory() {
    return this.contacts;
  }
  protected accepts(headers: Asked['headers']): boolean {
    const pair = Buffer.from(`${this.apiKey}:${this.secretKey}`).toString('base64');
    return headers.authorization === `Basic ${pair}`;
  }
  protected problem(status: number): Answer {
    return { status, body: { ErrorInfo: '', ErrorMessage: 'Object not found', StatusCode: status } };
  }

  protected act({ operation, values, body }: Asked): Answer {
    const name = values['contact'] ?? '';
    const contact = this.contacts.find(({ id }) => String(id) === name) ?? this.contact(name);
    const list = Number(values['list']);
    switch (operation) {
      case 'apikey':
        return data(200, { ID: 1, IsActive: true });
      case 'list':
        return this.lists.has(list) ? data(200, { ID: list }) : this.problem(404);
      case 'manage-many':
        if (this.jobsEnd === 'Completed') {
          for (const one of rowsOf(body['Contacts'])) {
            const email = textOf(one['Email']);
            (this.contact(email) ?? this.add(email)).excluded = true;
          }
        }
        return data(201, { JobID: 7 });
      case 'job':
        return data(200, { Status: this.jobsEnd, JobStart: '', JobEnd: '', Count: 1 });
      case 'add': {
        if (!this.lists.has(list)) return this.problem(404);
        const email = textOf(body['Email']);
        (this.contact(email) ?? this.add(email)).lists[list] = false;
        return data(201, { Action: 'addforce' });
      }
      default:
        return contact === undefined ? this.problem(404) : this.with(contact, operation, body);
    }
  }

  private with(contact: FakeContact, operation: string, body: Members): Answer {
    switch (operation) {
      case 'contact':
        return data(200, {
          ...{ ID: contact.id, Email: contact.email, Name: '', IsOptInPending: false },
          // Documented as booleans, seen as texts.
          IsExcludedFromCampaigns: String(contact.excluded),
          IsSpamComplaining: String(contact.complaining),
        });
      case 'lists': {
        const rows = Object.entries(contact.lists).map(([id, left]) => ({
          ListID: Number(id),
          IsUnsub: left,
          IsActive: true,
        }));
        return data(200, ...rows);
      }
      case 'update':
        contact.excluded = body['IsExcludedFromCampaigns'] === true;
        return data(200, { ID: contact.id });
      case 'manage-lists': {
        const asked = rowsOf(body['ContactsLists']);
        const unknown = asked.some(({ ListID }) => !this.lists.has(Number(ListID)));
        if (unknown) return { status: 400, body: { ErrorMessage: 'Object properties invalid' } };
        for (const { ListID, Action } of asked) contact.lists[Number(ListID)] = Action === 'unsub';
        return data(201, { ContactsLists: asked });
      }
      default:
        // Anonymised: the record stays for 30 days, under nobody's name.
        Object.assign(contact, { email: `${contact.id}@domain.invalid`, excluded: true, lists: {} });
        return { status: 200 };
    }
  }

  private add(address: string): FakeContact {
    const contact = {
      id: this.next++,
      email: address.toLowerCase(),
      excluded: false,
      complaining: false,
      lists: {},
    };
    this.contacts.push(contact);
    return contact;
  }
}

const data = (status: number, ...Data: object[]): Answer => ({
  ...{ status, body: { Count: Data.length, Data, Total: Data.length } },
});
