import { FakeMailchimp } from '@assent/integration-mailchimp';
import { FakeReceiver } from '@assent/integration-webhook';
import { linkIn, mailsOf } from './mails.js';
import { World } from './world.js';

export const TENANT = 'presentinfini';
const NEWSLETTER = 'news1';
const OFFERS = 'offers1';

const INTEGRATIONS = `integrations:
  - id: mailchimp-main
    kind: mailchimp
    role: marketing
    purposes: { newsletter: { list: ${NEWSLETTER} }, prospecting: { list: ${OFFERS} } }
    apiKey: \${MAILCHIMP_API_KEY}
    baseUrl: \${MAILCHIMP_URL}
    processor: { name: Mailchimp, country: US, mechanism: scc, contract: MC-2026-01 }
  - id: crm
    kind: webhook
    role: mixed
    url: \${CRM_URL}
    secret: \${CRM_SECRET}
    readBackUrl: \${CRM_READ_BACK}
`;

export interface Links {
  /** Path of the unsubscribe page. */
  readonly unsubscribe: string;
  /** Path of the preference centre. */
  readonly preferences: string;
}

/** The product with one tenant's tools and people, for looking at its pages. The clock stands in November 2026. */
export class Scene {
  private now = '';

  private constructor(
    readonly world: World,
    readonly mailchimp: FakeMailchimp,
    readonly crm: FakeReceiver,
  ) {}

  static async open(): Promise<Scene> {
    const mailchimp = new FakeMailchimp(NEWSLETTER, OFFERS);
    const crm = new FakeReceiver();
    await mailchimp.start();
    await crm.start();
    const world = await World.create({
      clock: '2026-03-12T09:00:00Z',
      files: { [`${TENANT}/integrations.yaml`]: INTEGRATIONS },
      env: {
        ASSENT_ALLOW_PRIVATE_NETWORKS: '1',
        MAILCHIMP_API_KEY: mailchimp.apiKey,
        MAILCHIMP_URL: mailchimp.url,
        CRM_URL: crm.url,
        CRM_SECRET: crm.secret,
        CRM_READ_BACK: crm.readBackUrl,
      },
    });
    return new Scene(world, mailchimp, crm);
  }

  /** Somebody who said yes to the newsletter and to offers in March, known to the tools. */
  async reader(email: string, at = '2026-03-12T09:00:00Z'): Promise<void> {
    await this.move(at);
    for (const [purpose, list] of [
      ['newsletter', NEWSLETTER],
      ['prospecting', OFFERS],
    ] as const) {
      this.mailchimp.seed(list, email);
      await this.world.done(TENANT, '/v1/consents', {
        subject: { email },
        purpose,
        channels: ['email'],
        decision: 'given',
        notice: `${purpose}@1`,
        evidence: { method: 'form', confirmedAt: at },
      });
    }
  }

  /** Somebody with the newsletter open and offers refused, both seen at the tools; the clock stands at `now`. */
  async choosy(email: string, now: string): Promise<Links & { readonly email: string }> {
    await this.reader(email);
    await this.move('2026-11-20T10:00:00Z');
    await this.object(email, 'prospecting');
    await this.move('2026-11-20T11:00:00Z');
    await this.move(now);
    return { email, ...(await this.links(email)) };
  }

  /** Path of the link in the confirmation mail to the address, five seconds later. */
  async confirmation(email: string): Promise<string> {
    await this.move(new Date(Date.parse(this.now) + 5_000).toISOString());
    const [mail] = await mailsOf(this.world, email);
    if (mail === undefined) throw new Error(`no mail came to ${email}`);
    return linkIn(mail, 'c');
  }

  /** Sets the clock; answers when everything that became due has run. */
  async move(to: string): Promise<void> {
    if (to === this.now) return;
    this.now = to;
    await this.world.setClock(to);
  }

  async links(email: string, purpose = 'newsletter'): Promise<Links> {
    const links = await this.world.done(TENANT, '/v1/links', {
      subject: { email },
      purpose,
      channel: 'email',
    });
    const path = (url: unknown): string => new URL(String(url)).pathname;
    return { unsubscribe: path(links['unsubscribe']), preferences: path(links['preferences']) };
  }

  async object(email: string, purpose: string): Promise<void> {
    await this.world.done(TENANT, '/v1/objections', { subject: { email }, purpose, source: 'letter' });
  }

  async end(): Promise<void> {
    await this.world.end();
    await this.mailchimp.stop();
    await this.crm.stop();
  }
}
