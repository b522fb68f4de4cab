import { setTimeout as sleep } from 'node:timers/promises';
import { FakeMailchimp } from '@assent/integration-mailchimp';
import { sized } from '../support/size.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const PEOPLE = 200;
const ACTS = sized(6, 3);
const AT_ONCE = 12;
/** Far enough apart that each refusal is an entry of its own (the same within 24 h is one). */
const APART_MS = 2 * 86_400_000;
const asked = { purpose: 'newsletter', channel: 'email' };
const integrations = `integrations:
  - id: mailchimp-main
    kind: mailchimp
    role: marketing
    purposes: { newsletter: { list: news1 } }
    apiKey: \${MAILCHIMP_API_KEY}
    baseUrl: \${MAILCHIMP_URL}
    processor: { name: Mailchimp, country: US, mechanism: scc, contract: MC-2026-01 }
`;

interface Act {
  readonly kind: 'opt-in' | 'objection' | 'objection to all' | 'withdrawal' | 'end' | 'click';
  /** When it happened, epoch milliseconds; a click happens when it is made. */
  readonly at: number;
}

/** One person as the law sees them: the newest act counts, and a stop wins where both are as new. */
class Person {
  private optIn = -Infinity;
  private stop = -Infinity;
  /** The newest opt-in that may have been recorded, acknowledged or not. */
  private triedOptIn = -Infinity;
  /** What was acknowledged, in the order of the answers. */
  readonly told: string[] = [];
  constructor(
    readonly email: string,
    readonly acts: readonly Act[],
  ) {}

  tries({ kind, at }: Act): void {
    if (kind === 'opt-in') this.triedOptIn = Math.max(this.triedOptIn, at);
  }
  acknowledged({ kind, at }: Act, status: number): void {
    this.told.push(`${kind} of ${new Date(at).toISOString()} ${status}`);
    if (kind === 'opt-in') this.optIn = Math.max(this.optIn, at);
    else this.stop = Math.max(this.stop, at);
  }
  /** Whether a yes may be the answer to a question that was asked when `stop` was the newest that was acknowledged. */
  mayBeYes(stop: number): boolean {
    return this.triedOptIn > stop;
  }
  get acknowledgedStop(): number {
    return this.stop;
  }
  /** What is answered once nothing is under way. */
  get isAllowed(): boolean {
    return this.optIn > this.stop;
  }
}

