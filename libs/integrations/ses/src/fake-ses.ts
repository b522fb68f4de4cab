/** A stand-in with the rules of SES: a PUT replaces topics, writers collide, a deletion forgets, mail may pass the list by. */
import {
  FakeTool,
  rowsOf,
  textOf,
  type Answer,
  type Asked,
  type Belief,
  type Members,
} from '@assent/integration-kit';
import { createPrivateKey } from 'node:crypto';
import type { Happening, Post } from '@assent/integration-kit';
import { FAKE_CERTIFICATE, FAKE_KEY } from './fake-certificate.js';
import { posted, TOPIC } from './fake-hooks.js';
import { CONTRACT } from './contract.js';
import { verifies } from './signature.js';

type Status = 'OPT_IN' | 'OPT_OUT';
export interface FakeContact {
  readonly email: string;
  topics: Record<string, Status>;
  unsubscribeAll: boolean;
  attributes?: string;
}

export class FakeSes extends FakeTool {
  readonly keyId = 'AKIAFAKE';
  readonly secret = 'fake-ses-secret-access-key';
  readonly contacts = new Map<string, FakeContact>();
  /** Somebody else writes at the same time: so many updates fail. */
  collisions = 0;
  /** The sender names the contact list in ListManagementOptions; otherwise the list stops nothing. */
  senderNamesList = true;
  private readonly defaults: Map<string, Status>;

  constructor(topics: Readonly<Record<string, Status>>) {
    super(CONTRACT);
    this.defaults = new Map(Object.entries(topics));
  }

  get options() {
    return {
      ...{ accessKeyId: this.keyId, secretAccessKey: this.secret, region: 'eu-west-3' },
      ...{ contactList: 'main', baseUrl: this.url, topicArn: TOPIC, snsCertificate: FAKE_CERTIFICATE },
    };
  }
  get wrongOptions() {
    return { secretAccessKey: 'wrong' };
  }
  seed(address: string): void {
    const topics = Object.fromEntries([...this.defaults.keys()].map((topic) => [topic, 'OPT_IN' as const]));
    const contact = { email: address.toLowerCase(), topics, unsubscribeAll: false, attributes: '{"a":1}' };
    this.contacts.set(address.toLowerCase(), contact);
  }
  mails(address: string, topic: string): boolean {
    const contact = this.contacts.get(address.toLowerCase());
    if (contact === undefined || !this.senderNamesList) return !this.senderNamesList;
    return !contact.unsubscribeAll && this.stands(contact)[topic] === 'OPT_IN';
  }
  holds(address: string): boolean {
    return this.contacts.has(address.toLowerCase());
  }
  letBackIn(address: string): void {
    this.seed(address);
  }
  removeTargets(): void {
    this.defaults.clear();
  }
  override hook(happening: Happening, url: string): Post | undefined {
    void url;
    return posted(happening, createPrivateKey(FAKE_KEY));
  }
  beliefs(): Belief[] {
    return [...this.contacts.values()].map((contact) => ({
      address: contact.email,
      targets: Object.fromEntries(
        [...this.defaults.keys()].map((topic) => [
          `topic ${topic}`,
          this.mails(contact.email, topic) ? 'mailed' : 'stopped',
        ]),
      ),
      note: contact.unsubscribeAll ? 'unsubscribed from all' : '',
    }));
  }

  protected memory() {
    return [...this.contacts];
  }
  protected accepts(headers: Asked['headers'], { raw }: Asked): boolean {
    const [path = ''] = raw.url.split('?');
    return verifies({ method: raw.method, path, headers, body: raw.text }, this.keyId, this.secret);
  }
  protected override headers() {
    return { 'x-amzn-requestid': `fake-${this.calls.length}` };
  }
  protected problem(status: number): Answer {
    const name = {
      401: 'UnrecognizedClientException',
      404: 'NotFoundException',
      429: 'TooManyRequestsException',
    };
    return exception(status, name[status as 404] ?? 'BadRequestException');
  }

  protected act({ operation, values, body }: Asked): Answer {
    if (values['list'] !== 'main') return this.problem(404);
    const address = (values['address'] ?? '').toLowerCase();
    const contact = this.contacts.get(address);
    switch (operation) {
      case 'list': {
        const Topics = [...this.defaults].map(([TopicName, DefaultSubscriptionStatus]) => ({
          ...{ TopicName, DefaultSubscriptionStatus },
        }));
        return { status: 200, body: { ContactListName: 'main', Topics } };
      }
      case 'create':
        return this.create(body);
      case 'contact':
        return contact === undefined ? this.problem(404) : { status: 200, body: this.shown(contact) };
      case 'update':
        if (contact === undefined) return this.problem(404);
        if (this.collisions-- > 0) return exception(500, 'ConcurrentModificationException');
        this.write(contact, body);
        return { status: 200, body: {} };
      default:
        return this.contacts.delete(address) ? { status: 200, body: {} } : this.problem(404);
    }
  }

  private create(body: Members): Answer {
    const email = textOf(body['EmailAddress']).toLowerCase();
    if (this.contacts.has(email)) return exception(400, 'AlreadyExistsException');
    const contact: FakeContact = { email, topics: {}, unsubscribeAll: false };
    this.write(contact, body);
    this.contacts.set(email, contact);
    return { status: 200, body: {} };
  }

  /** Replaces: what is not sent is gone. */
  private write(contact: FakeContact, body: Members): void {
    const topics = rowsOf(body['TopicPreferences']).map((one) => [
      one['TopicName'],
      one['SubscriptionStatus'],
    ]);
    contact.topics = Object.fromEntries(topics) as FakeContact['topics'];
    contact.unsubscribeAll = body['UnsubscribeAll'] === true;
    if (typeof body['AttributesData'] === 'string') contact.attributes = body['AttributesData'];
    else delete contact.attributes;
  }

  private stands({ topics }: FakeContact): Record<string, Status> {
    const live = Object.entries(topics).filter(([topic]) => this.defaults.has(topic));
    return { ...Object.fromEntries(this.defaults), ...Object.fromEntries(live) };
  }

  private shown(contact: FakeContact): object {
    const named = (all: Record<string, Status>) =>
      Object.entries(all).map(([TopicName, SubscriptionStatus]) => ({ TopicName, SubscriptionStatus }));
    const own = Object.fromEntries(
      Object.entries(contact.topics).filter(([topic]) => this.defaults.has(topic)),
    );
    return {
      ...{ ContactListName: 'main', EmailAddress: contact.email, UnsubscribeAll: contact.unsubscribeAll },
      ...{ TopicPreferences: named(own), TopicDefaultPreferences: named(Object.fromEntries(this.defaults)) },
      ...(contact.attributes !== undefined && { AttributesData: contact.attributes }),
    };
  }
}

const exception = (status: number, name: string): Answer => ({
  ...{ status, body: { message: 'See the documentation.' }, headers: { 'x-amzn-errortype': name } },
});
