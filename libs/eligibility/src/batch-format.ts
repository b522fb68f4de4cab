/** How one line of a batch names a person. `undefined` = malformed; the caller answers "not allowed". */
import type { Channel } from '@assent/contract';
import type { SubjectRef } from '@assent/ports';

export type ReadLine = (text: string) => SubjectRef | undefined;

const MEMBERS = ['email', 'phone', 'externalId', 'id'] as const;

/** `{"email":"…"}`: exactly one known member, a text. */
export const ndjsonLine: ReadLine = (text) => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const given = MEMBERS.filter((name) => Object.hasOwn(value, name));
  const [name] = given;
  const member: unknown = name && (value as Record<string, unknown>)[name];
  return given.length === 1 && name && typeof member === 'string' && member !== ''
    ? { [name]: member }
    : undefined;
};

/** One address a line: a phone number for the channels of a phone, else an e-mail address. */
export const plainLine =
  (channel: Channel): ReadLine =>
  (text) => {
    const value = text.trim();
    if (value === '') return undefined;
    return channel === 'sms' || channel === 'voice' ? { phone: value } : { email: value };
  };

/** Reads the lines below a CSV header (RFC 4180, separators `,` `;` or tab); undefined when no column names a person. */
export function csvLine(header: string): ReadLine | undefined {
  const separator =
    [',', ';', '\t'].sort((a, b) => header.split(b).length - header.split(a).length)[0] ?? ',';
  const columns = (fieldsOf(header, separator) ?? []).map((name) => name.trim().toLowerCase());
  for (const name of ['email', 'phone', 'externalId'] as const) {
    const index = columns.indexOf(name.toLowerCase());
    if (index < 0) continue;
    return (text) => {
      const value = fieldsOf(text, separator)?.[index]?.trim();
      return value === undefined || value === '' ? undefined : { [name]: value };
    };
  }
  return undefined;
}

/** The fields of one line; undefined when a quote is not closed. */
function fieldsOf(line: string, separator: string): string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; ;) {
    if (line[at] === '"') {
      let value = '';
      let end = line.indexOf('"', at + 1);
      while (end >= 0 && line[end + 1] === '"') {
        value += line.slice(at + 1, end + 1);
        at = end + 1;
        end = line.indexOf('"', at + 1);
      }
      if (end < 0) return undefined;
      fields.push(value + line.slice(at + 1, end));
      at = end + 1;
      if (at < line.length && line[at] !== separator) return undefined;
    } else {
      const end = line.indexOf(separator, at);
      fields.push(line.slice(at, end < 0 ? undefined : end));
      at = end < 0 ? line.length : end;
    }
    if (at >= line.length) return fields;
    at += separator.length;
    if (at === line.length) return [...fields, ''];
  }
}
