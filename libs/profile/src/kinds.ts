import { brevoKind } from '@assent/integration-brevo';
import { customerioKind } from '@assent/integration-customerio';
import { hubspotKind } from '@assent/integration-hubspot';
import { intercomKind } from '@assent/integration-intercom';
import { klaviyoKind } from '@assent/integration-klaviyo';
import { listmonkKind } from '@assent/integration-listmonk';
import { mailchimpKind } from '@assent/integration-mailchimp';
import { mailjetKind } from '@assent/integration-mailjet';
import { mandrillKind } from '@assent/integration-mandrill';
import { mauticKind } from '@assent/integration-mautic';
import { plivoKind } from '@assent/integration-plivo';
import { sendgridKind } from '@assent/integration-sendgrid';
import { sesKind } from '@assent/integration-ses';
import { webhookKind } from '@assent/integration-webhook';
import type { ConnectorKind } from '@assent/ports';

/** Every kind of tool that `integrations.yaml` may name. */
export const KINDS: readonly ConnectorKind[] = [
  webhookKind,
  mailchimpKind,
  brevoKind,
  sendgridKind,
  mandrillKind,
  intercomKind,
  klaviyoKind,
  hubspotKind,
  sesKind,
  mailjetKind,
  customerioKind,
  listmonkKind,
  mauticKind,
  plivoKind,
];
