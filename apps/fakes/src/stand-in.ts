import type { Belief, FakeTool, Fault, Happening, Post } from '@assent/integration-kit';
import { postedOf, type FakeMailchimp } from '@assent/integration-mailchimp';
import { posted, type FakeReceiver } from '@assent/integration-webhook';
import type { ConnectorKind } from '@assent/ports';

/** One stand-in among the others, as the page, the demonstration and the journeys handle it. */
export interface StandIn {
  readonly kind: string;
  readonly connector: ConnectorKind;
  start(port?: number): Promise<string>;
  stop(): Promise<void>;
  /** Its entry of `integrations.yaml`, with the two purposes mapped to targets of their own. */
  entry(first: string, second: string): Readonly<Record<string, unknown>>;
  /** The tool knows the address and mails it for everything. */
  seed(address: string): void;
  /** What it dates its records by, epoch milliseconds; the real time unless told. */
  dates?(time: () => number): void;
  /** The person leaves by a link of the tool itself, where asking the tool shows it; absent where it does not. */
  leaves?(address: string): void;
  /** Whether it would mail the address for anything, or for the first or the second purpose; no without contacts. */
  mails(address: string, which?: 0 | 1): boolean;
  beliefs(): readonly Belief[];
  violations(): readonly string[];
  fail(fault: Fault): void;
  /** How many calls have changed something there; absent where nothing is kept. */
  effects?(): number;
  mend(): void;
  /** Its names of the first and the second purpose. */
  readonly targets: readonly string[];
  /** Posts its webhooks there from now on, also what our own calls changed where the vendor tells that. */
  hookTo(url: string): void;
  /** What it would post; undefined where the vendor has no such webhook. */
  hook(happening: Happening, url: string): Post | undefined;
  /** What its webhooks of our own calls were answered. */
  echoes(): Promise<number[]>;
}

type Target = Readonly<Record<string, string>>;

export const standIn = (
  connector: ConnectorKind,
  fake: FakeTool,
  first?: Target,
  second?: Target,
): StandIn => {
  const { kind } = connector;
  const targets = [first, second].flatMap((target) => Object.values(target ?? {}));
  const shows = ['brevo', 'sendgrid', 'klaviyo', 'listmonk'].includes(kind);
  return {
    ...{ kind, connector },
    start: (port) => fake.start(port),
    stop: () => fake.stop(),
    entry: (one, two) => ({
      ...{ id: `${kind}-main`, kind, role: 'marketing' },
      ...(first !== undefined && second !== undefined && { purposes: { [one]: first, [two]: second } }),
      ...fake.options,
    }),
    seed: (address) => fake.seed(address),
    dates: (time) => void (fake.time = time),
    ...(shows && { leaves: (address: string) => fake.leave(address, targets[0] ?? '') }),
    mails: (address, which) => targets.some((target, i) => (which ?? i) === i && fake.mails(address, target)),
    targets,
    hookTo: (url) => void (fake.hookUrl = url),
    hook: (happening, url) => fake.hook(happening, url),
    echoes: () => Promise.all(fake.posted),
    beliefs: () => fake.beliefs(),
    violations: () => fake.violations,
    effects: () => fake.effects,
    fail: (fault) => fake.fail(fault),
    mend: () => fake.clearFaults(),
  };
};

export const mailchimpStandIn = (
  connector: ConnectorKind,
  fake: FakeMailchimp,
  first: string,
  second: string,
): StandIn => ({
  ...{ kind: 'mailchimp', connector },
  start: (port) => fake.start(port),
  stop: () => fake.stop(),
  entry: (one, two) => ({
    ...{ id: 'mailchimp-main', kind: 'mailchimp', role: 'marketing', apiKey: fake.apiKey, baseUrl: fake.url },
    purposes: { [one]: { list: first }, [two]: { list: second } },
  }),
  targets: [first, second],
  // Registered without `sources.api`: it tells nothing of our own calls.
  hookTo: () => undefined,
  hook: (happening) => postedOf(happening.target ?? first, happening),
  echoes: () => Promise.resolve([]),
  seed: (address) => [first, second].forEach((list) => fake.seed(list, address)),
  leaves: (address) => fake.leave(first, address),
  dates: (time) => void (fake.time = time),
  mails: (address, which) =>
    [first, second].some((list, i) => (which ?? i) === i && fake.mailed(list).includes(address)),
  beliefs: () => {
    const all = Object.entries(fake.dump()).flatMap(([list, members]) =>
      members.map((one) => ({ ...one, list })),
    );
    return [...new Set(all.map(({ email }) => email))].map((address) => {
      const own = all.filter(({ email }) => email === address);
      const stands = own.map(({ list, status }) => [
        `list ${list}`,
        status === 'subscribed' ? 'mailed' : 'stopped',
      ]);
      const targets = Object.fromEntries(stands) as Belief['targets'];
      return { address, targets, note: [...new Set(own.map(({ status }) => status))].join(', ') };
    });
  },
  violations: () => fake.violations,
  effects: () => fake.effects,
  fail: (fault) => fake.fail(fault),
  mend: () => fake.clearFaults(),
});

/** It is told keys and no addresses, so it knows people by their keys alone. */
export const webhookStandIn = (connector: ConnectorKind, fake: FakeReceiver): StandIn => ({
  ...{ kind: 'webhook', connector },
  start: (port) => fake.start(port),
  stop: () => fake.stop(),
  entry: () => ({
    ...{ id: 'webhook-main', kind: 'webhook', role: 'mixed', url: fake.url, secret: fake.secret },
    readBackUrl: fake.readBackUrl,
  }),
  targets: ['newsletter', 'prospecting'],
  hookTo: () => undefined,
  hook: (happening) => posted(happening, fake.secret),
  echoes: () => Promise.resolve([]),
  seed: () => undefined,
  mails: () => false,
  beliefs: () =>
    fake.dump().map(({ addressKey, purposes, allMarketing, revision }) => ({
      address: `key ${addressKey.slice(0, 8)}…`,
      targets: Object.fromEntries(
        Object.entries(purposes).map(([purpose, cells]) => [
          purpose,
          Object.values(cells).includes('allowed') ? 'mailed' : 'stopped',
        ]),
      ),
      note: `revision ${revision}, all marketing ${allMarketing}`,
    })),
  violations: () => fake.violations,
  fail: ({ status, body, delayMs, times, headers, retryAfter, reset }) =>
    fake.turn({
      ...(status !== undefined && { status }),
      ...(body !== undefined && { body }),
      ...(delayMs !== undefined && { delayMs }),
      ...(times !== undefined && { times }),
      headers: { ...headers, ...(retryAfter !== undefined && { 'retry-after': retryAfter }) },
      ...(reset !== undefined && { reset: reset === 'before' ? 'before' : true }),
    }),
  mend: () => fake.cheerUp(),
});
