/** A stand-in with SendGrid's rules: missing groups go global, jobs end later, contacts match by alternate addresses. */
import { FakeTool, type Answer, type Asked, type Belief } from '@assent/integration-kit';
import { generateKeyPairSync } from 'node:crypto';
import type { Happening, Post } from '@assent/integration-kit';
import { posted } from './fake-hooks.js';
import { CONTRACT } from './contract.js';

interface Contact {
  readonly id: string;
  readonly email: string;
  readonly alternates: string[];
}

export class FakeSendGrid extends FakeTool {
  private readonly pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  readonly apiKey = 'fake-sendgrid-key';
  /** By address: since when, in seconds. */
  readonly global = new Map<string, number>();
  readonly groups = new Map<string, Set<string>>();
  contacts: Contact[] = [];
  /** Jobs are done at once, or when `finishJobs` says. */
  jobsEndLater = false;
  /** Nobody knows whether suppressions survive an erase job: both ways must end safe. */
  eraseForgetsSuppressions = false;
  private jobs: (() => void)[] = [];
  private next = 1;

  constructor(...groups: string[]) {
    super(CONTRACT);
    for (const group of groups) this.groups.set(group, new Set());
  }

  get options() {
    return {
      apiKey: this.apiKey,
      baseUrl: this.url,
      webhookPublicKey: this.pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    };
  }
  get wrongOptions() {
    return { apiKey: 'wrong' };
  }
  seed(address: string): void {
    this.letBackIn(address);
    const email = address.toLowerCase();
    if (!this.contacts.some((one) => one.email === email)) {
      this.contacts.push({ id: `c${this.next++}`, email, alternates: [] });
    }
  }
  mails(address: string, group: string): boolean {
    const known = address.toLowerCase();
    return this.sent(address) && this.groups.get(group)?.has(known) === false && this.holdsContact(known);
  }
  /** Whether an invoice, which belongs to no group, would reach the address. */
  sent(address: string): boolean {
    return !this.global.has(address.toLowerCase());
  }
  holds(address: string): boolean {
    const known = address.toLowerCase();
    return (
      this.holdsContact(known) ||
      this.global.has(known) ||
      [...this.groups.values()].some((all) => all.has(known))
    );
  }
  letBackIn(address: string): void {
    this.global.delete(address.toLowerCase());
    for (const group of this.groups.values()) group.delete(address.toLowerCase());
  }
  /** By the link for everything; a group that is left shows in no listing by time. */
  override leave(address: string): void {
    this.suppressAll([address.toLowerCase()]);
  }
  removeTargets(): void {
    this.groups.clear();
  }
  finishJobs(): void {
    for (const job of this.jobs.splice(0)) job();
  }
  override hook(happening: Happening, url: string): Post | undefined {
    void url;
    return posted(happening, this.pair.privateKey);
  }
  beliefs(): Belief[] {
    const all = [
      ...this.contacts.map(({ email }) => email),
      ...this.global.keys(),
      ...[...this.groups.values()].flatMap((one) => [...one]),
    ];
    return [...new Set(all)].map((address) => ({
      address,
      targets: Object.fromEntries(
        [...this.groups].map(([id, out]) => [
          `group ${id}`,
          out.has(address) || !this.sent(address)
            ? 'stopped'
            : this.holdsContact(address)
              ? 'mailed'
              : 'none',
        ]),
      ),
      note: this.sent(address) ? '' : 'globally suppressed, invoices too',
    }));
  }

  protected memory() {
    return [[...this.global], [...this.groups].map(([id, all]) => [id, [...all]]), this.contacts];
  }
  protected accepts(headers: Asked['headers']): boolean {
    return headers.authorization === `Bearer ${this.apiKey}`;
  }
  protected problem(status: number): Answer {
    return { status, body: { errors: [{ message: 'See the documentation.', field: null }] } };
  }

  protected act({ operation, values, query, body }: Asked): Answer {
    const address = (values['address'] ?? '').toLowerCase();
    const group = this.groups.get(values['group'] ?? '');
    const emails = (
      (body['recipient_emails'] ?? body['emails'] ?? body['email_addresses'] ?? []) as string[]
    ).map((one) => one.toLowerCase());
    switch (operation) {
      case 'groups':
        return {
          status: 200,
          body: [...this.groups.keys()].map((id) => ({ id: Number(id), name: `g${id}` })),
        };
      case 'group':
        return group === undefined
          ? this.problem(404)
          : { status: 200, body: { id: Number(values['group']) } };
      case 'suppress':
        if (group === undefined) this.suppressAll(emails);
        else for (const one of emails) group.add(one);
        return { status: 201, body: { recipient_emails: emails } };
      case 'suppress-all':
        this.suppressAll(emails);
        return { status: 201, body: { recipient_emails: emails } };
      case 'lift':
        return group?.delete(address) === true ? { status: 204 } : this.problem(404);
      case 'lift-all':
        return this.global.delete(address) ? { status: 204 } : this.problem(404);
      case 'stands-all':
        return { status: 200, body: this.global.has(address) ? { recipient_email: address } : {} };
      case 'unsubscribed':
        return this.unsubscribed(query);
      case 'stands':
        return { status: 200, body: { suppressions: this.stands(address) } };
      case 'find':
        return this.find(emails[0] ?? '');
      case 'delete':
        return this.job(() => {
          this.contacts = this.contacts.filter(({ id }) => id !== query.get('ids'));
        });
      default:
        return this.job(() => {
          if (this.eraseForgetsSuppressions) for (const one of emails) this.letBackIn(one);
        });
    }
  }

  private suppressAll(addresses: readonly string[]): void {
    const at = Math.floor(this.time() / 1_000);
    for (const one of addresses) if (!this.global.has(one)) this.global.set(one, at);
  }
  private unsubscribed(query: URLSearchParams): Answer {
    const since = Number(query.get('start_time') ?? 0);
    const from = Number(query.get('offset'));
    const all = [...this.global]
      .filter(([, at]) => at > since)
      .map(([email, created]) => ({ email, created }));
    return { status: 200, body: all.slice(from, from + Number(query.get('limit'))) };
  }
  private stands(address: string): object[] {
    return [...this.groups].map(([id, out]) => ({
      ...{ id: Number(id), name: `g${id}`, is_default: false, suppressed: out.has(address) },
    }));
  }
  private find(address: string): Answer {
    const contact = this.contacts.find(
      ({ email, alternates }) => email === address || alternates.includes(address),
    );
    if (contact === undefined) return this.problem(404);
    const { id, email, alternates } = contact;
    return {
      status: 200,
      body: { result: { [address]: { contact: { id, email, alternate_emails: alternates } } } },
    };
  }
  private job(work: () => void): Answer {
    this.jobs.push(work);
    if (!this.jobsEndLater) this.finishJobs();
    return { status: 202, body: { job_id: `j${this.next++}` } };
  }
  private holdsContact(address: string): boolean {
    return this.contacts.some(({ email, alternates }) => email === address || alternates.includes(address));
  }
}
