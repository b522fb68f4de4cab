/** Files of contacts as a client sends them: each line an answer. */
import type { World } from './world.js';

const PURPOSES = ['newsletter', 'prospecting', 'loyalty'] as const;

export interface Told {
  readonly line: number;
  readonly status: number;
  readonly outcome?: string;
  readonly code?: string;
  readonly subjectId?: string | null;
  readonly addresses?: number;
  readonly consents?: { given: number; known: number; stopped: number };
  readonly stopped?: string[];
}
export interface Undone {
  readonly subjectId: string;
  readonly outcome: string;
  readonly consents: number;
  readonly addresses: number;
}

export const form = { method: 'form', confirmedAt: '2026-06-01' };
/** A contact with evidence in two steps. */
export const row = (email: string, more = {}) => ({
  addresses: [{ kind: 'email', value: email }],
  collectedAt: '2026-05-02',
  evidence: { ...form, confirmedAt: '2026-05-02' },
  ...more,
});

/** What the journeys about files ask of the product. */
export class ContactsFile {
  static readonly purposes = PURPOSES;

  constructor(
    private readonly world: World,
    private readonly tenant: string,
    private readonly key: string,
  ) {}

  async lines<T>(path: string, rows?: readonly unknown[]): Promise<T[]> {
    const body = rows?.map((one) => `${JSON.stringify(one)}\n`).join('');
    const headers = { authorization: `Bearer ${this.key}` };
    const answer = await this.world.call('POST', `/v1/imports/${path}`, {
      ...(body === undefined
        ? { headers }
        : { body, headers: { ...headers, 'content-type': 'application/x-ndjson' } }),
    });
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    const told = answer.text.split('\n').filter((line) => line !== '');
    return told.map((line) => JSON.parse(line) as T);
  }

  foreseen(id: string, rows: readonly unknown[]): Promise<Told[]> {
    return this.lines(`${id}?dryRun=true`, rows);
  }
  imported(id: string, rows: readonly unknown[]): Promise<Told[]> {
    return this.lines(id, rows);
  }
  undone(id: string, dry = false): Promise<Undone[]> {
    return this.lines(`${id}/undo${dry ? '?dryRun=true' : ''}`);
  }

  async ask(email: string, purpose: string): Promise<string> {
    const question = { subject: { email }, purpose, channel: 'email' };
    return (await this.world.done(this.tenant, '/v1/eligibility', question))['code'] as string;
  }
  askAll(email: string): Promise<string[]> {
    return Promise.all(PURPOSES.map((purpose) => this.ask(email, purpose)));
  }

  consent(email: string, purpose: string, more = {}): Promise<unknown> {
    return this.world.done(this.tenant, '/v1/consents', {
      ...{ subject: { email }, purpose, decision: 'given', notice: `${purpose}@1`, evidence: form, ...more },
    });
  }
  find(email: string) {
    return this.world.post(this.tenant, '/v1/subjects/find', { subject: { email } });
  }
}
