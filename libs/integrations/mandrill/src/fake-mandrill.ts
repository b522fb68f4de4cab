/** A stand-in with Mandrill's rules: the allowlist wins, its own entries run out, subaccounts are apart. */
import {
  FakeTool,
  type Answer,
  type Asked,
  type Belief,
  type Members,
  textOf,
} from '@assent/integration-kit';
import type { Happening, Post } from '@assent/integration-kit';
import { posted } from './fake-hooks.js';
import { CONTRACT } from './contract.js';

const DAY = 86_400_000;
const LASTS = {
  'soft-bounce': DAY,
  'hard-bounce': 7 * DAY,
  unsub: 365 * DAY,
  spam: 365 * DAY,
  custom: Infinity,
};
export type Reason = keyof typeof LASTS;

interface Row {
  readonly address: string;
  readonly subaccount: string | null;
  readonly reason: Reason;
  readonly detail: string;
  readonly since: number;
}

export class FakeMandrill extends FakeTool {
  readonly webhookKey = 'fake-mandrill-webhook-key';
  readonly apiKey = 'fake-mandrill-key';
  readonly subaccounts: Set<string>;
  readonly allowlist = new Set<string>();
  rows: Row[] = [];
  /** Whether adding replaces an entry of the vendor's own is not verified: both ways must end safe. */
  addReplaces = true;

  constructor(
    readonly now: { ms: number },
    ...subaccounts: string[]
  ) {
    super(CONTRACT, '/api/1.4');
    this.subaccounts = new Set(subaccounts);
  }

  get options() {
    return { apiKey: this.apiKey, baseUrl: this.url, webhookKey: this.webhookKey };
  }
  get wrongOptions() {
    return { apiKey: 'wrong' };
  }
  /** It has no contacts: whoever is not rejected is mailed. */
  seed(address: string): void {
    this.letBackIn(address);
  }
  mails(address: string, subaccount: string): boolean {
    const known = address.toLowerCase();
    if (this.allowlist.has(known)) return true;
    return !this.live(known).some((row) => row.subaccount === null || row.subaccount === subaccount);
  }
  /** Whether an invoice of the account itself would reach the address. */
  sent(address: string): boolean {
    return this.mails(address, '');
  }
  holds(address: string): boolean {
    return this.live(address.toLowerCase()).length > 0;
  }
  letBackIn(address: string): void {
    this.rows = this.rows.filter((row) => row.address !== address.toLowerCase());
  }
  removeTargets(): void {
    this.subaccounts.clear();
  }
  /** The vendor's own entry: a bounce, a complaint, a click on its own link. */
  note(address: string, reason: Reason, subaccount: string | null = null): void {
    this.rows.push({ address: address.toLowerCase(), subaccount, reason, detail: '', since: this.now.ms });
  }
  override hook(happening: Happening, url: string): Post | undefined {
    return posted(happening, url, this.webhookKey);
  }
  beliefs(): Belief[] {
    return [...new Set(this.rows.map(({ address }) => address))].map((address) => ({
      address,
      targets: Object.fromEntries(
        ['', ...this.subaccounts].map((name) => [
          name === '' ? 'account' : `subaccount ${name}`,
          this.mails(address, name) ? 'mailed' : 'stopped',
        ]),
      ),
      note: this.live(address)
        .map(({ reason }) => reason)
        .join(', '),
    }));
  }

  protected memory() {
    return [this.rows, [...this.allowlist]];
  }
  protected accepts(_: Asked['headers'], { body }: Asked): boolean {
    return body['key'] === this.apiKey;
  }
  protected problem(status: number): Answer {
    const names: Record<number, string> = {
      401: 'Invalid_Key',
      404: 'Unknown_Subaccount',
      422: 'ValidationError',
    };
    return named(status, names[status] ?? (status === 429 ? 'RequestLimitExceeded' : 'Fault'));
  }

  protected act({ operation, body }: Asked): Answer {
    const address = String(body['email'] ?? body['phone']).toLowerCase();
    const subaccount = (body['subaccount'] as string | undefined) ?? null;
    if (subaccount !== null && !this.subaccounts.has(subaccount)) return this.problem(404);
    switch (operation) {
      case 'ping':
        return { status: 200, body: { PING: 'PONG!' } };
      case 'subaccount':
        return this.subaccounts.has(String(body['id']))
          ? { status: 200, body: { id: body['id'] } }
          : this.problem(404);
      case 'allowed': {
        const found = [...this.allowlist].filter((one) => one.startsWith(address));
        return { status: 200, body: found.map((email) => ({ email, detail: '' })) };
      }
      case 'disallow':
        return { status: 200, body: { email: address, deleted: this.allowlist.delete(address) } };
      case 'rejects':
      case 'rejects-sms':
        return { status: 200, body: this.live(address).map((row) => this.shown(row, operation)) };
      case 'reject':
      case 'reject-sms':
        return this.add(address, subaccount, body);
      default: {
        const before = this.rows.length;
        this.rows = this.rows.filter((row) => row.address !== address || row.subaccount !== subaccount);
        const deleted = this.rows.length < before;
        return deleted ? { status: 200, body: { email: address, deleted } } : named(404, 'Invalid_Reject');
      }
    }
  }

  private add(address: string, subaccount: string | null, body: Members): Answer {
    const here = this.live(address).filter((row) => row.subaccount === subaccount);
    if (here.length > 0 && !this.addReplaces) return { status: 200, body: { email: address, added: false } };
    const detail = textOf(body['comment']);
    if (here.some((row) => row.reason === 'custom'))
      return { status: 200, body: { email: address, added: true } };
    this.rows = this.rows.filter((row) => !here.includes(row));
    this.rows.push({ address, subaccount, reason: 'custom', detail, since: this.now.ms });
    return { status: 200, body: { email: address, added: true } };
  }

  private live(address: string): Row[] {
    return this.rows.filter((row) => row.address === address && this.now.ms < row.since + LASTS[row.reason]);
  }

  private shown({ address, reason, detail, subaccount, since }: Row, operation: string): object {
    const expires = since + LASTS[reason];
    return {
      [operation === 'rejects' ? 'email' : 'phone']: address,
      ...{ reason, detail, expired: false, subaccount, created_at: new Date(since).toISOString() },
      expires_at: expires === Infinity ? null : new Date(expires).toISOString(),
    };
  }
}

const named = (status: number, name: string): Answer => ({
  ...{ status, body: { status: 'error', code: -1, name, message: 'See the documentation.' } },
});
