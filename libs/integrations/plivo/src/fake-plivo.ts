/** A stand-in with what Plivo has: messages that are sent, STOP words that carriers keep, and no contacts at all. */
import { FakeTool, type Answer, type Asked, type Belief } from '@assent/integration-kit';
import type { Happening, Post } from '@assent/integration-kit';
import { posted } from './fake-hooks.js';
import { CONTRACT } from './contract.js';

export class FakePlivo extends FakeTool {
  readonly authId = 'FAKEPLIVOAUTHID';
  readonly authToken = 'fake-plivo-auth-token';
  /** Numbers that wrote STOP to a sender, as carriers in the US and Canada keep them. */
  readonly stopped = new Set<string>();
  readonly sent: { readonly from: string; readonly to: string }[] = [];

  constructor() {
    super(CONTRACT);
  }

  get options() {
    return { authId: this.authId, authToken: this.authToken, baseUrl: this.url };
  }
  get wrongOptions() {
    return { authToken: 'wrong' };
  }
  /** What a sender does after it has asked: 200 is the vendor's code for whoever wrote STOP. */
  send(from: string, to: string): { errorCode: number | undefined } {
    if (this.stopped.has(`${from} ${to}`)) return { errorCode: 200 };
    this.sent.push({ from, to });
    return { errorCode: undefined };
  }
  seed(): void {}
  /** Without a guard everybody is reached. */
  mails(): boolean {
    return true;
  }
  holds(): boolean {
    return false;
  }
  letBackIn(): void {}
  removeTargets(): void {}
  override hook(happening: Happening, url: string): Post | undefined {
    return posted(happening, url, this.authToken);
  }
  beliefs(): Belief[] {
    return [...new Set(this.sent.map(({ to }) => to))].map((address) => ({
      ...{ address, targets: {}, note: 'no contacts: the sender asks before it sends' },
    }));
  }

  protected memory() {
    return this.sent;
  }
  protected accepts(headers: Asked['headers']): boolean {
    const pair = Buffer.from(`${this.authId}:${this.authToken}`).toString('base64');
    return headers.authorization === `Basic ${pair}`;
  }
  protected problem(status: number): Answer {
    return { status, body: { api_id: 'fake', error: 'not found' } };
  }
  protected act(): Answer {
    return { status: 200, body: { api_id: 'fake', auth_id: this.authId } };
  }
}
