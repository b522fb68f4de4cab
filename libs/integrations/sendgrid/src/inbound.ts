/** The signed event webhook: ECDSA on P-256 with SHA-256 over the timestamp and the body, as DER in base64. */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import {
  decoded,
  email,
  eventsIn,
  fresh,
  HOUR_MS,
  option,
  seconds,
  textOf,
  type Members,
} from '@assent/integration-kit';
import type { Inbound, InboundFact, IntegrationSettings } from '@assent/ports';

/** So long it tries to deliver an event. */
const RETRIED_MS = 25 * HOUR_MS;

export function inbound(settings: IntegrationSettings): Inbound | undefined {
  const key = publicKeyOf(option(settings, 'webhookPublicKey'));
  if (key === undefined) return undefined;
  return {
    verify(request) {
      const { headers, body } = request;
      const timestamp = headers['x-twilio-email-event-webhook-timestamp'] ?? '';
      const signature = decoded(headers['x-twilio-email-event-webhook-signature'], 'base64');
      const at = seconds(timestamp);
      const signed = Buffer.concat([Buffer.from(timestamp), body]);
      if (at === null || !verify('sha256', signed, key, signature)) return 'forged';
      return fresh(at, request, RETRIED_MS);
    },
    read: (body) => eventsIn(body).flatMap(factsOf),
  };
}

/** A public key on P-256, as the tool shows it: base64 without lines. */
export function publicKeyOf(text: string | undefined): KeyObject | undefined {
  const der = decoded(text, 'base64');
  if (der.length === 0) return undefined;
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined; // told as a fault of the setting
  }
}

function factsOf({
  email: address,
  timestamp,
  event,
  sg_event_id,
  asm_group_id,
  type,
}: Members): InboundFact[] {
  const id = textOf(sg_event_id);
  const named = { ...(id !== '' && { id }), who: email(address), at: seconds(timestamp) };
  const group = textOf(asm_group_id);
  switch (event) {
    case 'unsubscribe':
      return [{ what: 'left', targets: '*', ...named }];
    case 'group_unsubscribe':
      return [{ what: 'left', targets: [group], ...named }];
    case 'group_resubscribe':
      return [{ what: 'joined', targets: [group], ...named }];
    case 'spamreport':
      return [{ what: 'complained', targets: '*', ...named }];
    case 'bounce':
      return [{ what: 'bounced', hard: type !== 'blocked', ...named }];
    default:
      return [];
  }
}
