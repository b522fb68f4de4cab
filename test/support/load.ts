import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, World } from './world.js';

const TENANT = 'presentinfini';

/** What was acknowledged, and must be there whatever dies. */
export interface Acknowledged {
  readonly subjectId: string;
  readonly eventId: string;
}

/** Writers that act through all doors at once, and remember what was answered 201 and nothing else. */
export class Load {
  readonly acknowledged: Acknowledged[] = [];
  /** Whom the answer said to be stopped. */
  readonly stopped: string[] = [];
  /** Statuses that are neither success nor 503, with what was said. */
  readonly wrong: string[] = [];
  private ended = false;
  private readonly writers: Promise<void>[];

  constructor(
    private readonly world: World,
    writers: number,
    /** Told of each address before it is used. */
    private readonly meet: (email: string) => void = () => undefined,
  ) {
    this.writers = Array.from({ length: writers }, () => this.write());
  }

  private async write(): Promise<void> {
    while (!this.ended) {
      const email = `${randomUUID()}@example.org`;
      const subject = { email };
      this.meet(email);
      const registered = await this.act('/v1/subjects', { addresses: [{ kind: 'email', value: email }] });
      if (registered === undefined) continue;
      await this.act('/v1/consents', {
        ...{ subject, purpose: 'newsletter', channels: ['email'], decision: 'given', notice: 'newsletter@1' },
        evidence: { method: 'form', confirmedAt: new Date().toISOString() },
      });
      await this.act('/v1/solicitations', {
        ...{ subject, solicitationId: randomUUID(), campaign: randomUUID() },
        ...{ channel: 'email', purpose: 'prospecting', mode: 'report' },
      });
      const refused = await this.act('/v1/objections', { subject, source: 'letter' });
      if (refused !== undefined) this.stopped.push(email);
    }
  }

  private async act(path: string, body: unknown): Promise<Acknowledged | undefined> {
    const answer = await this.world.post(TENANT, path, body).catch(() => undefined);
    if (answer === undefined) return undefined; // the connection broke: nothing was acknowledged
    if (answer.status === 201) return this.note(answer);
    if (answer.status === 503) await sleep(100);
    else this.wrong.push(`${path} ${answer.status} ${answer.text}`);
    return undefined;
  }

  private note(answer: Answer): Acknowledged {
    const { subjectId, eventId } = answer.json<Acknowledged>();
    const noted = { subjectId, eventId };
    this.acknowledged.push(noted);
    return noted;
  }

  /** Resolves when so many more acts were acknowledged. */
  async more(count: number): Promise<void> {
    const enough = this.acknowledged.length + count;
    while (this.acknowledged.length < enough) await sleep(20);
  }

  async end(): Promise<void> {
    this.ended = true;
    await Promise.all(this.writers);
  }

  /** What was acknowledged and is not in the history of its person. */
  async lost(): Promise<Acknowledged[]> {
    const histories = new Map<string, string>();
    for (const { subjectId } of this.acknowledged) {
      if (histories.has(subjectId)) continue;
      const answer = await this.world.get(TENANT, `/v1/subjects/${subjectId}/history`);
      histories.set(subjectId, answer.text);
    }
    return this.acknowledged.filter(({ subjectId, eventId }) => !histories.get(subjectId)?.includes(eventId));
  }

  /** Whoever was stopped and may be written to all the same. */
  async allowed(): Promise<string[]> {
    const allowed: string[] = [];
    for (const email of this.stopped) {
      const question = { subject: { email }, purpose: 'newsletter', channel: 'email' };
      const answer = await this.world.done(TENANT, '/v1/eligibility', question);
      if (answer['allowed'] !== false) allowed.push(email);
    }
    return allowed;
  }
}
