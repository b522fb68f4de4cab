/** What SES posts by way of SNS. */
import { sign, type KeyObject } from 'node:crypto';
import { asJson, type Happening, type Post } from '@assent/integration-kit';
import { canonical } from './inbound.js';

export const TOPIC = 'arn:aws:sns:eu-west-3:123456789012:assent';

export function posted({ what, address, target, at, id }: Happening, key: KeyObject): Post | undefined {
  const event = eventOf(what, address, target);
  if (event === undefined) return undefined;
  return notification(
    { Message: JSON.stringify(event), MessageId: id, Timestamp: new Date(at).toISOString() },
    key,
  );
}

/** Signed as SNS does, version 2. */
export function notification(said: Readonly<Record<string, string>>, key: KeyObject): Post {
  const body = { Type: 'Notification', TopicArn: TOPIC, SignatureVersion: '2', ...said };
  const names = Object.keys(body).filter((name) => name !== 'SignatureVersion');
  const Signature = sign('sha256', Buffer.from(canonical(body, names.sort())), key).toString('base64');
  const SigningCertURL = 'https://sns.eu-west-3.amazonaws.com/SimpleNotificationService-fake.pem';
  return asJson({ ...body, Signature, SigningCertURL }, { 'x-amz-sns-message-type': body.Type });
}

/** How SNS begins and ends: it names an address that says yes to its telling, and is opened by whoever wants that. */
export function subscription(
  Type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation',
  said: Readonly<Record<string, string>>,
  key: KeyObject,
): Post {
  const query = new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: TOPIC, Token: 'token-1' });
  const SubscribeURL = `https://sns.eu-west-3.amazonaws.com/?${query.toString()}`;
  const Message = 'You have chosen to subscribe to the topic.';
  return notification({ Type, Message, SubscribeURL, Token: 'token-1', ...said }, key);
}

function eventOf(what: Happening['what'], address: string, topic: string | undefined): object | undefined {
  const recipients = [{ emailAddress: address }];
  const mail = { destination: [address] };
  const preferences = (status: string) => ({
    unsubscribeAll: topic === undefined && status === 'OptOut',
    topicSubscriptionStatus: topic === undefined ? [] : [{ topicName: topic, subscriptionStatus: status }],
  });
  switch (what) {
    case 'left':
    case 'joined': {
      const [now, before] = what === 'left' ? ['OptOut', 'OptIn'] : ['OptIn', 'OptOut'];
      const subscription = {
        ...{ newTopicPreferences: preferences(now), oldTopicPreferences: preferences(before) },
      };
      return { eventType: 'Subscription', mail, subscription };
    }
    case 'complained':
      return { eventType: 'Complaint', mail, complaint: { complainedRecipients: recipients } };
    case 'bounced': {
      const bounce = { bounceType: 'Permanent', bounceSubType: 'NoEmail', bouncedRecipients: recipients };
      return { eventType: 'Bounce', mail, bounce };
    }
    default:
      return undefined;
  }
}
