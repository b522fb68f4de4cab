import { brevoKind, FakeBrevo } from '@assent/integration-brevo';
import { customerioKind, FakeCustomerIo } from '@assent/integration-customerio';
import { FakeHubSpot, hubspotKind } from '@assent/integration-hubspot';
import { FakeIntercom, intercomKind } from '@assent/integration-intercom';
import { FakeKlaviyo, klaviyoKind } from '@assent/integration-klaviyo';
import { FakeListmonk, listmonkKind } from '@assent/integration-listmonk';
import { FakeMailchimp, mailchimpKind } from '@assent/integration-mailchimp';
import { FakeMailjet, mailjetKind } from '@assent/integration-mailjet';
import { FakeMandrill, mandrillKind } from '@assent/integration-mandrill';
import { FakeMautic, mauticKind } from '@assent/integration-mautic';
import { FakePlivo, plivoKind } from '@assent/integration-plivo';
import { FakeSendGrid, sendgridKind } from '@assent/integration-sendgrid';
import { FakeSes, sesKind } from '@assent/integration-ses';
import { FakeReceiver, webhookKind } from '@assent/integration-webhook';
import { mailchimpStandIn, standIn, webhookStandIn, type StandIn } from './stand-in.js';

const TYPE = { consent_type: 'opt_out', state: 'live' };

/** A stand-in of every kind of tool, each with two targets. */
export const everyTool = (): StandIn[] => [
  mailchimpStandIn(mailchimpKind, new FakeMailchimp('a1b2c3', 'd4e5f6'), 'a1b2c3', 'd4e5f6'),
  standIn(brevoKind, new FakeBrevo(7, 9), { list: '7' }, { list: '9' }),
  standIn(sendgridKind, new FakeSendGrid('12', '34'), { group: '12' }, { group: '34' }),
  standIn(
    mandrillKind,
    new FakeMandrill({ ms: 0 }, 'news', 'offers'),
    { subaccount: 'news' },
    { subaccount: 'offers' },
  ),
  standIn(intercomKind, new FakeIntercom({ 101: TYPE, 202: TYPE }), { type: '101' }, { type: '202' }),
  standIn(klaviyoKind, new FakeKlaviyo('News1', 'Offer2'), { list: 'News1' }, { list: 'Offer2' }),
  standIn(hubspotKind, new FakeHubSpot(['11', '22']), { subscription: '11' }, { subscription: '22' }),
  standIn(
    sesKind,
    new FakeSes({ weekly: 'OPT_OUT', offers: 'OPT_OUT' }),
    { topic: 'weekly' },
    { topic: 'offers' },
  ),
  standIn(mailjetKind, new FakeMailjet(7, 9), { list: '7' }, { list: '9' }),
  standIn(
    customerioKind,
    new FakeCustomerIo(['topic_1', 'topic_2']),
    { topic: 'topic_1' },
    { topic: 'topic_2' },
  ),
  standIn(listmonkKind, new FakeListmonk(3, 5), { list: '3' }, { list: '5' }),
  standIn(mauticKind, new FakeMautic(3, 5), { segment: '3' }, { segment: '5' }),
  standIn(plivoKind, new FakePlivo()),
  webhookStandIn(webhookKind, new FakeReceiver()),
];

/** `integrations.yaml` for all of them: JSON is YAML. */
export const integrationsFor = (tools: readonly StandIn[], first: string, second: string): string =>
  `integrations:\n${tools.map((tool) => `  - ${JSON.stringify(tool.entry(first, second))}\n`).join('')}`;
