import { brevoKind } from '@assent/integration-brevo';
import { customerioKind } from '@assent/integration-customerio';
import { hubspotKind } from '@assent/integration-hubspot';
import { intercomKind } from '@assent/integration-intercom';
import type { Happening, Post } from '@assent/integration-kit';
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
import type { ConnectorKind, Inbound, InboundRequest, IntegrationSettings, Verdict } from '@assent/ports';
import { everyTool } from './every-tool.js';

const KINDS: readonly ConnectorKind[] = [
  ...[mailchimpKind, brevoKind, sendgridKind, mandrillKind, intercomKind, klaviyoKind, hubspotKind, sesKind],
  ...[mailjetKind, customerioKind, listmonkKind, mauticKind, plivoKind, webhookKind],
];
const NOW = Date.parse('2026-11-24T10:00:00Z');
const URL_ = 'https://consent.example.org/hooks/t/x/s3cret';
const DAY = 86_400_000;
/** Their proof is the secret in the address. */
const UNSIGNED = ['mailchimp', 'brevo', 'mailjet'];
/** Every posting has a time of its own that is signed. */
const TIMED = ['sendgrid', 'klaviyo', 'hubspot', 'ses', 'customerio', 'webhook'];

const tools = everyTool().map((tool) => {
  const { id, kind, role, purposes, ...options } = tool.entry('newsletter', 'prospecting');
  const settings = {
    ...{ id, tenant: 't', kind, role, purposes: purposes ?? {}, unknownContact: 'skip', options },
  } as unknown as IntegrationSettings;
  const found = KINDS.find((one) => one.kind === tool.kind);
  return { tool, kind: tool.kind, settings, inbound: found?.inbound?.(settings) };
});
const speaking = tools.flatMap((one) =>
  one.inbound ? [[one.kind, { ...one, inbound: one.inbound }] as const] : [],
);
const signing = speaking.filter(([kind]) => !UNSIGNED.includes(kind));

const request = ({ headers, body }: Post, more: Partial<InboundRequest> = {}): InboundRequest => ({
  ...{ url: URL_, headers, body: Buffer.from(body), receivedAt: NOW },
  ...more,
});
const happening = (more: Partial<Happening> = {}): Happening => ({
  ...{ what: 'left', address: 'ada@example.org', at: NOW, id: 'event-1' },
  ...more,
});
const whoOf = (kind: string): string => (kind === 'plivo' ? '+33612345678' : 'ada@example.org');
const postOf = ({ tool, kind }: (typeof tools)[number], more: Partial<Happening> = {}): Post => {
  const post = tool.hook(happening({ address: whoOf(kind), ...more }), URL_);
  if (post === undefined) throw new Error(`${kind} posts nothing of the kind`);
  return post;
};
const flipped = (text: string, at: number): string => {
  const other = text.charAt(at) === '0' ? '1' : '0';
  return text.slice(0, at) + other + text.slice(at + 1);
};

