/**
 * Tells a system of the tenant the whole desired state of one address: Standard Webhooks signature, CloudEvents 1.0 in
 * binary mode. The receiver ignores a revision lower than the last it applied.
 */
import { createHmac } from 'node:crypto';
import type { CallEvidence } from '@assent/contract';
import {
  Connector,
  OutgoingFailure,
  vendorRequestId,
  type Capabilities,
  type ConnectorKind,
  type Desired,
  type IntegrationSettings,
  type Observed,
  type Outcome,
  type Outgoing,
  type OutgoingRequest,
  type OutgoingResponse,
} from '@assent/ports';
import { appliedRevision, outcomeOf } from './answer.js';
import { bodyOf } from './body.js';
import { inbound } from './inbound.js';
import { faultsOf, receiverOf, type Receiver } from './settings.js';
import { sign } from './signature.js';

export const webhookKind: ConnectorKind = {
  kind: 'webhook',
  check: faultsOf,
  inbound,
  create: (settings, outgoing) => new WebhookConnector(settings, outgoing),
};

interface Call {
  readonly evidence: CallEvidence;
  readonly answer: OutgoingResponse | OutgoingFailure;
}

export class WebhookConnector extends Connector {
  override readonly version = 'webhook@1';
  override readonly capabilities: Capabilities;
  private readonly receiver: Receiver;

  constructor(
    private readonly settings: IntegrationSettings,
    private readonly outgoing: Outgoing,
  ) {
    super();
    this.receiver = receiverOf(settings);
    this.capabilities = {
      kinds: ['email', 'phone', 'post'],
      readBack: this.receiver.readBackUrlOf('') === undefined ? 'none' : 'get',
      blocksTransactional: false,
      eraseForgetsOptOut: false,
    };
  }

  /** Nothing is sent to find out whether something may be sent: the first delivery tells. */
  override probe(): Promise<Outcome> {
    return Promise.resolve({ class: 'done', calls: [] });
  }

  override async apply(desired: Desired): Promise<Outcome> {
    const { url, includeAddresses } = this.receiver;
    const { deliveryId, sentAt } = desired;
    const { evidence, answer } = await this.send('POST {url}', desired, {
      method: 'POST',
      url,
      body: JSON.stringify(bodyOf(desired, includeAddresses)),
      headers: {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-id': deliveryId,
        'ce-source': `/assent/delivery/${this.settings.tenant}/${this.settings.id}`,
        'ce-type': 'assent.delivery.desired-state',
        'ce-time': new Date(sentAt).toISOString(),
        'ce-subject': this.subjectFor(desired.addressKey),
      },
    });
    if (!(answer instanceof OutgoingFailure)) return outcomeOf(answer, desired, evidence);
    const again = answer.kind === 'timeout' || answer.kind === 'unreachable';
    return { class: again ? 'retry' : 'config', detail: answer.kind, calls: [evidence] };
  }

  /** A lower revision than the one told is a receiver that may still mail somebody who is out. */
  override async lookup(desired: Desired): Promise<Observed> {
    const url = this.receiver.readBackUrlOf(desired.addressKey);
    const unread = { presence: 'absent', match: 'unknown', summary: 'unread' } as const;
    if (url === undefined) return { ...unread, calls: [] };
    const headers = { accept: 'application/json' };
    const { evidence, answer } = await this.send('GET {readBackUrl}', desired, {
      ...{ method: 'GET', url, headers },
    });
    const calls = [evidence];
    const applied =
      answer instanceof OutgoingFailure || answer.status !== 200 ? undefined : appliedRevision(answer.body);
    if (applied === undefined) return { ...unread, calls };
    const match = applied >= desired.revision ? 'equal' : 'looser';
    return { presence: 'present', match, summary: `revision ${applied}`, calls };
  }

  /** The desired state says it: `erase` is a member of the body. */
  override erase(desired: Desired): Promise<Outcome> {
    return this.apply(desired);
  }

  /** Signed, with or without a body: the receiver answers nobody else. */
  private async send(
    operation: string,
    { deliveryId, sentAt }: Desired,
    request: OutgoingRequest,
  ): Promise<Call> {
    const { body = '' } = request;
    const timestamp = Math.floor(sentAt / 1000);
    const headers = {
      ...request.headers,
      'webhook-id': deliveryId,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': sign(this.receiver.keys, deliveryId, timestamp, body),
    };
    const sent = { operation, requestDigest: this.digest(body) };
    try {
      const answer = await this.outgoing.send({ ...request, headers });
      const { status } = answer;
      const responseDigest = this.digest(answer.body);
      return {
        answer,
        evidence: { ...sent, status, responseDigest, vendorRequestId: vendorRequestId(answer.headers) },
      };
    } catch (error) {
      if (!(error instanceof OutgoingFailure)) throw error;
      return {
        answer: error,
        evidence: { ...sent, status: null, responseDigest: null, vendorRequestId: null },
      };
    }
  }

  /** Opaque, another one for each receiver so that receivers cannot join it, and the same after a rotation. */
  private subjectFor(addressKey: string): string {
    const { tenant, id } = this.settings;
    return createHmac('sha256', `${tenant}/${id}`).update(addressKey).digest('hex').slice(0, 32);
  }

  private digest(body: string): string {
    const [key = Buffer.alloc(0)] = this.receiver.keys;
    return createHmac('sha256', key).update(body).digest('base64url');
  }
}
