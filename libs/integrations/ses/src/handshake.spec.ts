import { createPrivateKey } from 'node:crypto';
import { settingsFor, type Post } from '@assent/integration-kit';
import type { Inbound, InboundRequest } from '@assent/ports';
import { FAKE_CERTIFICATE, FAKE_KEY } from './fake-certificate.js';
import { subscription, TOPIC } from './fake-hooks.js';
import { FakeSes } from './fake-ses.js';
import { inbound } from './inbound.js';
import { sesKind } from './ses.js';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const DAY = 86_400_000;
const key = createPrivateKey(FAKE_KEY);
const bench = {
  kind: sesKind,
  purposes: { newsletter: { topic: 'weekly' }, offers: { topic: 'offers' } },
};
const CONFIRMS = `https://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${encodeURIComponent(TOPIC)}&Token=token-1`;

/** The service's certificate is fetched, not pinned. */
const reader = (more: Record<string, string> = {}): Inbound => {
  const options = { topicArn: TOPIC, snsCertificate: '', ...more };
  const made = inbound(settingsFor(new FakeSes({}), bench, { options }));
  if (made === undefined) throw new Error('there is no door');
  return made;
};
const request = ({ headers, body }: Post, more: object = {}): InboundRequest => ({
  ...{ url: 'https://consent.example.org/hooks/t/ses-main/s', headers, body: Buffer.from(body) },
  ...{ receivedAt: NOW, ...more },
});
const posted = (
  type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation' = 'SubscriptionConfirmation',
  more: Record<string, string> = {},
): Post => subscription(type, { MessageId: 'm1', Timestamp: new Date(NOW).toISOString(), ...more }, key);
/** Altered behind the signature. */
const altered = (post: Post, more: object): Post => ({
  ...post,
  body: JSON.stringify({ ...(JSON.parse(post.body) as object), ...more }),
});

describe('The handshake of SNS', () => {
  it('is signed by the certificate of the service, which is read from where the topic lives', () => {
    const sns = reader();
    const confirmation = request(posted());
    expect(sns.needs?.(confirmation)).toBe(
      'https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-fake.pem',
    );
    expect(sns.verify(confirmation, FAKE_CERTIFICATE)).toBe('genuine');
    expect(sns.verify(confirmation)).toBe('forged');
    expect(sns.verify(confirmation, 'no certificate')).toBe('forged');
    expect(sns.verify({ ...confirmation, receivedAt: NOW + 9 * DAY }, FAKE_CERTIFICATE)).toBe('stale');
  });

  it('is to be answered at the address that it names', () => {
    expect(reader().read(request(posted()).body)).toEqual([
      { what: 'handshake', url: CONFIRMS, id: 'm1', at: NOW },
    ]);
  });

  it.each([
    ['Message', { Message: 'another' }],
    ['MessageId', { MessageId: 'm2' }],
    ['SubscribeURL', { SubscribeURL: CONFIRMS.replace('token-1', 'token-2') }],
    ['Timestamp', { Timestamp: new Date(NOW + 1_000).toISOString() }],
    ['Token', { Token: 'token-2' }],
    ['Type', { Type: 'UnsubscribeConfirmation' }],
    ['Type of a notification', { Type: 'Notification' }],
    ['SignatureVersion', { SignatureVersion: '3' }],
  ])('is forged when its %s is another', (_, more) => {
    expect(reader().verify(request(altered(posted(), more)), FAKE_CERTIFICATE)).toBe('forged');
  });

  it('for another topic is nobody’s: no certificate is read for it, and nothing is answered', () => {
    const theirs = posted('SubscriptionConfirmation', { TopicArn: `${TOPIC}-of-others` });
    const sns = reader();
    expect(sns.needs?.(request(theirs))).toBeUndefined();
    expect(sns.verify(request(theirs), FAKE_CERTIFICATE)).toBe('forged');
    expect(sns.read(request(theirs).body)).toEqual([]);
  });

  it.each([
    'http://sns.eu-west-3.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.eu-west-3.amazonaws.com.example.org/a.pem',
    'https://sns.eu-west-3.amazonaws.com@example.org/a.pem',
    'https://user@sns.eu-west-3.amazonaws.com/a.pem',
    'https://sns.eu-west-3.amazonaws.com:8443/a.pem',
    'https://example.org/sns.eu-west-3.amazonaws.com/a.pem',
    'https://sns.eu-west-3.amazonaws.com/a.pem?x=.txt#',
    'https://169.254.169.254/latest/meta-data/a.pem',
    'file:///etc/a.pem',
    'a.pem',
  ])('reads no certificate from %s', (SigningCertURL) => {
    expect(reader().needs?.(request(altered(posted(), { SigningCertURL })))).toBeUndefined();
  });

  it.each([
    CONFIRMS.replace('https:', 'http:'),
    CONFIRMS.replace('eu-west-3.amazonaws', 'us-east-1.amazonaws'),
    CONFIRMS.replace('amazonaws.com/', 'amazonaws.com.example.org/'),
    CONFIRMS.replace('https://', 'https://user@'),
    CONFIRMS.replace('amazonaws.com/', 'amazonaws.com:8443/'),
    CONFIRMS.replace('amazonaws.com/?', 'amazonaws.com/elsewhere?'),
    CONFIRMS.replace('ConfirmSubscription', 'DeleteTopic'),
    CONFIRMS.replace('assent', 'another'),
    'https://169.254.169.254/latest/meta-data/',
    'not an address',
  ])('is not answered at %s, though it were signed', (SubscribeURL) => {
    const post = posted('SubscriptionConfirmation', { SubscribeURL });
    expect(reader().verify(request(post), FAKE_CERTIFICATE)).toBe('genuine');
    expect(reader().read(request(post).body)).toEqual([]);
  });

  it('that ends it is signed as well, is told, and is not answered', () => {
    const sns = reader();
    const ending = request(posted('UnsubscribeConfirmation'));
    expect(sns.verify(ending, FAKE_CERTIFICATE)).toBe('genuine');
    expect(sns.read(ending.body)).toEqual([{ what: 'closed', id: 'm1', at: NOW }]);
    const forged = altered(posted('UnsubscribeConfirmation'), { MessageId: 'm2' });
    expect(sns.verify(request(forged), FAKE_CERTIFICATE)).toBe('forged');
  });
});
