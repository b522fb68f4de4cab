import { createHash, createHmac } from 'node:crypto';
import type { CallEvidence } from '@assent/contract';
import {
  OutgoingFailure,
  plainTitle,
  retryAfterMs,
  vendorRequestId,
  type IntegrationSettings,
  type OutcomeClass,
  type Outgoing,
} from '@assent/ports';
import { baseOf, keyOf } from './settings.js';

/** What one call came to. `class` is `done` for every 2xx with JSON; a 404 is the caller's to judge. */
export interface Reply {
  readonly status: number | null;
  readonly class: OutcomeClass | 'not-found';
  readonly body: Readonly<Record<string, unknown>>;
  readonly evidence: CallEvidence;
  readonly detail?: string;
  readonly retryAfterMs?: number;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Such as `/lists/{list}/members/{hash}`: what evidence may show. */
  readonly template: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Holds no secret and no personal data. */
  readonly query?: string;
}

export const FORGOTTEN = 'Forgotten Email Not Subscribed';
/** Titles by which Mailchimp refuses an opt-in for good. Error documents are matched by title, never by prose. */
const REFUSED = ['Member In Compliance State', FORGOTTEN];
/** The one exception: its title is that of every invalid request. */
const TOO_OFTEN = /signed up to a lot of lists very recently/i;
const LATER = new Set([408, 425, 429]);

/** Mailchimp Marketing 3.0: one attempt per call; paths hold a hash of the address, evidence the template only. */
export class MailchimpApi {
  private readonly base: string;
  private readonly key: string;

  constructor(
    settings: IntegrationSettings,
    private readonly outgoing: Outgoing,
  ) {
    this.base = baseOf(settings);
    this.key = keyOf(settings);
  }

  /** `now`: the time of the attempt, epoch milliseconds. */
  async call({ method, template, values = {}, body, query = '' }: Request, now: number): Promise<Reply> {
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
      const responseDigest = this.digest(response.body);
      const evidence = { ...sent, status, responseDigest, vendorRequestId: vendorRequestId(headers) };
      const reply = judge(status, parse(response.body, status), evidence);
      const wait = reply.class === 'retry' ? retryAfterMs(headers['retry-after'], now) : undefined;
      return { ...reply, ...(wait !== undefined && { retryAfterMs: wait }) };
    } catch (error) {
      if (!(error instanceof OutgoingFailure)) throw error;
      const evidence = { ...sent, status: null, responseDigest: null, vendorRequestId: null };
      const again = error.kind === 'timeout' || error.kind === 'unreachable';
      return { status: null, class: again ? 'retry' : 'config', body: {}, evidence, detail: error.kind };
    }
  }

  private digest(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url');
  }
}

/** MD5 of the lower-cased address: how Mailchimp names a member. Personal data, for paths only. */
export const memberHash = (address: string): string =>
  createHash('md5').update(address.toLowerCase()).digest('hex');

/** The answer as an object; undefined when it is none. A 204 has nothing to say. */
function parse(text: string, status: number): Record<string, unknown> | undefined {
  if (status === 204) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined; // an HTML page of a proxy, for instance
  }
}

function judge(status: number, body: Record<string, unknown> | undefined, evidence: CallEvidence): Reply {
  const title = body?.['title'];
  const detail = plainTitle(title) ?? `status ${status}`;
  const reply = (kind: Reply['class'], said = detail): Reply => ({
    ...{ status, class: kind, body: body ?? {}, evidence, detail: said },
  });
  if (status >= 200 && status < 300) {
    return body === undefined ? reply('retry', 'answer is not JSON') : reply('done');
  }
  if (status === 404) return reply('not-found');
  if (status === 401 || status === 403 || (status >= 300 && status < 400)) return reply('config');
  if (status === 400 && typeof title === 'string' && REFUSED.includes(title)) return reply('refused');
  const prose = body?.['detail'];
  const often = status === 400 && typeof prose === 'string' && TOO_OFTEN.test(prose);
  if (often || LATER.has(status) || status >= 500) return reply('retry');
  return reply('data');
}
