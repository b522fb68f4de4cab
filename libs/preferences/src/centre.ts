/** What one person may see of each choice: how it stands in plain words, since when, and where it was carried to. Pure. */
import type { Channel, ConsentEntry, NoticeRef } from '@assent/contract';
import type { Standing } from '@assent/eligibility';
import { speaksFor } from '@assent/opposition';
import type { Policy } from '@assent/policy';
import { choicesOf, type Choice } from './picture.js';

/** `on`: messages come. `wait`: they come once the person confirms. `off`: they were stopped or ended. `none`: never asked for. */
export type Tone = 'on' | 'wait' | 'off' | 'none';

/** One sentence of the page, by the end of its key. */
export type Said =
  | 'consent'
  | 'confirmed'
  | 'customer'
  | 'professional'
  | 'waiting'
  | 'refused'
  | 'withdrawn'
  | 'expired'
  | 'dropped-out'
  | 'unanswered'
  | 'restricted'
  | 'ended'
  | 'nothing'
  | 'unreachable';

export interface Line {
  /** The channels it is about; empty: all of the purpose. */
  readonly channels: readonly Channel[];
  readonly said: Said;
  /** Epoch milliseconds. */
  readonly since: number | null;
}

export interface PurposeChoice {
  readonly purpose: string;
  readonly tone: Tone;
  readonly lines: readonly Line[];
  /** What the person was shown when they agreed, or when their data was collected: `newsletter@1`. */
  readonly notice: string | null;
  /** Nothing forbids it on every channel yet: it can be stopped. */
  readonly stoppable: boolean;
  /** What each channel is to be, for comparing with the tools. */
  readonly choices: readonly Choice[];
}

/** Every marketing purpose of the policy with the lists that the person named, in the order of the policy. */
export function purposeChoices(
  standing: Standing,
  policy: Policy,
  at: number,
  asked: string,
): PurposeChoice[] {
  const byPurpose = new Map<string, Choice[]>();
  const all = choicesOf(standing, policy, at, [asked]);
  for (const choice of all.filter(({ purpose }) => policy.purpose(purpose)?.class === 'marketing')) {
    byPurpose.set(choice.purpose, [...(byPurpose.get(choice.purpose) ?? []), choice]);
  }
  return [...byPurpose].map(([purpose, choices]) => {
    const lines = linesOf(standing, policy, choices);
    return {
      purpose,
      choices,
      lines,
      tone: toneOf(lines),
      notice: noticeOf(standing, policy, purpose, choices),
      stoppable: choices.some(({ code }) => code !== 'objection-in-force'),
    };
  });
}

/** Messages that a contract or the law requires: nothing stops them (seeds K13). */
export const servicePurposes = (policy: Policy): string[] =>
  policy.purposes.filter((rules) => rules.class === 'service').map(({ declared }) => declared);

/** Channels that stand alike share a line; one that reaches nobody is told only when there is no other. */
function linesOf(standing: Standing, policy: Policy, choices: readonly Choice[]): Line[] {
  const told = choices.map((choice) => ({ channel: choice.channel, ...saidOf(standing, policy, choice) }));
  const reachable = told.filter(({ said }) => said !== 'unreachable');
  const lines: (Line & { channels: Channel[] })[] = [];
  for (const { channel, said, since } of reachable.length > 0 ? reachable : told) {
    const same = lines.find((line) => line.said === said && line.since === since);
    if (same) same.channels.push(channel);
    else lines.push({ channels: [channel], said, since });
  }
  return lines.length === 1 ? lines.map((line) => ({ ...line, channels: [] })) : lines;
}

function saidOf(standing: Standing, policy: Policy, choice: Choice): { said: Said; since: number | null } {
  const { purpose, channel, code, basis, since } = choice;
  const of = (said: Said, instant = since) => ({ said, since: instant });
  switch (code) {
    case 'allowed': {
      if (basis !== 'consent') return of(basis === 'softOptIn' ? 'customer' : 'professional');
      const entry = consentOf(standing, policy, purpose, channel);
      const ground = entry?.confirmed ?? entry?.given;
      return of(ground?.confirmedAt == null ? 'consent' : 'confirmed', ground?.at ?? since);
    }
    case 'confirmation-pending':
      return of('waiting');
    case 'objection-in-force':
      return of('refused');
    case 'consent-withdrawn':
      return of('withdrawn');
    case 'consent-expired':
      return of('expired');
    case 'dropped-out':
      return of('dropped-out');
    case 'solicitation-limit-reached':
      return of('unanswered');
    case 'restricted':
      return of('restricted');
    case 'undeliverable':
      return of('unreachable');
    default:
      return consentOf(standing, policy, purpose, channel)?.given == null
        ? of('nothing', null)
        : of('ended', null);
  }
}

const TONES: Readonly<Record<Said, Tone>> = {
  consent: 'on',
  confirmed: 'on',
  customer: 'on',
  professional: 'on',
  waiting: 'wait',
  refused: 'off',
  withdrawn: 'off',
  expired: 'off',
  'dropped-out': 'off',
  unanswered: 'off',
  restricted: 'off',
  ended: 'off',
  nothing: 'none',
  unreachable: 'none',
};

/** What the reader most needs to know: whether anything comes. */
const toneOf = (lines: readonly Line[]): Tone =>
  (['on', 'wait', 'off'] as const).find((tone) => lines.some(({ said }) => TONES[said] === tone)) ?? 'none';

/** The entry that speaks for the purpose: its own, else that of a purpose above it where the policy lets lists share one. */
function consentOf(
  { consent }: Standing,
  policy: Policy,
  purpose: string,
  channel: Channel,
): ConsentEntry | undefined {
  return consent.consents
    .filter((one) => one.channel === channel && speaksFor(one.purpose, purpose, policy))
    .sort((a, b) => b.purpose.length - a.purpose.length)[0];
}

function noticeOf(
  standing: Standing,
  policy: Policy,
  purpose: string,
  choices: readonly Choice[],
): string | null {
  const shown: { readonly at: number; readonly notice: NoticeRef }[] = [
    ...choices.flatMap(({ channel }) => consentOf(standing, policy, purpose, channel)?.given ?? []),
    ...standing.newsletter.requests.filter((one) => one.purpose === purpose),
  ];
  const [newest] = shown.sort((a, b) => b.at - a.at);
  if (newest !== undefined) return `${newest.notice.id}@${newest.notice.version}`;
  const onOtherGround = choices.some(({ allowed, basis }) => allowed && basis !== 'consent');
  return onOtherGround ? (standing.subject?.notice ?? null) : null;
}
