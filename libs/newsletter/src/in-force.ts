/** Questions to the subscriptions of a person. Pure; instants are epoch milliseconds. */
import {
  covers,
  type Channel,
  type ConsentEntry,
  type ConsentState,
  type GivenConsent,
  type NewsletterState,
  type Subscription,
  type SubscriptionRequest,
} from '@assent/contract';

/** Subscriptions are for e-mail. */
export const SUBSCRIBED_CHANNEL = 'email' satisfies Channel;

/** The time in which mails are counted against their limits. */
export const MAIL_WINDOW_MS = 24 * 3_600_000;

export const subscriptionTo = (state: NewsletterState, purpose: string): Subscription | undefined =>
  state.subscriptions.find((one) => one.purpose === purpose);

export const isAlive = ({ endedAt }: Subscription): boolean => endedAt === null;

/** The newest request for the purpose that its link could still confirm at the instant. */
export function pendingRequest(
  { requests, ends }: NewsletterState,
  purpose: string,
  at: number,
): SubscriptionRequest | undefined {
  return requests
    .filter(
      (one) =>
        one.purpose === purpose &&
        one.at <= at &&
        at < one.expiresAt &&
        !ends.some((end) => end.at >= one.at && covers(end.scope, purpose, SUBSCRIBED_CHANNEL)),
    )
    .reduce<SubscriptionRequest | undefined>(
      (newest, one) => (newest === undefined || one.at > newest.at ? one : newest),
      undefined,
    );
}

/** The earliest end that is not older than the request; those of objections `undone` do not count. */
export function endOf(
  { ends }: NewsletterState,
  { purpose, requestedAt }: Pick<Subscription, 'purpose' | 'requestedAt'>,
  undone: readonly string[] = [],
): number | null {
  const instants = ends
    .filter((end) => end.at >= requestedAt && covers(end.scope, purpose, SUBSCRIBED_CHANNEL))
    .filter(({ cause }) => !undone.includes(cause))
    .map(({ at }) => at);
  return instants.length > 0 ? Math.min(...instants) : null;
}

/**
 * The consents of the person with the confirmed subscriptions among them. A subscription is a consent in two steps: as
 * old as its request, so that whatever was refused in between stands (K14), and without force before the second step.
 * What the objections `undone` had ended stands at once.
 */
export function withSubscriptions(
  consent: ConsentState,
  state: NewsletterState,
  undone: readonly string[] = [],
): ConsentState {
  const alive = state.subscriptions.filter((one) => endOf(state, one, undone) === null);
  if (alive.length === 0) return consent;
  return { ...consent, consents: alive.reduce(added, consent.consents) };
}

function added(consents: readonly ConsentEntry[], subscription: Subscription): ConsentEntry[] {
  const { purpose, requestedAt, confirmedAt, eventId, notice, evidence } = subscription;
  const twoSteps: GivenConsent = { at: requestedAt, eventId, notice, evidence, confirmedAt, expiredAt: null };
  const mine = (entry: ConsentEntry) => entry.purpose === purpose && entry.channel === SUBSCRIBED_CHANNEL;
  const before = consents.find(mine) ?? {
    purpose,
    channel: SUBSCRIBED_CHANNEL,
    given: null,
    withdrawn: null,
  };
  return [...consents.filter((entry) => !mine(entry)), joined(before, twoSteps)];
}

/** The newest consent, and beside it the newest in two steps when that is another. */
function joined(entry: ConsentEntry, twoSteps: GivenConsent): ConsentEntry {
  const { given, confirmed } = entry;
  const known = [given, confirmed].filter((one) => one !== null && one !== undefined);
  const newest = [...known, twoSteps].reduce((a, b) => (b.at > a.at ? b : a));
  const proven = [...known.filter((one) => one.confirmedAt !== null), twoSteps].reduce((a, b) =>
    b.at > a.at ? b : a,
  );
  return { ...entry, given: newest, confirmed: proven };
}
