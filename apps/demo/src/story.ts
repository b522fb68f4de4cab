/** What happens to two thousand contacts of one tenant, told as it happens. */
import type { FakeMailchimp } from '@assent/integration-mailchimp';
import type { Product } from './product.js';
import { chapter, fact, progress } from './screen.js';
import { waiting, watch } from './waiting.js';

export const TENANT = 'presentinfini';
export const NEWS = 'news';
export const OFFERS = 'offers';
const PURPOSE = 'prospecting';
/** Of the contacts, how many answer; there must be more contacts than that. */
const ANSWERING = 300;
export const CONTACTS = 2_000;
export const FEWEST = 100;

export interface Cast {
  readonly answered: string;
  readonly silent: string;
  readonly unsubscribed: string;
  readonly letter: string;
  readonly duringOutage: string;
  readonly reader: string;
  readonly undecided: string;
  readonly erased: string;
}

const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(4, '0')}@example.org`);

export class Story {
  private readonly contacts: readonly string[];
  private readonly answering: number;
  private readonly readers = numbered('reader', 40);
  private today = Date.parse('2026-03-02T09:00:00+01:00');

  constructor(
    private readonly product: Product,
    private readonly mailchimp: FakeMailchimp,
    count = CONTACTS,
  ) {
    this.contacts = numbered('contact', count);
    this.answering = Math.min(ANSWERING, Math.floor(count / 2));
  }

  get cast(): Cast {
    const [answered, unsubscribed, letter, duringOutage, erased] = this.contacts;
    return {
      ...{ answered, unsubscribed, letter, duringOutage, erased },
      silent: this.contacts.at(-1),
      reader: this.readers[0],
      undecided: this.readers.at(-1),
    } as Cast;
  }

  get now(): string {
    return new Date(this.today).toISOString();
  }

  async tell(): Promise<void> {
    await this.product.clock(this.now);
    await this.importContacts();
    await this.signUps();
    await this.campaign('spring', 'A first solicitation');
    await this.answers();
    await this.later(30);
    await this.campaign('summer', 'A second solicitation, thirty days later');
    await this.limit();
    await this.unsubscribes();
    await this.letter();
    await this.outage();
    await this.erasure();
    await this.aYear();
  }

  /** Sets the clock `days` on, with a bar for what the tool is told meanwhile. */
  private async later(days: number, label?: string): Promise<void> {
    this.today += days * 86_400_000;
    const moving = this.product.clock(this.now);
    if (label !== undefined) await watch(this.product, moving, label);
    await moving;
  }

  private async importContacts(): Promise<void> {
    chapter(
      `${this.contacts.length} contacts are imported`,
      'Collected at a fair, with the chance to object. The mailing tool already has them all.',
    );
    for (const email of this.contacts) this.mailchimp.seed(OFFERS, email);
    const bar = progress('contacts', this.contacts.length);
    for (let start = 0; start < this.contacts.length; start += 500) {
      const lines = this.contacts.slice(start, start + 500).map((email) =>
        JSON.stringify({
          addresses: [{ kind: 'email', value: email }],
          ...{ context: 'professional', relationship: 'prospect', collectedAt: this.now },
          ...{ source: 'fair-2026', notice: 'collection@1', informed: true },
        }),
      );
      await this.product.lines('/v1/subjects', 'application/x-ndjson', lines);
      bar.at(start + lines.length);
    }
    bar.end();
    fact(`${await this.allowed()} may be solicited: professionals who were offered the refusal.`);
  }

  private async signUps(): Promise<void> {
    chapter(
      `${this.readers.length} people sign up for the newsletter`,
      'A sign-up is nobody’s consent. A mail goes out; only a click from the own mailbox counts.',
    );
    for (const email of this.readers)
      await this.product.person('POST', `/s/${TENANT}/newsletter`, { email, locale: 'en' });
    await this.product.clock(this.now);
    const links = await this.confirmLinks();
    const bar = progress('confirmed from the mail', links.length - 10);
    let done = 0;
    for (const link of links.slice(10)) {
      await this.product.person('GET', link);
      if ((await this.product.person('POST', link)) === 200) bar.at(++done);
    }
    bar.end(done);
    await this.product.clock(this.now);
    fact(
      `${links.length} mails, ${done} confirmed; the other ${links.length - done} get nothing and lapse in a week.`,
    );
  }

  private async confirmLinks(): Promise<string[]> {
    const page = await this.product.page('/mailbox');
    return [...new Set([...page.matchAll(/\/c\/[A-Za-z0-9_-]+/g)].map(([path]) => path))];
  }

  private async campaign(name: string, title: string): Promise<void> {
    chapter(title, 'The sender asks for the whole list in one stream, and mails only those who come back.');
    const targets = await this.allowedLines();
    const report = (email: string, index: number): string =>
      JSON.stringify({
        ...{ subject: { email }, solicitationId: `${name}-${index}`, campaign: name },
        ...{ channel: 'email', purpose: PURPOSE, mode: 'report' },
      });
    const bar = progress('solicitations reported', targets.length);
    for (let start = 0; start < targets.length; start += 500) {
      const lines = targets.slice(start, start + 500).map((email, index) => report(email, start + index));
      await this.product.lines('/v1/solicitations/batch', 'application/x-ndjson', lines);
      bar.at(start + lines.length);
    }
    bar.end();
  }

  private async answers(): Promise<void> {
    this.today += 2 * 3_600_000;
    await this.product.clock(this.now);
    for (const email of this.contacts.slice(0, this.answering))
      await this.product.post('/v1/responses', { subject: { email }, kind: 'click' });
    fact(`${this.answering} people click: their count starts again at zero.`);
  }

  private async limit(): Promise<void> {
    await watch(this.product, this.product.clock(this.now), 'Mailchimp told and read back');
    fact(
      `Two solicitations without an answer are enough: ${await this.allowed()} of ${this.contacts.length} may be asked again.`,
    );
  }

  private async unsubscribes(): Promise<void> {
    chapter(
      'Twenty people click “unsubscribe”',
      'One click, RFC 8058: no login, no question. The answer is no at once.',
    );
    const clickers = this.contacts.slice(1, 2).concat(this.contacts.slice(10, 29));
    for (const email of clickers) await this.click(email);
    await watch(this.product, this.product.clock(this.now), 'Mailchimp told and read back');
    fact(`Mailchimp would still mail ${this.wronglyMailed(clickers)} of them.`);
  }

  private async letter(): Promise<void> {
    chapter(
      'A letter arrives: “no more advertising”',
      'An objection to everything, recorded by hand, with the scan as proof.',
    );
    const { letter } = this.cast;
    await this.product.post('/v1/objections', {
      ...{ subject: { email: letter }, source: 'letter' },
      evidence: { method: 'paper', documentRef: 'scan-2026-0042' },
    });
    await this.product.clock(this.now);
    fact(
      `Offers: ${await this.code(letter, PURPOSE)}. A message about an order: ${await this.code(letter, 'customer')}.`,
    );
  }

  private async outage(): Promise<void> {
    chapter(
      'Mailchimp is down for an hour',
      'Stops must not get lost: they wait, and are proven when the tool is back.',
    );
    await this.mailchimp.stop();
    const clickers = this.contacts.slice(3, 4).concat(this.contacts.slice(30, 39));
    for (const email of clickers) await this.click(email);
    await this.product.clock(this.now); // every stop has been tried
    const stops = await waiting(this.product, ['stop']);
    fact(
      `${clickers.length} people unsubscribe. Every answer is already no; ${stops} stops wait for the tool.`,
    );
    await this.mailchimp.start();
    this.today += 3_600_000;
    await watch(this.product, this.product.clock(this.now), 'told and read back after the outage');
    fact(`Mailchimp would still mail ${this.wronglyMailed(clickers)} of them.`);
  }

  private async erasure(): Promise<void> {
    chapter(
      'Somebody asks to be forgotten',
      'The tool forgets first, and is seen to; then the directory is emptied. The refusal stays.',
    );
    const { erased } = this.cast;
    await this.product.post('/v1/objections', { subject: { email: erased }, source: 'letter' });
    const { subjectId } = await this.product.post('/v1/subjects/find', { subject: { email: erased } });
    const { requestId } = await this.product.post(`/v1/subjects/${String(subjectId)}/erasure`, {
      reason: 'letter',
    });
    await this.later(1);
    await this.later(1); // what was told is read back
    const { state } = await this.product.get<{ state: string }>(`/v1/requests/${String(requestId)}`);
    fact(
      `The request is ${state}. In Mailchimp: ${this.mailchimp.member(OFFERS, erased)?.status ?? 'forgotten'}.`,
    );
    await this.product.lines('/v1/subjects', 'application/x-ndjson', [
      JSON.stringify({ addresses: [{ kind: 'email', value: erased }], source: 'old-list' }),
    ]);
    fact(`An old list brings the address back: ${await this.code(erased, PURPOSE)}.`);
  }

  private async aYear(): Promise<void> {
    chapter(
      'A year passes without contact',
      'Prospects who stay silent drop out: the policy promised it, the clock keeps it.',
    );
    await this.later(366, 'Mailchimp told and read back');
    fact(
      `${await this.allowed()} of ${this.contacts.length} may still be solicited. The subscribers of the newsletter stay.`,
    );
  }

  async code(email: string, purpose: string): Promise<string> {
    const question = { subject: { email }, purpose, channel: 'email' };
    return (await this.product.post<{ code: string }>('/v1/eligibility', question)).code;
  }

  private allowedLines(): Promise<string[]> {
    const path = `/v1/eligibility/batch?purpose=${PURPOSE}&channel=email&answer=allowed`;
    return this.product.lines(path, 'text/plain', this.contacts);
  }

  private async allowed(): Promise<number> {
    return (await this.allowedLines()).length;
  }

  private wronglyMailed(stopped: readonly string[]): number {
    const mailed = new Set(this.mailchimp.mailed(OFFERS));
    return stopped.filter((email) => mailed.has(email)).length;
  }

  /** The link of a message, as the person clicks it. */
  private async click(email: string): Promise<void> {
    const { unsubscribe } = await this.product.post<{ unsubscribe: string }>('/v1/links', {
      ...{ subject: { email }, purpose: PURPOSE, channel: 'email' },
    });
    await this.product.person('POST', new URL(unsubscribe).pathname, { 'List-Unsubscribe': 'One-Click' });
  }
}