/** Mulberry32: the same lives for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const KINDS = ['opt-in', 'opt-in', 'opt-in', 'objection', 'objection to all', 'withdrawal', 'end'] as const;

function lives(seed: number): Person[] {
  const next = numbers(seed);
  const now = Date.now();
  return Array.from({ length: PEOPLE }, (_, index) => {
    const acts: { act: Act; order: number }[] = Array.from({ length: ACTS }, (_, place) => ({
      act: {
        kind: KINDS[Math.floor(next() * KINDS.length)] ?? 'opt-in',
        at: now - (ACTS - place) * APART_MS,
      },
      order: next(),
    }));
    if (next() < 0.2) acts.push({ act: { kind: 'click', at: now }, order: next() });
    acts.sort((one, other) => one.order - other.order);
    return new Person(
      `person${index}.${seed}@example.org`,
      acts.map(({ act }) => act),
    );
  });
}

describe('Opt-ins and stops of 200 people, told out of order and at the same moment through all doors', () => {
  const mailchimp = new FakeMailchimp('news1');
  const seed = Number(process.env['ASSENT_SEED'] ?? Math.floor(Math.random() * 1e9));
  const people = lives(seed);
  /** What was answered and may not be, with the seed that repeats it. */
  const wrong: string[] = [];
  let world: World;

  beforeAll(async () => {
    await mailchimp.start();
    world = await World.create({
      files: { [`${tenant}/integrations.yaml`]: integrations },
      env: {
        ASSENT_ALLOW_PRIVATE_NETWORKS: '1',
        MAILCHIMP_API_KEY: mailchimp.apiKey,
        MAILCHIMP_URL: mailchimp.url,
      },
    });
    for (const { email } of people) mailchimp.seed('news1', email);
  }, 300_000);
  afterAll(async () => {
    await world?.end();
    await mailchimp.stop();
  }, 60_000);

  const told = (person: Person, { kind, at }: Act): Promise<{ status: number; text: string }> => {
    const who = { subject: { email: person.email }, occurredAt: new Date(at).toISOString() };
    const proof = { evidence: { method: 'form', confirmedAt: who.occurredAt } };
    const consent = { ...who, purpose: 'newsletter', channels: ['email'], notice: 'newsletter@1', ...proof };
    switch (kind) {
      case 'opt-in':
        return world.post(tenant, '/v1/consents', { ...consent, decision: 'given' });
      case 'withdrawal':
        return world.post(tenant, '/v1/consents', { ...consent, decision: 'withdrawn' });
      case 'end':
        return world.post(tenant, '/v1/subscriptions/end', { ...who, purpose: 'newsletter' });
      case 'objection':
        return world.post(tenant, '/v1/objections', { ...who, ...asked, source: 'form' });
      case 'objection to all':
        return world.post(tenant, '/v1/objections', { ...who, source: 'letter' });
      case 'click':
        return click(person);
    }
  };
  async function click({ email }: Person): Promise<{ status: number; text: string }> {
    const { unsubscribe } = await world.done(tenant, '/v1/links', { subject: { email }, ...asked });
    return world.call('POST', new URL(String(unsubscribe)).pathname, { body: 'List-Unsubscribe=One-Click' });
  }

  async function answer({ email }: Person, url: string): Promise<boolean> {
    const question = { subject: { email }, ...asked };
    return Boolean((await world.done(tenant, `${url}/v1/eligibility`, question))['allowed']);
  }

  /** The replicas are asked in turn. */
  let asking = 0;
  async function live(person: Person): Promise<void> {
    const waiting = [...person.acts];
    const urls = world.urlsOf('preferences');
    const one = async (): Promise<void> => {
      for (let act = waiting.shift(); act !== undefined; act = waiting.shift()) {
        person.tries(act);
        let { status, text } = await told(person, act);
        // What was not acknowledged is told again, as every client does.
        while (status === 503) {
          await sleep(500);
          ({ status, text } = await told(person, act));
        }
        // An opt-in that an objection outdates is answered 409: it is in the history, and opens nothing.
        const expected = act.kind === 'opt-in' ? [200, 201, 409] : [200, 201];
        if (!expected.includes(status)) wrong.push(`seed ${seed}: ${act.kind} ${status} ${text}`);
        person.acknowledged(act, status);
        // Opt-ins that begin while it is being answered may be in it, stops that are acknowledged meanwhile need not.
        const stop = person.acknowledgedStop;
        if ((await answer(person, urls[asking++ % urls.length] ?? '')) && !person.mayBeYes(stop))
          wrong.push(
            `seed ${seed}: ${person.email} was allowed after ${act.kind}: ${person.told.join(', ')}`,
          );
      }
    };
    await Promise.all([one(), one(), one()]);
  }

  it('never answer yes after a stop was acknowledged, and end where the newest act left each person', async () => {
    const waiting = [...people];
    const worker = async (): Promise<void> => {
      for (let person = waiting.shift(); person !== undefined; person = waiting.shift()) await live(person);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect(wrong).toEqual([]);
    const expected = people.map((person) => `${person.email} ${person.isAllowed}`);
    const said: string[] = [];
    for (const person of people) {
      const each = new Set(await Promise.all(world.urlsOf('preferences').map((url) => answer(person, url))));
      said.push(`${person.email} ${[...each].join(' and ')}`);
    }
    expect(said).toEqual(expected);
    const allowed = people.filter(({ isAllowed }) => isAllowed).length;
    expect([allowed > PEOPLE / 10, allowed < PEOPLE * 0.9]).toEqual([true, true]);
  }, 900_000);

  it('leave nobody whom a stop covers on the list of the tool', async () => {
    const stopped = new Set(people.filter(({ isAllowed }) => !isAllowed).map(({ email }) => email));
    const stillMailed = () => mailchimp.mailed('news1').filter((email) => stopped.has(email));
    while (stillMailed().length > 0) await sleep(100);
    expect(mailchimp.violations).toEqual([]);
  }, 120_000);
});
