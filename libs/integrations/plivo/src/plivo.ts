/**
 * Plivo keeps no contacts and has no opt-outs that could be written. So a stop is enforced where messages are sent:
 * whoever sends asks `POST /v1/send-checks` (or shows a permit) first, and is refused. Nothing goes over the wire here.
 */
import {
  Attempt,
  baseOf,
  option,
  settingFaults,
  VendorApi,
  versionOf,
  type SettingRules,
} from '@assent/integration-kit';
import {
  Connector,
  type Capabilities,
  type ConnectorKind,
  type Desired,
  type IntegrationSettings,
  type Observed,
  type Outcome,
  type Outgoing,
} from '@assent/ports';
import { CONTRACT } from './contract.js';
import { inbound } from './inbound.js';

const SETTINGS: SettingRules = {
  secrets: {
    authId: 'the auth id, e.g. ${PLIVO_AUTH_ID}',
    authToken: 'the auth token, e.g. ${PLIVO_AUTH_TOKEN}',
  },
  target: { sender: { form: /^[\w+]{1,20}$/, detail: 'the number or name that sends this' } },
  example: 'offers: { sender: "36180" }',
  withoutTargets: true,
};

export const plivoKind: ConnectorKind = {
  kind: 'plivo',
  check: (settings) => settingFaults(settings, SETTINGS),
  inbound,
  create: (settings, outgoing) => new PlivoConnector(settings, outgoing),
};

export class PlivoConnector extends Connector {
  override readonly version = versionOf('plivo', CONTRACT);
  override readonly capabilities: Capabilities = {
    ...{ kinds: ['phone'], readBack: 'none', blocksTransactional: false },
    ...{ eraseForgetsOptOut: false, erase: 'not-supported', enforcement: 'at-send' },
  };
  private readonly api: VendorApi;
  private readonly account: string;

  constructor(settings: IntegrationSettings, outgoing: Outgoing) {
    super();
    this.account = option(settings, 'authId') ?? '';
    const token = option(settings, 'authToken') ?? '';
    const authorization = `Basic ${Buffer.from(`${this.account}:${token}`).toString('base64')}`;
    const base = baseOf(settings, 'https://api.plivo.com');
    this.api = new VendorApi({ base, headers: { authorization }, digestKey: token }, outgoing);
  }

  override async probe(): Promise<Outcome> {
    const attempt = new Attempt(this.api, Number.NaN);
    const template = '/v1/Account/{account}/';
    const reply = await attempt.call({ method: 'GET', template, values: { account: this.account } });
    if (reply.class === 'done') attempt.count('done');
    else attempt.failed(reply);
    return attempt.outcome();
  }

  override apply({ address, state }: Desired): Promise<Outcome> {
    if (address.kind !== 'phone')
      return said('not-applicable', `${address.kind} addresses are not reached there`);
    const cells = Object.values(state.purposes).flatMap((channels) => Object.values(channels));
    const stops = state.objectedToAll || cells.some(({ tri }) => tri === 'out');
    return stops
      ? said('enforced-at-send', 'no contact store: whoever sends asks first and is refused')
      : said('not-applicable', 'no contact store: whoever sends asks first');
  }

  /** There is nothing to read; what was refused stands in the record of the questions. */
  override lookup(): Promise<Observed> {
    return Promise.resolve({ presence: 'absent', match: 'unknown', summary: 'guarded', calls: [] });
  }

  override erase(): Promise<Outcome> {
    return said('not-supported', 'message logs cannot be erased: send with log=number_only or log=false');
  }
}

const said = (kind: Outcome['class'], detail: string): Promise<Outcome> =>
  Promise.resolve({ class: kind, detail, calls: [] });
