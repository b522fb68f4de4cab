/** How one line of a batch names a person. `undefined` = malformed; the caller answers "not allowed". */
import { kindFor, type Channel } from '@assent/contract';
import type { SubjectRef } from '@assent/ports';
import type { Form } from './verdict-table.js';

export interface ReadLine {
  (line: Buffer): SubjectRef | undefined;
  /** How a table of e-mail addresses may read the same lines; undefined when only this function may. */
  readonly form?: Form | undefined;
}

const MEMBERS = ['email', 'phone', 'externalId', 'id'] as const;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Undefined when the bytes are no UTF-8: half an address is nobody's. */
function textOf(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** `{"email":"…"}`: exactly one of the members of a subject, a text. What else the object holds is not looked at. */
export const ndjsonLine: ReadLine = Object.assign(jsonLine, { form: 'json' } as const);

function jsonLine(line: Buffer): SubjectRef | undefined {
  const value = json(textOf(line));
  if (typeof value !== 'object' || value === null) return undefined;
  const given = MEMBERS.filter((name) => Object.hasOwn(value, name));
  const [name] = given;
  const member: unknown = name && (value as Record<string, unknown>)[name];
  return given.length === 1 && name && typeof member === 'string' && member !== ''
    ? { [name]: member }
    : undefined;
}

function json(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One address a line. `+33…` is a phone number and what has an `@` an e-mail address; else what the channel needs. */
export function plainLine(channel: Channel): ReadLine {
  const phones = kindFor(channel) === 'phone';
  const read = (line: Buffer): SubjectRef | undefined => {
    const value = textOf(line)?.trim() ?? '';
    if (value === '') return undefined;
    return value.startsWith('+') || (phones && !value.includes('@')) ? { phone: value } : { email: value };
  };
  return Object.assign(read, { form: phones ? undefined : ('plain' as const) });
}

/**
 * Reads the lines below a CSV header (RFC 4180; separators `,` `;` or tab, as in the header); undefined when no column
 * names a person. Of several columns the one that the channel needs is read. Only the address must be UTF-8: separators
 * and quotes are ASCII, and what stands in the other columns is nobody's business here.
 */
export function csvLine(header: Buffer, channel: Channel): ReadLine | undefined {
  const kind = kindFor(channel);
  const names = ['email', 'phone', 'externalId'] as const;
  const wanted = [...names.filter((name) => name === kind), ...names.filter((name) => name !== kind)];
  const candidates = [',', ';', '\t']
    .map((separator) => ({ separator, columns: columnsOf(header, separator) }))
    .sort((a, b) => b.columns.length - a.columns.length);
  for (const { separator, columns } of candidates) {
    for (const name of wanted) {
      const index = columns.indexOf(name.toLowerCase());
      if (index < 0) continue;
      const read = (line: Buffer) => reference(name, fieldsOf(line.toString('latin1'), separator)?.[index]);
      return Object.assign(read, { form: name === 'email' ? { separator, column: index } : undefined });
    }
  }
  return undefined;
}

const columnsOf = (header: Buffer, separator: string): string[] =>
  (fieldsOf(header.toString('latin1'), separator) ?? []).map((name) => name.trim().toLowerCase());

function reference(
  name: 'email' | 'phone' | 'externalId',
  field: string | undefined,
): SubjectRef | undefined {
  const value = field === undefined ? undefined : textOf(Buffer.from(field, 'latin1'))?.trim();
  return value === undefined || value === '' ? undefined : { [name]: value };
}

/** The fields of one line; undefined when a quote is not closed, or something follows it. */
function fieldsOf(line: string, separator: string): string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; ;) {
    const quoted = line[at] === '"' ? quotedField(line, at) : undefined;
    if (line[at] === '"' && quoted === undefined) return undefined;
    const next = line.indexOf(separator, at);
    const end = quoted?.end ?? (next < 0 ? line.length : next);
    fields.push(quoted?.value ?? line.slice(at, end));
    if (end >= line.length) return fields;
    if (line[end] !== separator) return undefined;
    at = end + separator.length;
  }
}

/** From the quote at `start` to the one that closes it; two quotes are one of the text. */
function quotedField(line: string, start: number): { value: string; end: number } | undefined {
  let value = '';
  for (let at = start + 1; ;) {
    const quote = line.indexOf('"', at);
    if (quote < 0) return undefined;
    value += line.slice(at, quote);
    if (line[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    at = quote + 2;
  }
}
