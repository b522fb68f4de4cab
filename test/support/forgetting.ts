import { randomUUID } from 'node:crypto';
import { FakeMailchimp } from '@assent/integration-mailchimp';
import { FakeReceiver } from '@assent/integration-webhook';
import { after } from './local.js';
import { World, type Answer } from './world.js';

export const NEWSLETTER = 'news1';
/** An audience that nobody mapped. */
export const OTHER = 'other1';
const integrations = `integrations:
  - id: mailchimp-main
    kind: mailchimp
    role: marketing
    purposes: { newsletter: { list: ${NEWSLETTER} } }
    apiKey: \${MAILCHIMP_API_KEY}
    baseUrl: \${MAILCHIMP_URL}
  - id: crm
    kind: webhook
    role: mixed
    url: \${CRM_URL}
    secret: \${CRM_SECRET}
    readBackUrl: \${CRM_READ_BACK}
`;

export interface ShownRequest {
  readonly state: string;
  readonly integrations: readonly { readonly toldAt: string | null; readonly verifiedAt: string | null }[];
  readonly certificate: Record<string, unknown> | null;
}

export interface Subscriber {
  readonly email: string;
  readonly subject: { readonly email: string };
  readonly subjectId: string;
}

/** A tenant with two tools that forget, on the test clock. */
export class Forgetting {
  static readonly tenant = 'presentinfini';
  readonly mailchimp = new FakeMailchimp(NEWSLETTER, OTHER);
  readonly crm = new FakeReceiver();
  private made: World | undefined;

  constructor(public now: string) {}

  async start(): Promise<void> {
    const { mailchimp, crm } = this;
    await mailchimp.start();
    await crm.start();
    this.made = await World.create({
      clock: this.now,
      files: { 'presentinfini/integrations.yaml': integrations },
      env: {
        ASSENT_ALLOW_PRIVATE_NETWORKS: '1',
        MAILCHIMP_API_KEY: mailchimp.apiKey,
        MAILCHIMP_URL: mailchimp.url,
        CRM_URL: crm.url,
        CRM_SECRET: crm.secret,
        CRM_READ_BACK: crm.readBackUrl,
      },
    });
  }

  async end(): Promise<void> {
    await this.made?.end();
    await this.mailchimp.stop();
    await this.crm.stop();
  }

  get world(): World {
    if (this.made === undefined) throw new Error('not started');
    return this.made;
  }

  async pass(duration: string): Promise<void> {
    this.now = after(this.now, duration);
    await this.world.setClock(this.now);
  }

  /** Long enough for every read-back of an erasure. */
  async passReadBacks(): Promise<void> {
    for (const wait of ['PT10S', 'PT1M', 'PT15M', 'PT6H']) await this.pass(wait);
  }

  optIn(subject: object): Promise<Record<string, unknown>> {
    return this.world.done(Forgetting.tenant, '/v1/consents', {
      ...{ subject, purpose: 'newsletter', decision: 'given', notice: 'newsletter@1' },
      evidence: { method: 'form', confirmedAt: this.now, ip: '203.0.113.9' },
    });
  }

  async subscriber(): Promise<Subscriber> {
    const email = `${randomUUID()}@example.org`;
    for (const list of [NEWSLETTER, OTHER]) this.mailchimp.seed(list, email);
    const { subjectId } = await this.world.done(Forgetting.tenant, '/v1/subjects', {
      addresses: [{ kind: 'email', value: email }],
      externalId: `crm-${email}`,
      locale: 'fr',
      evidence: { method: 'form', note: 'asked at the stand' },
    });
    await this.optIn({ email });
    await this.pass('PT10S');
    return { email, subject: { email }, subjectId: String(subjectId) };
  }

  askToErase(
    subjectId: string,
    body: object = { reason: 'request' },
    by: string = Forgetting.tenant,
  ): Promise<Answer> {
    return this.world.post(by, `/v1/subjects/${subjectId}/erasure`, body);
  }

  /** Answers the request id. */
  async erase(subjectId: string, reason = 'request'): Promise<string> {
    const answer = await this.askToErase(subjectId, { reason });
    if (answer.status !== 202) throw new Error(`answered ${answer.status}: ${answer.text}`);
    return String(answer.json()['requestId']);
  }

  async request(requestId: string): Promise<ShownRequest> {
    return (await this.world.get(Forgetting.tenant, `/v1/requests/${requestId}`)).json<ShownRequest>();
  }

  async code(subject: object, purpose = 'newsletter'): Promise<unknown> {
    const question = { subject, purpose, channel: 'email' };
    return (await this.world.done(Forgetting.tenant, '/v1/eligibility', question))['code'];
  }

  /** Whether any audience still knows the address. */
  known(email: string): boolean {
    return [NEWSLETTER, OTHER].some((list) => this.mailchimp.member(list, email) !== undefined);
  }
}
