import { customerioKind } from '@assent/integration-customerio';
import { hubspotKind } from '@assent/integration-hubspot';
import { intercomKind } from '@assent/integration-intercom';
import { klaviyoKind } from '@assent/integration-klaviyo';
import { mandrillKind } from '@assent/integration-mandrill';
import { mauticKind } from '@assent/integration-mautic';
import { plivoKind } from '@assent/integration-plivo';
import { webhookKind } from '@assent/integration-webhook';
import type { ConnectorKind, IntegrationSettings } from '@assent/ports';

/** Computed from the vendors' algorithms; Plivo's and HubSpot's were accepted by their own libraries as well. */
describe('Known signatures', () => {
  const SECRET = 'assent_test_secret';
  const AT = 1_614_265_330;
  const url = 'https://assent.example/in/x';
  const settings = (options: Record<string, string>): IntegrationSettings => ({
    ...{ id: 'x', tenant: 't', kind: 'x', role: 'marketing', purposes: {}, unknownContact: 'skip', options },
  });
  const verdict = (
    kind: ConnectorKind,
    options: Record<string, string>,
    headers: Record<string, string>,
    { body = '{"ok":true}', at = url } = {},
  ) =>
    kind
      .inbound?.(settings(options))
      ?.verify({ url: at, headers, body: Buffer.from(body), receivedAt: AT * 1_000 });
  const nonce = { 'x-plivo-signature-v3-nonce': '05429567804466091622' };
  const sms = 'From=33612345678&To=36180&Text=STOP&MessageUUID=u-1';

  it('of every vendor that signs with a shared secret are accepted', () => {
    const accepted = {
      mandrill: verdict(
        mandrillKind,
        { webhookKey: SECRET },
        { 'x-mandrill-signature': 'doXeWot1LaTuUY3eSp0rFETaufg=' },
        { body: 'mandrill_events=%5B%5D' },
      ),
      intercom: verdict(
        intercomKind,
        { clientSecret: SECRET },
        { 'x-hub-signature': 'sha1=4769913a99f6270a7e2840a93014b4a42a400de1' },
      ),
      hubspot: verdict(
        hubspotKind,
        { clientSecret: SECRET },
        {
          'x-hubspot-signature-v3': 'ais+Y1RQBf6TUwTXhPwP5UYBMlKx+S6acH+IG9ZqD1c=',
          'x-hubspot-request-timestamp': `${AT}000`,
        },
      ),
      klaviyo: verdict(
        klaviyoKind,
        { webhookSecret: SECRET },
        {
          'klaviyo-signature': '10253e89fe185b5555262e899e5fadc825779ab005a99478fe98e46a63e07478',
          'klaviyo-timestamp': String(AT),
        },
      ),
      customerio: verdict(
        customerioKind,
        { webhookKey: SECRET },
        {
          'x-cio-signature': '290ca3890278b965e4e06b7e9ab8678d0b26b2944e30a9822ee0776ab54c37e1',
          'x-cio-timestamp': String(AT),
        },
      ),
      mautic: verdict(
        mauticKind,
        { webhookSecret: SECRET },
        { 'webhook-signature': 'PEFTlJwyqakO25UD3+mU5FsdeWQ45lmRqBL0+xI2vtA=' },
      ),
      plivo: verdict(
        plivoKind,
        { authToken: SECRET },
        { ...nonce, 'x-plivo-signature-v3': 'nvgmoph4VsaCOLsUAxRLVwBRaupvgkt/MeR/Bvfzo4E=' },
        { body: sms },
      ),
      'plivo with a query': verdict(
        plivoKind,
        { authToken: SECRET },
        { ...nonce, 'x-plivo-signature-v3': 'old,IX4fwpsnYhlubDZhPyAKneOcVv6anx+hCMtCHHGhd/s=' },
        { body: sms, at: `${url}?b=2&a=1` },
      ),
      webhook: verdict(
        webhookKind,
        { url, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
        {
          ...{ 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': String(AT) },
          'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
        },
        { body: '{"test": 2432232314}' },
      ),
    };
    expect(Object.entries(accepted).filter(([, is]) => is !== 'genuine')).toEqual([]);
  });
});
