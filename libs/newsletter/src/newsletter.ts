/**
 * Double opt-in (seeds S2-04, K9, K15): a sign-up is nobody's consent until the person confirms it from their own
 * mailbox. GDPR art. 4(11) and 7(1): a clear act, and provable; CPCE L34-5: consent before the first edition.
 */
import { refuse, type Decider } from '@assent/kernel';
import {
  covers,
  type EvidenceRef,
  type NewsletterFact,
  type NewsletterState,
  type NoticeRef,
  type Scope,
  type SubscriptionRequest,
  type Verdict,
} from '@assent/contract';
import { confirmed, ended, lapsed, requested, restored, settled } from './fold.js';
import { SUBSCRIBED_CHANNEL, isAlive, MAIL_WINDOW_MS, subscriptionTo } from './in-force.js';

/** What other streams say of the purpose: the newest objection or withdrawal that covers it, if any. */
interface Stopped {
  readonly stoppedAt: number | null;
}

export type NewsletterCommand =
  | ({
      readonly type: 'request';
      readonly at: number;
      /** When it is written down: mails are counted by it. */
      readonly now: number;
      readonly purpose: string;
      readonly addressKey: string;
      readonly notice: NoticeRef;
      readonly evidence: EvidenceRef;
      readonly expiresAt: number;
    } & Stopped)
  | ({
      readonly type: 'confirm';
      readonly at: number;
      /** As its event recorded it: a link is known for as long as the stream is. */
      readonly request: SubscriptionRequest;
      readonly evidence: EvidenceRef;
      readonly verdict: Verdict;
    } & Stopped)
  | {
      readonly type: 'end';
      readonly at: number;
      readonly scope: Scope;
      readonly because: 'objection' | 'withdrawal';
      readonly cause: string;
    }
  | { readonly type: 'restore'; readonly at: number; readonly cause: string }
  | { readonly type: 'wake'; readonly at: number };

export type NewsletterRefusal = 'link-expired' | 'resend-too-soon';

/** One mail per address and purpose in 24 hours, three a day per address: nobody's mailbox is a target. */
export const MAIL_LIMITS = { perPurpose: 1, perAddress: 3 } as const;

export const newsletter: Decider<
  NewsletterState,
  NewsletterCommand,
  NewsletterFact,
  void,
  NewsletterRefusal
> = {
  initial: { requests: [], subscriptions: [], ends: [], restored: [], mails: [] },

  decide(state, command) {
    switch (command.type) {
      case 'request':
        return request(state, command);
      case 'confirm':
        return confirm(state, command);
      case 'end': {
        const { at, scope, because, cause } = command;
        const known = state.ends.some((end) => end.cause === cause) || state.restored.includes(cause);
        return known || !touches(state, scope, at)
          ? []
          : [{ type: 'SubscriptionEnded', at, scope, because, cause }];
      }
      case 'restore': {
        const { at, cause } = command;
        return state.restored.includes(cause) || !state.ends.some((end) => end.cause === cause)
          ? []
          : [{ type: 'SubscriptionRestored', at, cause }];
      }
      case 'wake':
        return state.requests
          .filter((one) => !one.lapsed && one.expiresAt <= command.at)
          .map(({ id, purpose, expiresAt }): NewsletterFact => ({
            ...{ type: 'SubscriptionLapsed', at: expiresAt, request: id, purpose },
          }));
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'SubscriptionRequested':
        return settled(requested(state, event));
      case 'SubscriptionConfirmed':
        return settled(confirmed(state, event));
      case 'SubscriptionEnded':
        return settled(ended(state, event));
      case 'SubscriptionRestored':
        return settled(restored(state, event));
      case 'SubscriptionLapsed':
        return lapsed(state, event);
    }
  },

  wakeAt({ requests }) {
    const ends = requests.filter((one) => !one.lapsed).map(({ expiresAt }) => expiresAt);
    return ends.length === 0 ? 'never' : Math.min(...ends);
  },
};

type Of<T extends NewsletterCommand['type']> = Extract<NewsletterCommand, { type: T }>;

function request(state: NewsletterState, command: Of<'request'>) {
  const { at, now, purpose, addressKey, notice, evidence, expiresAt, stoppedAt } = command;
  const standing = subscriptionTo(state, purpose);
  if (standing !== undefined && isAlive(standing) && standing.requestedAt > (stoppedAt ?? -Infinity))
    return [];
  const recent = state.mails.filter((mail) => Math.abs(now - mail.recordedAt) < MAIL_WINDOW_MS);
  const toAddress = recent.filter((mail) => mail.addressKey === addressKey);
  const forPurpose = toAddress.filter((mail) => mail.purpose === purpose);
  if (forPurpose.length >= MAIL_LIMITS.perPurpose || toAddress.length >= MAIL_LIMITS.perAddress) {
    return refuse('resend-too-soon', 'A confirmation mail went to this address a short while ago.');
  }
  return [{ type: 'SubscriptionRequested', at, purpose, addressKey, notice, evidence, expiresAt } as const];
}

function confirm(state: NewsletterState, { at, request, evidence, verdict, stoppedAt }: Of<'confirm'>) {
  const { purpose, addressKey, notice } = request;
  const stop = Math.max(
    stoppedAt ?? -Infinity,
    ...state.ends.filter((end) => covers(end.scope, purpose, SUBSCRIBED_CHANNEL)).map((end) => end.at),
  );
  if (stop >= request.at)
    return refuse('link-expired', 'The person has refused since; only a new sign-up counts.');
  const standing = subscriptionTo(state, purpose);
  if (standing !== undefined && isAlive(standing) && standing.confirmedAt >= request.at) return [];
  if (at >= request.expiresAt) return refuse('link-expired', 'The link has expired; sign up again.');
  return [
    {
      type: 'SubscriptionConfirmed',
      // A clock that was set back does not let the second step come before the first.
      at: Math.max(at, request.at),
      purpose,
      addressKey,
      request: request.id,
      requestedAt: request.at,
      notice,
      evidence,
      verdict,
    } as const,
  ];
}

/** Whether there is anything for an end to end: what nobody asked for needs none. */
const touches = ({ requests, subscriptions }: NewsletterState, scope: Scope, at: number): boolean =>
  [
    ...requests.map((one) => ({ purpose: one.purpose, since: one.at })),
    ...subscriptions.map(sinceRequest),
  ].some(({ purpose, since }) => since <= at && covers(scope, purpose, SUBSCRIBED_CHANNEL));

const sinceRequest = ({ purpose, requestedAt }: { purpose: string; requestedAt: number }) => ({
  purpose,
  since: requestedAt,
});
