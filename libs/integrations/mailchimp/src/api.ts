import { createHash, createHmac } from 'node:crypto';
import type { CallEvidence } from '@assent/contract';
import { OutgoingFailure, type IntegrationSettings, type OutcomeClass, type Outgoing } from '@assent/ports';

/** What one call came to. `class` is `done` for every 2xx; a 404 is the caller's to judge. */
export interface Reply {
  readonly status: number | null;
  readonly class: OutcomeClass | 'not-found';
  readonly body: Readonly<Record<string, unknown>>;
  readonly evidence: CallEvidence;
  readonly detail?: string;
  readonly retryAfterMs?: number;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

/** Titles by which Mailchimp refuses an opt-in for good (its error documents are matched by title, never by prose). */
const REFUSED = ['Member In Compliance State', 'Forgotten Email Not Subscribed'];
const TOO_OFTEN = /signed up to a lot of lists very recently/i;
const LONGEST_WAIT_MS = 24 * 3_600_000;

/** Mailchimp Marketing 3.0: one attempt per call; paths hold a hash of the address, evidence the template only. */
export class MailchimpApi {
  private readonly base: string;
  private readonly key: string;

  constructor(
    { options }: IntegrationSettings,
    private readonly outgoing: Outgoing,
  ) {
    this.key = String(options['apiKey']);
    const dataCentre = this.key.slice(this.key.lastIndexOf('-') + 1);
    const own = options['baseUrl'];
    this.base = (typeof own === 'string' ? own : `https://${dataCentre}.api.mailchimp.com/3.0`).replace(
      /\/+$/,
      '',
    );
  }

  /** `template` such as `/lists/{list}/members/{hash}`; `query` is no secret. */
  async call(
    method: Method,
    template: string,
    values: Readonly<Record<string, string>>,
    body?: object,
    query = '',
  ): Promise<Reply> {
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = { operation: `${method} ${template}`, requestDigest: this.digest(text ?? '') };
    try {
      const response = await this.outgoing.send({
        method,
        url: this.base + path + query,
        headers: {
          authorization: `Basic ${Buffer.from(`any:${this.key}`).toString('base64')}`,
          accept: 'application/json',
          ...(text !== undefined && { 'content-type': 'application/json' }),
        },
        ...(text !== undefined && { body: text }),
      });
      const { status, headers } = response;
      const evidence: CallEvidence = {
        ...sent,
        status,
        responseDigest: this.digest(response.body),
        vendorRequestId: headers['x-request-id'] ?? null,
      };
      return judge(status, headers['retry-after'], parse(response.body, status), evidence);
    } catch (error) {
      if (!(error instanceof OutgoingFailure)) throw error;
      const evidence: CallEvidence = { ...sent, status: null, responseDigest: null, vendorRequestId: null };
      const kind = error.kind === 'timeout' || error.kind === 'unreachable' ? 'retry' : 'config';
      return { status: null, class: kind, body: {}, evidence, detail: error.kind };
    }
  }

  private digest(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url');
  }
}

/** MD5 of the lower-cased address: how Mailchimp names a member. Personal data, for paths only. */
export const memberHash = (address: string): string =>
  createHash('md5').update(address.toLowerCase()).digest('hex');

function parse(text: string, status: number): Record<string, unknown> | undefined {
  if (text === '' || status === 204) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function judge(
  status: number,
  retryAfter: string | undefined,
  body: Record<string, unknown> | undefined,
  evidence: CallEvidence,
): Reply {
  const reply = (kind: Reply['class'], detail?: string): Reply => ({
    ...{ status, class: kind, body: body ?? {}, evidence },
    ...(detail !== undefined && { detail }),
  });
  const title = typeof body?.['title'] === 'string' ? body['title'] : undefined;
  const wait = /^\d+$/.test(retryAfter ?? '')
    ? Math.min(Number(retryAfter) * 1000, LONGEST_WAIT_MS)
    : undefined;
  if (status >= 200 && status < 300)
    return body === undefined ? reply('retry', 'answer is not JSON') : reply('done');
  if (status === 404) return reply('not-found', title);
  if (status === 401 || status === 403 || (status >= 300 && status < 400))
    return reply('config', title ?? `status ${status}`);
  if (status === 400 && title !== undefined && REFUSED.includes(title)) return reply('refused', title);
  const prose = body?.['detail'];
  const often = status === 400 && typeof prose === 'string' && TOO_OFTEN.test(prose);
  if (often || status === 408 || status === 425 || status === 429 || status >= 500) {
    return {
      ...reply('retry', title ?? `status ${status}`),
      ...(wait !== undefined && { retryAfterMs: wait }),
    };
  }
  return reply('data', title ?? `status ${status}`);
}
