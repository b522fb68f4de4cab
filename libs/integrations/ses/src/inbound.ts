/**
 * Events by way of SNS: an RSA signature over a canonical text, by a certificate of the service. Nothing is fetched for a
 * topic that is not ours, nor from anywhere but the service of the topic's own region.
 */
import { X509Certificate, verify } from 'node:crypto';
import {
  decoded,
  email,
  fresh,
  HOUR_MS,
  iso,
  isMembers,
  jsonIn,
  membersOf,
  option,
  rowsOf,
  textOf,
  type Members,
} from '@assent/integration-kit';
import type { Inbound, InboundFact, IntegrationSettings } from '@assent/ports';

const TOPIC = /^arn:aws[\w-]*:sns:([a-z0-9-]+):\d{12}:[\w-]{1,256}$/;
/** It may be told to try for days. */
const RETRIED_MS = 8 * 24 * HOUR_MS;
/** What is signed, in this order. */
const SIGNED: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};
const HASHES: Readonly<Record<string, string>> = { 1: 'sha1', 2: 'sha256' };

export function inbound(settings: IntegrationSettings): Inbound | undefined {
  const topic = option(settings, 'topicArn');
  if (topic === undefined || !TOPIC.test(topic)) return undefined;
  const pinned = option(settings, 'snsCertificate');
  return {
    needs: ({ body }) => {
      const posted = ours(body, topic);
      const url = posted && textOf(posted['SigningCertURL'] ?? posted['SigningCertUrl']);
      return pinned === undefined && url !== undefined && isCertificate(url, topic) ? url : undefined;
    },
    verify({ body, receivedAt }, needed) {
      const posted = ours(body, topic);
      const certificate = certificateOf(pinned ?? needed);
      if (posted === undefined || certificate === undefined) return 'forged';
      const hash = HASHES[textOf(posted['SignatureVersion'])];
      const names = SIGNED[textOf(posted['Type'])];
      if (hash === undefined || names === undefined || !isValid(certificate, receivedAt)) return 'forged';
      const signature = decoded(textOf(posted['Signature']), 'base64');
      const text = Buffer.from(canonical(posted, names));
      if (!verify(hash, text, certificate.publicKey, signature)) return 'forged';
      return fresh(iso(posted['Timestamp']) ?? 0, { receivedAt }, RETRIED_MS);
    },
    read(body) {
      const posted = ours(body, topic);
      return posted === undefined ? [] : factsOf(posted, topic);
    },
  };
}

function ours(body: Uint8Array, topic: string): Members | undefined {
  const json = jsonIn(body);
  return isMembers(json) && json['TopicArn'] === topic ? json : undefined;
}

const confirms = (url: string, topic: string): boolean => {
  if (!isOfService(url, topic, /^\/$/)) return false;
  const { searchParams } = new URL(url);
  return searchParams.get('Action') === 'ConfirmSubscription' && searchParams.get('TopicArn') === topic;
};

const isCertificate = (url: string, topic: string): boolean =>
  isOfService(url, topic, /\.pem$/) && !/[?#]/.test(url);

/** `https://sns.<region of the topic>.amazonaws.com/…`, and nothing that only looks like it. */
export function isOfService(url: string, topic: string, path: RegExp): boolean {
  const region = TOPIC.exec(topic)?.[1] ?? '';
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return (
    protocol === 'https:' &&
    hostname === `sns.${region}.${suffix}` &&
    [port, username, password].every((part) => part === '') &&
    path.test(pathname)
  );
}

function certificateOf(pem: string | undefined): X509Certificate | undefined {
  try {
    return pem === undefined ? undefined : new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

const isValid = ({ validFrom, validTo, publicKey }: X509Certificate, at: number): boolean =>
  Date.parse(validFrom) <= at && at <= Date.parse(validTo) && publicKey.asymmetricKeyType === 'rsa';

export const canonical = (posted: Members, names: readonly string[]): string =>
  names
    .filter((name) => typeof posted[name] === 'string')
    .map((name) => `${name}\n${textOf(posted[name])}\n`)
    .join('');

function factsOf(posted: Members, topic: string): InboundFact[] {
  const id = textOf(posted['MessageId']);
  const at = iso(posted['Timestamp']);
  if (posted['Type'] === 'SubscriptionConfirmation') {
    const url = textOf(posted['SubscribeURL']);
    return confirms(url, topic) ? [{ what: 'handshake', url, id, at }] : [];
  }
  // Its address would subscribe again: whoever ended it there may have meant it, so the operator is told and decides.
  if (posted['Type'] === 'UnsubscribeConfirmation') return [{ what: 'closed', id, at }];
  const event = membersOf(jsonIn(Buffer.from(textOf(posted['Message']))));
  switch (textOf(event['eventType'] ?? event['notificationType'])) {
    case 'Bounce': {
      const { bounceType, bounceSubType, bouncedRecipients, timestamp } = membersOf(event['bounce']);
      // The others say that the tool did not try: nothing new about the address.
      const hard = bounceType === 'Permanent' && ['General', 'NoEmail'].includes(textOf(bounceSubType));
      return addressesIn(bouncedRecipients).map((who) => ({
        ...{ what: 'bounced', who, hard, id: `${id} ${who.value}`, at: iso(timestamp) ?? at },
      }));
    }
    case 'Complaint': {
      const { complaintFeedbackType, complainedRecipients, timestamp } = membersOf(event['complaint']);
      if (complaintFeedbackType === 'not-spam') return [];
      return addressesIn(complainedRecipients).map((who) => ({
        ...{ what: 'complained', who, targets: '*', id: `${id} ${who.value}`, at: iso(timestamp) ?? at },
      }));
    }
    case 'Subscription':
      return subscription(event, id, at);
    default:
      return [];
  }
}

function subscription(event: Members, id: string, sentAt: number | null): InboundFact[] {
  const { newTopicPreferences, oldTopicPreferences, timestamp } = membersOf(event['subscription']);
  const [now, before] = [newTopicPreferences, oldTopicPreferences].map(membersOf) as [Members, Members];
  const { destination } = membersOf(event['mail']);
  const all: unknown[] = Array.isArray(destination) ? destination : [];
  const at = iso(timestamp) ?? sentAt;
  const stands = topicsIn(before);
  const changed = [...topicsIn(now)].filter(([topic, status]) => stands.get(topic) !== status);
  const named = (status: string) => changed.flatMap(([topic, is]) => (is === status ? [topic] : []));
  return all.flatMap((address): InboundFact[] => {
    const said = { who: email(address), at, id: `${id} ${textOf(address)}` };
    if (now['unsubscribeAll'] === true) return [{ what: 'left', targets: '*', ...said }];
    const [left, joined] = [named('out'), named('in')];
    return [
      ...(left.length > 0 ? [{ what: 'left', targets: left, ...said } as const] : []),
      ...(joined.length > 0 ? [{ what: 'joined', targets: joined, ...said } as const] : []),
    ];
  });
}

const topicsIn = (preferences: Members): Map<string, string> =>
  new Map(
    rowsOf(preferences['topicSubscriptionStatus']).map(({ topicName, subscriptionStatus }) => [
      textOf(topicName),
      /^opt_?out$/i.test(textOf(subscriptionStatus)) ? 'out' : 'in',
    ]),
  );

const addressesIn = (recipients: unknown) =>
  rowsOf(recipients).map(({ emailAddress }) => email(emailAddress));
