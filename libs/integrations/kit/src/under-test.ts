/** The stand-in of one tool and its connector, as the suite of `@assent/ports` and a tool's own traps hold them. */
import { createHash } from 'node:crypto';
import type { Address } from '@assent/contract';
import type { Connector, ConnectorKind, IntegrationSettings, ToolFault, ToolUnderTest } from '@assent/ports';
import type { FakeTool, Fault } from './fake-tool.js';
import { FetchOutgoing } from './fetch-outgoing.js';
import { wanted, type More, type Wish } from './wanted.js';

export interface Bench<F extends FakeTool = FakeTool> {
  readonly kind: ConnectorKind;
  /** A stand-in of its own for each case. `now`: the time of every attempt. */
  readonly fake: (now: number) => F;
  readonly purposes: Readonly<Record<'newsletter' | 'offers', Readonly<Record<string, string>>>>;
  readonly role?: IntegrationSettings['role'];
  readonly options?: Readonly<Record<string, string>>;
  /** A stop is an entry of its own here, also for somebody it has no contact for. */
  readonly keepsStops?: boolean;
  /** What its listings tell: who left, or who was let in as well. */
  readonly delta?: 'left' | 'both';
}

const faultOf = (fault: ToolFault): Fault =>
  ({
    'broken-before': { reset: 'before' } as const,
    'broken-after': { reset: 'after' } as const,
    silent: { delayMs: 60_000 },
    html: { body: '<html>' },
  })[fault as string] ?? (fault as Fault);

/** The settings of the stand-in's integration. */
export const settingsFor = (
  fake: FakeTool,
  { purposes, role = 'marketing', kind, options = {} }: Omit<Bench, 'fake'>,
  { options: own, ...more }: Partial<IntegrationSettings> = {},
): IntegrationSettings => ({
  ...{ id: `${kind.kind}-main`, tenant: 't', kind: kind.kind, role, purposes, unknownContact: 'skip' },
  ...more,
  options: { ...fake.options, ...options, ...own },
});

/** So long ago everybody came to a tool whose listings go by time. */
const DAY_MS = 24 * 3_600_000;

/** Operations that some case has used, by vendor. */
const used = new Map<string, Set<string>>();
const note = ({ contract: { vendor }, calls }: FakeTool): void => {
  const names = used.get(vendor) ?? new Set();
  for (const { operation } of calls) names.add(operation);
  used.set(vendor, names);
};

/** To stand last in a specification: what the contract file holds and nobody calls is no part of the contract. */
export function usesItsWholeContract(bench: Bench): void {
  describe('The contract file', () => {
    it('holds no operation that the connector does not use', () => {
      const { vendor, operations } = bench.fake(0).contract;
      const names = operations.map(({ name }) => name).sort();
      expect([...(used.get(vendor) ?? [])].filter((name) => names.includes(name)).sort()).toEqual(names);
    });
  });
}

/** One stand-in and one connector for the traps of one vendor. */
export interface Trial<F extends FakeTool> {
  readonly fake: F;
  readonly connector: (more?: Partial<IntegrationSettings>) => Connector;
  readonly apply: (wishes: Readonly<Record<string, Wish>>, more?: More) => ReturnType<Connector['apply']>;
  readonly look: (wishes: Readonly<Record<string, Wish>>, more?: More) => ReturnType<Connector['lookup']>;
  readonly erase: (more?: More) => ReturnType<Connector['erase']>;
  /** The operations called since the last time. */
  readonly operations: () => string[];
  /** Fails on calls outside the contract. */
  readonly end: () => Promise<void>;
}

export async function trialOf<F extends FakeTool>(bench: Bench<F>): Promise<Trial<F>> {
  const fake = bench.fake(wanted({}).sentAt);
  await fake.start();
  const outgoing = new FetchOutgoing();
  const connector = (more?: Partial<IntegrationSettings>) =>
    bench.kind.create(settingsFor(fake, bench, more), outgoing);
  let told = 0;
  return {
    ...{ fake, connector },
    apply: (wishes, more) => connector().apply(wanted(wishes, more)),
    look: (wishes, more) => connector().lookup(wanted(wishes, more)),
    erase: (more) => connector().erase(wanted({}, more)),
    operations: () => {
      const since = fake.calls.slice(told).map(({ operation }) => operation);
      told = fake.calls.length;
      return since;
    },
    async end() {
      await fake.stop();
      note(fake);
      expect(fake.violations).toEqual([]);
    },
  };
}

export const underTest =
  (bench: Bench) =>
  async (unknownContact: 'skip' | 'tombstone', sentAt: number): Promise<ToolUnderTest> => {
    const { kind, purposes } = bench;
    const fake = bench.fake(sentAt);
    await fake.start();
    const outgoing = new FetchOutgoing(1_000);
    if (bench.delta !== undefined) fake.time = () => sentAt - DAY_MS;
    const settings = settingsFor(fake, bench, { unknownContact });
    const target = (purpose: string) => Object.values(purposes[purpose as 'offers'])[0] ?? '';
    const stranger = { ...settings, options: { ...settings.options, ...fake.wrongOptions } };
    return {
      connector: kind.create(settings, outgoing),
      stranger: kind.create(stranger, outgoing),
      purposes: ['newsletter', 'offers'],
      toldWhole: false,
      ...(bench.keepsStops !== undefined && { keepsStops: bench.keepsStops }),
      ...(bench.delta !== undefined && { delta: deltaOf(fake, target, bench.delta) }),
      keyOf: ({ value }) => createHash('sha256').update(value).digest('hex').slice(0, 32),
      seed: ({ value }) => fake.seed(value),
      mails: ({ value }, purpose) => fake.mails(value, target(purpose)),
      holds: ({ value }) => fake.holds(value),
      letBackIn: ({ value }) => fake.letBackIn(value),
      removeTargets: () => fake.removeTargets(),
      fail: (fault) => fake.fail(faultOf(fault)),
      mend: () => fake.clearFaults(),
      effects: () => fake.effects,
      violations: () => fake.violations,
      secretsOf: ({ value }) => [encodeURIComponent(value), ...secretsIn(fake)],
      async close() {
        await fake.stop();
        note(fake);
      },
    };
  };

function deltaOf(fake: FakeTool, target: (purpose: string) => string, told: 'left' | 'both') {
  const at = (instant: number): void => void (fake.time = () => instant);
  const letIn: NonNullable<ToolUnderTest['delta']>['letIn'] = ({ value }, instant) => {
    at(instant);
    fake.letBackIn(value);
  };
  return {
    leave: ({ value }: Address, purpose: string, instant: number) => {
      at(instant);
      fake.leave(value, target(purpose));
    },
    ...(told === 'both' && { letIn }),
  };
}

const secretsIn = ({ options }: FakeTool): string[] =>
  Object.entries(options).flatMap(([name, value]) =>
    /key|secret|token|password/i.test(name) ? [value] : [],
  );
