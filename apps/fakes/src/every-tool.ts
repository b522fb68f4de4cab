import { FakeBrevo } from '@assent/integration-brevo';
import { FakeCustomerIo } from '@assent/integration-customerio';
import { FakeHubSpot } from '@assent/integration-hubspot';
import { FakeIntercom } from '@assent/integration-intercom';
import { FakeKlaviyo } from '@assent/integration-klaviyo';
import { FakeListmonk } from '@assent/integration-listmonk';
import { FakeMailchimp } from '@assent/integration-mailchimp';
import { FakeMailjet } from '@assent/integration-mailjet';
import { FakeMandrill } from '@assent/integration-mandrill';
import { FakeMautic } from '@assent/integration-mautic';
import { FakePlivo } from '@assent/integration-plivo';
import { FakeSendGrid } from '@assent/integration-sendgrid';
import { FakeSes } from '@assent/integration-ses';
import { FakeReceiver } from '@assent/integration-webhook';
import { mailchimpStandIn, standIn, webhookStandIn, type StandIn } from './stand-in.js';

const TYPE = { consent_type: 'opt_out', state: 'live' };

/** A stand-in of every kind of tool, each with two targets. */
export const everyTool = (): StandIn[] => [
  mailchimpStandIn(new FakeMailchimp('a1b2c3', 'd4e5f6'), 'a1b2c3', 'd4e5f6'),
  standIn('brevo', new FakeBrevo(7, 9), { list: '7' }, { list: '9' }),
  standIn('sendgrid', new FakeSendGrid('12', '34'), { group: '12' }, { group: '34' }),
  standIn(
    'mandrill',
    new FakeMandrill({ ms: 0 }, 'news', 'offers'),
    { subaccount: 'news' },
    { subaccount: 'offers' },
  ),
  standIn('intercom', new FakeIntercom({ 101: TYPE, 202: TYPE }), { type: '101' }, { type: '202' }),
  standIn('klaviyo', new FakeKlaviyo('News1', 'Offer2'), { list: 'News1' }, { list: 'Offer2' }),
  standIn('hubspot', new FakeHubSpot(['11', '22']), { subscription: '11' }, { subscription: '22' }),
  standIn(
    'ses',
    new FakeSes({ weekly: 'OPT_OUT', offers: 'OPT_OUT' }),
    { topic: 'weekly' },
    { topic: 'offers' },
  ),
  standIn('mailjet', new FakeMailjet(7, 9), { list: '7' }, { list: '9' }),
  standIn(
    'customerio',
    new FakeCustomerIo(['topic_1', 'topic_2']),
    { topic: 'topic_1' },
    { topic: 'topic_2' },
  ),
  standIn('listmonk', new FakeListmonk(3, 5), { list: '3' }, { list: '5' }),
  standIn('mautic', new FakeMautic(3, 5), { segment: '3' }, { segment: '5' }),
  standIn('plivo', new FakePlivo()),
  webhookStandIn(new FakeReceiver()),
];

/** `integrations.yaml` for all of them: JSON is YAML. */
export const integrationsFor = (tools: readonly StandIn[], first: string, second: string): string =>
  `integrations:\n${tools.map((tool) => `  - ${JSON.stringify(tool.entry(first, second))}\n`).join('')}`;