describe('Webhooks', () => {
  it('are proven by all tools but listmonk, which has none', () =>
    expect(tools.filter(({ inbound }) => inbound === undefined).map(({ kind }) => kind)).toEqual([
      'listmonk',
    ]));

  it.each(signing.map(([kind, one]) => [kind, one] as const).filter(([kind]) => kind !== 'plivo'))(
    'of %s: without the secret that proves them there is no door',
    (kind, { settings }) => {
      const bare = { ...settings, options: {} };
      expect(KINDS.find((one) => one.kind === kind)?.inbound?.(bare)).toBeUndefined();
    },
  );

  it.each(speaking)('of %s: what it posts is genuine', (_, one) =>
    expect(one.inbound.verify(request(postOf(one)))).toBe('genuine'),
  );

  it.each(signing)('of %s: without its signature it is forged', (_, one) => {
    const { body } = postOf(one);
    const bare = { headers: { 'content-type': 'application/json' }, body };
    expect(one.inbound.verify(request({ ...bare, body: stripped(body) }))).toBe('forged');
  });

  it.each(signing)('of %s: with any byte altered it is forged', (_, one) => {
    const post = postOf(one);
    // Where the certificate lies is not signed by SNS: only the service's own host is believed.
    const end = post.body.indexOf('","SigningCertURL');
    for (let at = 0; at < (end < 0 ? post.body.length : end); at += Math.ceil(post.body.length / 60)) {
      expect([at, one.inbound.verify(request({ ...post, body: flipped(post.body, at) }))]).toEqual([
        at,
        'forged',
      ]);
    }
  });

  it.each(signing)('of %s: with its signature altered it is forged', (_, one) => {
    const post = postOf(one);
    const names = Object.keys(post.headers).filter((name) => /signature(?!.*(?:nonce|timestamp))/.test(name));
    for (const name of names) {
      const value = post.headers[name] ?? '';
      for (const wrong of [flipped(value, value.length - 8), value.slice(0, -4), '', `${value}AAAA`]) {
        const headers = { ...post.headers, [name]: wrong };
        expect([wrong, one.inbound.verify(request({ ...post, headers }))]).toEqual([wrong, 'forged']);
      }
    }
  });

  it.each(speaking)('of %s: cut short it is forged', (kind, one) => {
    const post = postOf(one);
    // A form can be cut where a value ends: nothing but the length in the frame tells, where nothing is signed.
    const lengths =
      kind === 'mailchimp' ? [0, 10, 30] : [0, 1, 10, Math.floor(post.body.length / 2), post.body.length - 1];
    for (const length of lengths) {
      const cut = { ...post, body: post.body.slice(0, length) };
      expect([length, one.inbound.verify(request(cut))]).toEqual([length, 'forged']);
    }
  });

  it.each(speaking.filter(([kind]) => TIMED.includes(kind)))(
    'of %s: caught and sent again after weeks it is stale',
    (_, one) => {
      const verdicts = [-20, 20].map((days) =>
        one.inbound.verify(request(postOf(one), { receivedAt: NOW + days * DAY })),
      );
      expect(verdicts).toEqual<Verdict[]>(['stale', 'stale']);
    },
  );

  it.each(speaking.filter(([kind]) => ['hubspot', 'mandrill', 'plivo'].includes(kind)))(
    'of %s: posted to another address it is forged',
    (_, one) => expect(one.inbound.verify(request(postOf(one), { url: `${URL_}x` }))).toBe('forged'),
  );

  it.each(speaking.filter(([kind]) => !['webhook', 'plivo'].includes(kind)))(
    'of %s: signed with the secret of another account it is forged',
    (kind, one) => {
      if (UNSIGNED.includes(kind))
        return expect(one.inbound.verify(request({ headers: {}, body: 'x' }))).toBe('forged');
      const stranger = everyTool().find((tool) => tool.kind === kind);
      const options = { ...one.settings.options, ...other(kind) };
      const theirs = KINDS.find((known) => known.kind === kind)?.inbound?.({ ...one.settings, options });
      const post = stranger?.hook(happening({ address: whoOf(kind) }), URL_);
      const verifier: Inbound = kind === 'sendgrid' || theirs === undefined ? one.inbound : theirs;
      return expect(post && verifier.verify(request(post))).toBe('forged');
    },
  );

  it.each(speaking)('of %s: say who left, when, and which of the targets', (kind, one) => {
    const [target] = one.tool.targets;
    const facts = one.inbound.read(Buffer.from(postOf(one, target === undefined ? {} : { target }).body));
    expect(facts).toHaveLength(1);
    const named = WHOLE.includes(kind) ? '*' : kind === 'webhook' ? { purposes: [target] } : [target];
    const who = kind === 'hubspot' ? { what: 'changed' } : { what: 'left', who: { value: whoOf(kind) } };
    expect(facts[0]).toMatchObject({ ...who, targets: named });
    if (kind !== 'plivo') expect(facts[0]?.at).toBe(NOW);
  });

  it.each(speaking)('of %s: what is no event says nothing, and breaks nothing', (_, { inbound }) => {
    for (const text of [
      '',
      '{}',
      '[]',
      'null',
      '[null,1,"x"]',
      '{"data":[1]}',
      'type=&data[email]=',
      '\u0000',
      '[[[[',
    ]) {
      expect(inbound.read(Buffer.from(text)).filter(({ what }) => what !== 'changed')).toEqual([]);
    }
  });
});

/** A blocklist of the whole account, whatever list the message was for. */
const WHOLE = ['brevo', 'mautic', 'plivo'];

/** SNS signs inside of the body. */
const stripped = (body: string): string => body.replace(/"Signature":"[^"]*",?/, '');

const other = (kind: string): Record<string, string> =>
  ({
    mandrill: { webhookKey: 'another-webhook-key' },
    intercom: { clientSecret: 'another-secret' },
    klaviyo: { webhookSecret: 'another-secret' },
    hubspot: { clientSecret: 'another-secret' },
    customerio: { webhookKey: 'another-secret' },
    mautic: { webhookSecret: 'another-secret' },
    ses: { topicArn: 'arn:aws:sns:eu-west-3:123456789012:another' },
  })[kind] ?? {};
