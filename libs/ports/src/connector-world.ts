import type { Address, DesiredCell } from '@assent/contract';
import type { Connector, Outcome } from './connector.js';

/** How the tool's answers go wrong, until `mend`. */
export type ToolFault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** The connection breaks before, or after, the call has had its effect; or no answer comes. */
  | 'broken-before'
  | 'broken-after'
  | 'silent'
  /** 200 with a body that no such tool sends. */
  | 'html';

/** A connector with a stand-in that has the tool's rules and memory. */
export interface ToolUnderTest {
  readonly connector: Connector;
  /** The same tool, spoken to with a credential that it does not accept. */
  readonly stranger: Connector;
  /** Two purposes of the settings, each with a target of its own. */
  readonly purposes: readonly [string, string];
  /** It is told the whole state of an address, and keeps that also for one it never met. */
  readonly toldWhole: boolean;
  /** A stop is an entry of its own there, made and kept also for an address without a contact. */
  readonly keepsStops?: boolean;
  /** A target that is off looks alike, whether somebody left it or nobody ever joined. */
  readonly offIsSilent?: boolean;
  keyOf(address: Address): string;
  /** The tool knows the address and mails it for both purposes. */
  seed(address: Address): void;
  mails(address: Address, purpose: string): boolean;
  holds(address: Address): boolean;
  /** Somebody at the tool puts the address back behind our back. */
  letBackIn(address: Address): void;
  /** Where the stops should go is not there any more. */
  removeTargets(): void;
  fail(fault: ToolFault): void;
  mend(): void;
  /** Where the connector says what has changed there. */
  readonly delta?: {
    /** The person leaves for that purpose by a link of the tool itself, at that instant. */
    leave(address: Address, purpose: string, at: number): void;
    /** Somebody at the tool lets the address in, at that instant; absent where nothing tells it. */
    letIn?(address: Address, at: number): void;
  };
  /** How many calls have changed something at the tool. */
  effects(): number;
  /** Calls that the tool's contract does not know. */
  violations(): readonly string[];
  /** Forms of the address, and credentials, that must not leave the connector but to the tool. */
  secretsOf(address: Address): readonly string[];
  close(): Promise<void>;
}

const email = (value: string): Address => ({ kind: 'email', value });
export const ADA = email('canary.ada+news@example.org');
export const BOB = email('canary.bob@example.net');
/** Addresses that break paths, queries and hashes; the last has 254 characters. */
export const ZOO = [
  'a+b+c@example.org',
  "o'hara@example.org",
  '50%off%2b@example.org',
  'UPPER.Case@EXAMPLE.ORG',
  'ada@xn--bcher-kva.example.org',
  '"ada lovelace"@example.org',
  'jörg@example.org',
  'a/b?c=d&e#f@example.org',
  `${'l'.repeat(64)}@${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(55)}.example.org`,
];
/** The time of every attempt, for `Retry-After` as a date. */
export const SENT_AT = Date.parse('2026-06-01T08:00:00Z');

export const cellOf = (tri: DesiredCell['tri'], since: number): DesiredCell => ({
  verdict: tri === 'in' ? 'allowed' : 'stopped',
  code: tri === 'in' ? 'allowed' : tri === 'out' ? 'objection-in-force' : 'no-consent',
  tri,
  since: tri === 'untouched' ? null : since,
  eventId: tri === 'untouched' ? null : 'e1',
});

const busy = (status: number, wait?: string): ToolFault => ({
  status,
  ...(wait !== undefined && { headers: { 'retry-after': wait } }),
});
/** What goes wrong, what the attempt comes to, and how long the tool asks to wait. */
export const FAULTS: [string, ToolFault, Outcome['class'], number | undefined][] = [
  ['408', busy(408), 'retry', undefined],
  ['425', busy(425), 'retry', undefined],
  ['429', busy(429), 'retry', undefined],
  ['429 with seconds', busy(429, '30'), 'retry', 30_000],
  ['429 with a date', busy(429, 'Mon, 01 Jun 2026 08:01:00 GMT'), 'retry', 60_000],
  ['429 with nonsense', busy(429, 'soon'), 'retry', undefined],
  ['503 with seconds', busy(503, '7'), 'retry', 7_000],
  ['500 with a page', { status: 500, body: '<html>' }, 'retry', undefined],
  ['502 with nothing', { status: 502, body: '' }, 'retry', undefined],
  ['a connection broken before the effect', 'broken-before', 'retry', undefined],
  ['a connection broken after the effect', 'broken-after', 'retry', undefined],
  ['silence', 'silent', 'retry', undefined],
  ['302', { status: 302, headers: { location: 'http://169.254.169.254/' } }, 'config', undefined],
  ['401', { status: 401 }, 'config', undefined],
  ['403', { status: 403 }, 'config', undefined],
  ['422', { status: 422 }, 'data', undefined],
];
