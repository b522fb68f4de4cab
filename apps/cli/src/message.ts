/** Internet messages (RFC 5322) and MIME (RFC 2045–2047) as far as our commands read them; whatever is broken reads as less, never as a fault. */

export interface Field {
  /** Lower case. */
  readonly name: string;
  /** Unfolded: line breaks gone, the white space behind them kept (RFC 5322 §2.2.3). */
  readonly value: string;
  /** As it stood, line breaks and all. */
  readonly raw: string;
}

/** A message, or a part of one; `body` has one character per byte. */
export interface Entity {
  readonly fields: readonly Field[];
  readonly body: string;
}

/** A part that holds no other parts; a message within a message is such a part. */
export interface Leaf extends Entity {
  /** Lower case; `text/plain` when nothing is said. */
  readonly type: string;
  /** The transfer encoding taken off, the charset too for `text/*`. */
  readonly content: string;
  readonly isAttached: boolean;
}

/** Nobody nests deeper or divides further in good faith. */
const DEEPEST = 8;
const MOST_PARTS = 100;
const LONGEST_PARAMETERS = 4000;
const NAME = /^[\x21-\x39\x3b-\x7e]+$/;

export const readMessage = (bytes: Uint8Array): Entity =>
  entityOf(
    Buffer.from(bytes)
      .toString('latin1')
      .replace(/^From [^\n]*\n/, ''),
  );

/** `text`: one character per byte. */
export function entityOf(text: string): Entity {
  const end = /^\r?\n|\n\r?\n/.exec(text);
  const head = end === null ? text : text.slice(0, end.index);
  const fields: Field[] = [];
  let lines: string[] = [];
  const close = (): void => {
    const raw = lines.join('\n');
    const colon = raw.indexOf(':');
    const name = raw.slice(0, Math.max(colon, 0)).trimEnd();
    const value = lines.join('').slice(colon + 1);
    if (NAME.test(name)) fields.push({ name: name.toLowerCase(), value: value.trim(), raw });
    lines = [];
  };
  for (const line of head.split(/\r?\n/)) {
    if (lines.length > 0 && !/^[ \t]/.test(line)) close();
    lines.push(line);
  }
  close();
  return { fields, body: end === null ? '' : text.slice(end.index + end[0].length) };
}

export const fieldsNamed = ({ fields }: Entity, name: string): Field[] =>
  fields.filter((field) => field.name === name.toLowerCase());

/** The first of that name, or an empty text. */
export const valueOf = (entity: Entity, name: string): string => fieldsNamed(entity, name)[0]?.value ?? '';

/** `boundary` of `multipart/mixed; boundary="x"`; undefined when it is not there. */
export function parameter(value: string, name: string): string | undefined {
  for (const [, key, quoted, plain] of value
    .slice(0, LONGEST_PARAMETERS)
    .matchAll(/;\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/g)) {
    if (key?.toLowerCase() === name) return plain ?? quoted?.replace(/\\(.)/g, '$1');
  }
  return undefined;
}

export const typeOf = (entity: Entity): string => {
  const type = /^\s*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)/.exec(valueOf(entity, 'content-type'))?.[1];
  return type?.toLowerCase() ?? 'text/plain';
};

/** The parts in their order, without looking into attached messages. */
export function leavesOf(entity: Entity): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (one: Entity, depth: number): void => {
    if (leaves.length >= MOST_PARTS) return;
    const type = typeOf(one);
    const boundary = type.startsWith('multipart/')
      ? parameter(valueOf(one, 'content-type'), 'boundary')
      : undefined;
    if (boundary === undefined || boundary === '' || depth >= DEEPEST) {
      leaves.push({ ...one, type, content: contentOf(one, type), isAttached: isAttached(one) });
      return;
    }
    for (const part of partsOf(one.body, boundary)) walk(entityOf(part), depth + 1);
  };
  walk(entity, 0);
  return leaves;
}

/** Between the delimiter lines (RFC 2046 §5.1.1); a missing last one is borne. */
function partsOf(body: string, boundary: string): string[] {
  const parts: string[] = [];
  let part: string[] | undefined;
  for (const line of body.split('\n')) {
    const text = line.trimEnd();
    if (text === `--${boundary}` || text === `--${boundary}--`) {
      if (part !== undefined) parts.push(part.join('\n'));
      if (text.length > boundary.length + 2) return parts;
      if (parts.length >= MOST_PARTS) return parts;
      part = [];
    } else part?.push(line);
  }
  if (part !== undefined) parts.push(part.join('\n'));
  return parts;
}

const isAttached = (entity: Entity): boolean => /^attachment\b/i.test(valueOf(entity, 'content-disposition'));

function contentOf(entity: Entity, type: string): string {
  const bytes = decoded(entity.body, valueOf(entity, 'content-transfer-encoding').toLowerCase());
  if (!type.startsWith('text/') || type === 'text/rfc822-headers') return bytes.toString('latin1');
  return inCharset(bytes, parameter(valueOf(entity, 'content-type'), 'charset') ?? 'utf-8');
}

function decoded(body: string, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  return Buffer.from(encoding === 'quoted-printable' ? unquoted(body) : body, 'latin1');
}

const unquoted = (text: string): string =>
  text
    .replace(/=[ \t]*\r?\n/g, '')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

function inCharset(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('latin1'); // a charset that nobody knows
  }
}

/** A header text with its encoded words read (RFC 2047). */
export const readable = (value: string): string =>
  value
    .replace(/(\?=)\s+(?==\?)/g, '$1')
    .replace(/=\?([\w.-]{1,40})\?([bq])\?([^?\s]*)\?=/gi, (_, charset: string, how: string, text: string) =>
      inCharset(
        how.toLowerCase() === 'b'
          ? Buffer.from(text, 'base64')
          : Buffer.from(unquoted(text.replaceAll('_', ' ')), 'latin1'),
        charset,
      ),
    );
