import { createHmac, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { alwaysOf, pairs } from './contact-columns.js';
import { contactRows, type Reading } from './contact-rows.js';
import { runImport, runUndo, undoText } from './import-run.js';
import { tallyText, type Rejected } from './import-tally.js';
import type { Api } from './ndjson-call.js';
import { progressOn } from './progress.js';

export interface Options {
  readonly url: string;
  readonly key: string;
  readonly apply: boolean;
  readonly map: readonly string[];
  readonly set: readonly string[];
  readonly format?: 'csv' | 'ndjson';
  readonly id?: string;
  readonly undo?: string;
  readonly rejected?: string;
}

export async function importContacts(file: string | undefined, options: Options): Promise<void> {
  const api = { url: options.url.replace(/\/+$/, ''), key: options.key };
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('stopped: the same command goes on')));
  try {
    if (options.undo !== undefined) return await undo(api, options.undo, options.apply, stop.signal);
    if (file === undefined) throw new Error('name a file, or - for standard input');
    const format = options.format ?? (/\.(?:ndjson|jsonl)$/i.test(file) ? 'ndjson' : 'csv');
    const reading = { format, map: pairs('--map', options.map), always: alwaysOf(options.set) };
    if (format === 'ndjson' && reading.map.size + reading.always.size > 0)
      throw new Error('--map and --set are for CSV: lines of NDJSON say everything themselves');
    await one(api, file, reading, options, stop.signal);
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  }
}

async function one(
  api: Api,
  file: string,
  reading: Reading,
  options: Options,
  stop: AbortSignal,
): Promise<void> {
  const isFile = file !== '-';
  const importId = options.id ?? (isFile ? await idOf(file, reading, api.key) : `imp_${randomUUID()}`);
  const pass = (isDry: boolean) => told(api, file, reading, importId, isDry, options, stop);
  if (!options.apply) {
    await pass(true);
    if (!isFile || !(await agreed())) {
      process.stdout.write(`Nothing was recorded. With --apply it is.\n`);
      return;
    }
  }
  await pass(false);
  process.stdout.write(`Recorded as ${importId}. To take it back: assent import --undo ${importId}\n`);
}

async function told(
  api: Api,
  file: string,
  reading: Reading,
  importId: string,
  isDry: boolean,
  { rejected }: Options,
  stop: AbortSignal,
): Promise<void> {
  const progress = progressOn(process.stderr);
  const size = file === '-' ? undefined : (await stat(file)).size;
  progress.begin(isDry ? 'reading, bytes' : 'importing, bytes', size);
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const part of file === '-' ? process.stdin : createReadStream(file)) {
      const chunk = part as Buffer;
      yield chunk;
      progress.add(chunk.length); // asked for the next one: this one is on its way
    }
  }
  const list = rejected === undefined ? undefined : createWriteStream(rejected);
  list?.write('line,reason\n');
  const onRejected = ({ line, why }: Rejected): void =>
    void list?.write(`${line},"${why.replaceAll('"', '""')}"\n`);
  const tally = await runImport({
    api,
    importId,
    isDry,
    rows: contactRows(bytes(), reading),
    stop,
    onRejected,
  });
  progress.end();
  if (list !== undefined) await new Promise<void>((resolve) => list.end(resolve));
  process.stdout.write(tallyText(tally, isDry));
  process.exitCode = tally.rejected > 0 ? 1 : 0;
  if (tally.failed > 0)
    process.stdout.write(`${tally.failed} rows failed for no fault of theirs: run the same command again.\n`);
}

/** The same file read in the same way has the same id; keyed, so that a file of one address is not to be guessed. */
async function idOf(file: string, { format, map, always }: Reading, key: string): Promise<string> {
  const digest = createHmac('sha256', key).update(JSON.stringify([format, [...map], [...always]]));
  for await (const part of createReadStream(file)) digest.update(part as Buffer);
  return `imp_${digest.digest('hex').slice(0, 32)}`;
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(?:es)?$/i.test((await terminal.question('Record it? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}

async function undo(api: Api, importId: string, isApplied: boolean, stop: AbortSignal): Promise<void> {
  const foreseen = await runUndo(api, importId, true, stop);
  process.stdout.write(undoText(foreseen));
  if (!isApplied && !(await agreed())) {
    process.stdout.write('Nothing was taken back. With --apply it is.\n');
    return;
  }
  const progress = progressOn(process.stderr);
  progress.begin('taking back', foreseen.people);
  const done = await runUndo(api, importId, false, stop, () => progress.add(1));
  progress.end();
  process.stdout.write(done.failed > 0 ? undoText(done) : 'Taken back.\n');
  if (done.failed > 0) process.exitCode = 1;
}
