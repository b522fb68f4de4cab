/** The rows of a file of contacts, each as the line of NDJSON that is sent, in bounded memory. */
import { linesOf, type Line } from '@assent/http';
import { columnsOf, contactOf } from './contact-columns.js';
import { csvRecords, type Separator } from './csv-records.js';

/** `line`: of the file, from 1. */
export type Row =
  { readonly line: number; readonly body: string } | { readonly line: number; readonly fault: string };

export interface Reading {
  readonly format: 'csv' | 'ndjson';
  /** Column to member. */
  readonly map: ReadonlyMap<string, string>;
  /** Member to value, for every row. */
  readonly always: ReadonlyMap<string, string>;
}

export function contactRows(
  bytes: AsyncIterable<Uint8Array | string>,
  reading: Reading,
): AsyncGenerator<Row> {
  const lines = linesOf(bytes);
  return reading.format === 'csv' ? csvRows(lines, reading) : jsonRows(lines);
}

async function* csvRows(lines: AsyncIterable<Line>, { map, always }: Reading): AsyncGenerator<Row> {
  const separator: Separator = { sign: '' };
  let columns: readonly (string | undefined)[] | undefined;
  for await (const record of csvRecords(lines, separator)) {
    const { line } = record;
    if (columns === undefined) {
      if ('fault' in record) throw new Error(`the header ${record.fault}`);
      columns = columnsOf(record.cells, map);
    } else if ('fault' in record) yield record;
    else if (record.cells.length !== columns.length)
      yield { line, fault: `has ${record.cells.length} columns, the header has ${columns.length}` };
    else yield { line, body: JSON.stringify(contactOf(columns, record.cells, always)) };
  }
  if (columns === undefined) throw new Error('the file is empty');
}

/** What a line says is for the other side to judge; `--set` is for columns. */
async function* jsonRows(lines: AsyncIterable<Line>): AsyncGenerator<Row> {
  for await (const { number: line, text } of lines) {
    if (text === undefined) yield { line, fault: 'is longer than 1 MiB' };
    else if (text.includes('\ufffd')) yield { line, fault: 'is not UTF-8' };
    else {
      const body = (line === 1 ? text.replace(/^\ufeff/, '') : text).trim();
      if (body !== '') yield { line, body };
    }
  }
}
