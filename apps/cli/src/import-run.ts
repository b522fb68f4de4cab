/** Sends the rows of a file and adds up what is answered: answer n belongs to the n-th row that was sent. */
import { Counting, type Rejected, type Tally } from './import-tally.js';
import { callLines, type Api } from './ndjson-call.js';
import type { Row } from './contact-rows.js';

export interface Run {
  readonly api: Api;
  readonly importId: string;
  readonly isDry: boolean;
  readonly rows: AsyncIterable<Row>;
  readonly stop: AbortSignal;
  readonly onRejected?: (one: Rejected) => void;
  readonly onRow?: () => void;
}

export async function runImport(run: Run): Promise<Tally> {
  const counting = new Counting(run.onRejected ?? (() => undefined));
  const lines = new Lines();
  async function* bodies(): AsyncGenerator<string> {
    for await (const row of run.rows) {
      if ('body' in row) {
        lines.push(row.line);
        yield row.body;
      } else {
        counting.reject(row.line, row.fault);
        run.onRow?.();
      }
    }
  }
  const path = `/v1/imports/${run.importId}${run.isDry ? '?dryRun=true' : ''}`;
  for await (const said of callLines(run.api, path, bodies(), run.stop)) {
    const line = lines.shift();
    if (line === undefined) throw new Error('the product answered more lines than it was sent');
    counting.add(line, said);
    run.onRow?.();
  }
  if (lines.length > 0)
    throw new Error(`the connection ended with ${lines.length} rows unanswered: run the same command again`);
  return counting.tally;
}

/** Line numbers on their way. */
class Lines {
  private numbers: number[] = [];
  private at = 0;

  get length(): number {
    return this.numbers.length - this.at;
  }
  push(line: number): void {
    this.numbers.push(line);
  }
  shift(): number | undefined {
    const line = this.numbers[this.at++];
    if (this.at > 10_000) {
      this.numbers = this.numbers.slice(this.at);
      this.at = 0;
    }
    return line;
  }
}

export interface Undo {
  readonly people: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly consents: number;
  readonly addresses: number;
  readonly failed: number;
}

export async function runUndo(
  api: Api,
  importId: string,
  isDry: boolean,
  stop: AbortSignal,
  onPerson: () => void = () => undefined,
): Promise<Undo> {
  const outcomes = new Map<string, number>();
  let [people, consents, addresses, failed] = [0, 0, 0, 0];
  const path = `/v1/imports/${importId}/undo${isDry ? '?dryRun=true' : ''}`;
  for await (const said of callLines(api, path, undefined, stop)) {
    people += 1;
    const { outcome } = said;
    if (typeof outcome === 'string') outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    else failed += 1;
    consents += Number(said['consents'] ?? 0);
    addresses += Number(said['addresses'] ?? 0);
    onPerson();
  }
  return { people, outcomes, consents, addresses, failed };
}

export function undoText({ people, outcomes, consents, addresses, failed }: Undo): string {
  const count = (outcome: string) => (outcomes.get(outcome) ?? 0).toLocaleString('en').padStart(9);
  const number = (value: number) => value.toLocaleString('en').padStart(9);
  return [
    `${people.toLocaleString('en')} people noted by the import`,
    `  ${count('erased')}  known by nothing else: erased, here and in every tool`,
    `  ${count('taken-back')}  known before: what the import added is taken away`,
    `  ${count('kept')}  registered by it, and something happened since: kept`,
    `  ${count('nothing')}  nothing left to take back`,
    `  ${number(consents)}  of its consents end`,
    `  ${number(addresses)}  of its addresses are taken away`,
    ...(failed > 0 ? [`  ${number(failed)}  failed: run the same command again`] : []),
    'What it stopped stays stopped: no undo makes anybody reachable.',
  ]
    .map((line) => `${line}\n`)
    .join('');
}
