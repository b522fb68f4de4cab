import type { Desired } from '@assent/ports';

export interface WebhookBody {
  readonly subjectId: string | null;
  readonly addressKey: string;
  readonly kind: string;
  readonly address?: string;
  readonly purposes: Readonly<Record<string, Readonly<Record<string, 'allowed' | 'stopped'>>>>;
  readonly allMarketing: 'allowed' | 'stopped';
  readonly erase: boolean;
  readonly revision: number;
  readonly because: readonly {
    readonly code: string;
    readonly eventId: string | null;
    readonly since: string | null;
  }[];
}

/** What the receiver gets: the verdict per purpose and channel, and why. The clear address only if it is configured. */
export function bodyOf(desired: Desired, includeAddresses: boolean): WebhookBody {
  const { subjectId, addressKey, revision, address, state } = desired;
  const cells = Object.values(state.purposes).flatMap((channels) => Object.values(channels));
  const because = cells.map(({ code, eventId, since }) => ({
    code,
    eventId,
    since: since === null ? null : new Date(since).toISOString(),
  }));
  return {
    subjectId,
    addressKey,
    kind: state.kind,
    ...(includeAddresses && { address: address.value }),
    purposes: Object.fromEntries(
      Object.entries(state.purposes).map(([purpose, channels]) => [
        purpose,
        Object.fromEntries(Object.entries(channels).map(([channel, { verdict }]) => [channel, verdict])),
      ]),
    ),
    allMarketing: state.allMarketing,
    erase: state.erase,
    revision,
    because: [...new Map(because.map((reason) => [JSON.stringify(reason), reason])).values()],
  };
}
