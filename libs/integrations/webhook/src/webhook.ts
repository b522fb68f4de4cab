/**
 * Tells a system of the tenant the whole desired state of one address: Standard Webhooks signature, CloudEvents 1.0 in
 * binary mode. The receiver ignores a revision lower than the last it applied.
 */
import { createHmac } from 'node:crypto';
import type { CallEvidence } from '@assent/contract';
import {
  Connector,
  OutgoingFailure,
  type ConnectorKind,
  type Desired,
  type IntegrationSettings,
  type Observed,
  type Outcome,
  type Outgoing,
} from '@assent/ports';
import { appliedRevision, outcomeOf } from './answer.js';
import { bodyOf } from './body.js';
import { secretsOf, sign } from './signature.js';

const text = (settings: IntegrationSettings, name: string): string | undefined => {
  const value = settings.options[name];
  return typeof value === 'string' ? value : undefined;
};

export const webhookKind: ConnectorKind = {
  kind: 'webhook',

  check(settings) {
    const url = text(settings, 'url');
    const readBack = settings.options['readBackUrl'];
    const flag = settings.options['includeAddresses'];
    return [
      ...(url !== undefined && URL.canParse(url)
        ? []
        : [{ member: 'url', detail: 'must be the URL to post to' }]),
      ...(secretsOf(text(settings, 'secret') ?? '') !== undefined
        ? []
        : [
            {
              member: 'secret',
              detail:
                'must be whsec_ and 24 to 64 bytes in base64; several, newest first, separated by spaces',
            },
          ]),
      ...(flag === undefined || typeof flag === 'boolean'
        ? []
        : [{ member: 'includeAddresses', detail: 'must be true or false' }]),
      ...(readBack === undefined || (typeof readBack === 'string' && readBack.includes('{addressKey}'))
        ? []
        : [{ member: 'readBackUrl', detail: 'must be a URL with {addressKey} in it' }]),
    ];
  },

  create: (settings, outgoing) => new WebhookConnector(settings, outgoing),
};

export class WebhookConnector extends Connector {
  override readonly version = 'webhook@1';
  override readonly capabilities;
  private readonly keys: readonly Buffer[];
  private readonly url: string;
  private readonly readBackUrl: string | undefined;

  constructor(
    private readonly settings: IntegrationSettings,
    private readonly outgoing: Outgoing,
  ) {
    super();
    this.keys = secretsOf(text(settings, 'secret') ?? '') ?? [];
    this.url = text(settings, 'url') ?? '';
    this.readBackUrl = text(settings, 'readBackUrl');
    this.capabilities = {
      kinds: ['email', 'phone', 'post'],
      readBack: this.readBackUrl === undefined ? 'none' : 'get',
      blocksTransactional: false,
      eraseForgetsOptOut: false,
    } as const;
  }

  /** Nothing is sent to find out whether something may be sent: the first delivery tells. */
  override probe(): Promise<Outcome> {
    return Promise.resolve({ class: 'done', calls: [] });
  }

  override async apply(desired: Desired): Promise<Outcome> {
    const body = JSON.stringify(bodyOf(desired, this.settings.options['includeAddresses'] === true));
    const timestamp = Math.floor(desired.sentAt / 1000);
    const sent = { operation: 'POST {url}', requestDigest: this.digest(body) };
    try {
      const answer = await this.outgoing.send({
        method: 'POST',
        url: this.url,
        body,
        headers: {
          'content-type': 'application/json',
          'webhook-id': desired.deliveryId,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': sign(this.keys, desired.deliveryId, timestamp, body),
          'ce-specversion': '1.0',
          'ce-id': desired.deliveryId,
          'ce-source': `/assent/delivery/${this.settings.tenant}/${this.settings.id}`,
          'ce-type': 'assent.delivery.desired-state',
          'ce-time': new Date(desired.sentAt).toISOString(),
          'ce-subject': this.subjectFor(desired.addressKey),
        },
      });
      return outcomeOf(answer, desired, this.evidence(sent, answer));
    } catch (error) {
      if (!(error instanceof OutgoingFailure)) throw error;
      const kind = error.kind === 'timeout' || error.kind === 'unreachable' ? 'retry' : 'config';
      const call: CallEvidence = { ...sent, status: null, responseDigest: null, vendorRequestId: null };
      return { class: kind, detail: error.kind, calls: [call] };
    }
  }

  override async lookup(desired: Desired): Promise<Observed> {
    const unknown = { presence: 'present', match: 'unknown', summary: 'unread' } as const;
    if (this.readBackUrl === undefined) return { ...unknown, calls: [] };
    const url = this.readBackUrl.replaceAll('{addressKey}', desired.addressKey);
    const sent = { operation: 'GET {readBackUrl}', requestDigest: this.digest('') };
    try {
      const answer = await this.outgoing.send({
        method: 'GET',
        url,
        headers: { accept: 'application/json' },
      });
      const applied = answer.status === 200 ? appliedRevision(answer.body) : undefined;
      const calls = [this.evidence(sent, answer)];
      if (applied === undefined) return { ...unknown, calls };
      const match = applied >= desired.revision ? 'equal' : 'looser';
      return { presence: 'present', match, summary: `revision ${applied}`, calls };
    } catch (error) {
      if (!(error instanceof OutgoingFailure)) throw error;
      return { ...unknown, calls: [{ ...sent, status: null, responseDigest: null, vendorRequestId: null }] };
    }
  }

  /** The desired state says it: `erase` is a member of the body. */
  override erase(desired: Desired): Promise<Outcome> {
    return this.apply(desired);
  }

  /** Opaque, and another one for each receiver, so that receivers cannot join what they got. */
  private subjectFor(addressKey: string): string {
    const [key = Buffer.alloc(0)] = this.keys;
    return createHmac('sha256', key)
      .update(`subject ${this.settings.id} ${addressKey}`)
      .digest('hex')
      .slice(0, 32);
  }

  private digest(body: string): string {
    const [key = Buffer.alloc(0)] = this.keys;
    return createHmac('sha256', key).update(body).digest('base64url');
  }

  private evidence(
    sent: Pick<CallEvidence, 'operation' | 'requestDigest'>,
    { status, body, headers }: { status: number; body: string; headers: Readonly<Record<string, string>> },
  ): CallEvidence {
    return {
      ...sent,
      status,
      responseDigest: this.digest(body),
      vendorRequestId: headers['x-request-id'] ?? null,
    };
  }
}
