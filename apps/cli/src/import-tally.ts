/** What came of the lines of an import, or would, added up. No address is in it. */

export interface Rejected {
  /** Of the file, from 1. */
  readonly line: number;
  readonly why: string;
}

export interface Tally {
  readonly rows: number;
  readonly outcomes: Readonly<Record<'new' | 'changed' | 'unchanged', number>>;
  readonly addresses: number;
  readonly declined: number;
  readonly consents: Readonly<Record<'given' | 'known' | 'stopped', number>>;
  /** People who are stopped, and stay so; each under every reason. */
  readonly stopped: number;
  readonly stops: ReadonlyMap<string, number>;
  readonly rejected: number;
  /** The first of them. */
  readonly examples: readonly Rejected[];
  /** Lines that failed for no fault of theirs: they may be sent again. */
  readonly failed: number;
}

/** Rejected lines that are told one by one. */
const TOLD = 20;

export class Counting {
  private rows = 0;
  private readonly outcomes = { new: 0, changed: 0, unchanged: 0 };
  private readonly consents = { given: 0, known: 0, stopped: 0 };
  private readonly stops = new Map<string, number>();
  private readonly examples: Rejected[] = [];
  private addresses = 0;
  private declined = 0;
  private stopped = 0;
  private rejected = 0;
  private failed = 0;

  constructor(private readonly onRejected: (one: Rejected) => void) {}

  reject(line: number, why: string): void {
    this.rows += 1;
    this.rejected += 1;
    if (this.examples.length < TOLD) this.examples.push({ line, why });
    this.onRejected({ line, why });
  }

  /** One answer to the line of the file. */
  add(line: number, said: Record<string, unknown>): void {
    const outcome = said['outcome'] as keyof typeof this.outcomes | undefined;
    if (outcome === undefined || !(outcome in this.outcomes)) {
      if (said['status'] === 500 || said['status'] === 503) this.failed += 1;
      return this.reject(line, `${String(said['code'])}: ${String(said['detail'])}`);
    }
    this.rows += 1;
    this.outcomes[outcome] += 1;
    this.addresses += numberOf(said['addresses']);
    this.declined += numberOf(said['declined']);
    const consents = (said['consents'] ?? {}) as Record<string, unknown>;
    for (const what of ['given', 'known', 'stopped'] as const)
      this.consents[what] += numberOf(consents[what]);
    const codes = Array.isArray(said['stopped']) ? (said['stopped'] as unknown[]).map(String) : [];
    if (codes.length > 0) this.stopped += 1;
    for (const code of codes) this.stops.set(code, (this.stops.get(code) ?? 0) + 1);
  }

  get tally(): Tally {
    const { rows, outcomes, addresses, declined, consents, stopped, stops, rejected, examples, failed } =
      this;
    return { rows, outcomes, addresses, declined, consents, stopped, stops, rejected, examples, failed };
  }
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** `isDry`: nothing was recorded. */
export function tallyText(tally: Tally, isDry: boolean): string {
  const { outcomes, consents, stops } = tally;
  const rows: (readonly [string, number])[] = [
    ['new persons', outcomes.new],
    ['known, with something new', outcomes.changed],
    ['known and unchanged', outcomes.unchanged],
    ['addresses added', tally.addresses],
    ['consents given', consents.given],
    ['consents in force or told before', consents.known],
    ['consents kept as history: a stop is stronger', consents.stopped],
    ['purposes refused', tally.declined],
    ...(isDry ? [['stopped, and stay stopped', tally.stopped] as const] : []),
    ...[...stops].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, count]) => [`  ${code}`, count] as const),
    ['rejected', tally.rejected],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const more = tally.rejected - tally.examples.length;
  return [
    `${tally.rows.toLocaleString('en')} rows${isDry ? ', nothing is recorded yet' : ''}`,
    ...rows.map(([name, count]) => `  ${name.padEnd(width)}  ${count.toLocaleString('en').padStart(9)}`),
    ...tally.examples.map(({ line, why }) => `    line ${line}: ${why}`),
    ...(more > 0 ? [`    and ${more.toLocaleString('en')} more`] : []),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
