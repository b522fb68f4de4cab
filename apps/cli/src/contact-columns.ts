/** Which column of a file says which member of a contact. Members are those of `POST /v1/imports/{importId}`. */

const ADDRESSES = ['email', 'phone', 'post'] as const;
const TEXTS = ['externalId', 'context', 'relationship', 'locale', 'collectedAt', 'source', 'notice'] as const;
const CONSENT = ['consents.notice', 'consents.occurredAt'] as const;
const EVIDENCE = [
  ...['evidence.method', 'evidence.documentRef', 'evidence.note', 'evidence.formUrl', 'evidence.formDigest'],
  ...['evidence.ip', 'evidence.userAgent', 'evidence.confirmedAt'],
];
const LISTS = ['declined', 'consents', 'consents.channels'] as const;
export const MEMBERS: readonly string[] = [
  ...ADDRESSES,
  ...TEXTS,
  'informed',
  ...LISTS,
  ...CONSENT,
  ...EVIDENCE,
];

/** What a column may be mapped to so that it is passed over. */
export const NOTHING = '-';

const byName = new Map(MEMBERS.map((member) => [member.toLowerCase(), member]));

/** The member of each column in order, `undefined` for one that is passed over. Throws an `Error` that lists what there is. */
export function columnsOf(
  header: readonly string[],
  mapped: ReadonlyMap<string, string>,
): (string | undefined)[] {
  const known = new Set(header.map((name) => name.trim()));
  const missing = [...mapped.keys()].filter((name) => !known.has(name));
  if (missing.length > 0)
    throw new Error(`the file has no column ${listed(missing)}; it has ${listed([...known])}`);
  const unknown: string[] = [];
  const columns = header.map((cell) => {
    const name = cell.trim();
    const said = mapped.get(name) ?? name;
    if (said === NOTHING) return undefined;
    const member = byName.get(said.toLowerCase());
    if (member === undefined) unknown.push(mapped.has(name) ? said : name);
    return member;
  });
  if (unknown.length > 0) {
    throw new Error(
      `not understood: ${listed(unknown)}. Understood are ${MEMBERS.join(', ')}. ` +
        'Say --map column=member for another name, --map column=- to pass a column over',
    );
  }
  const twice = columns.filter((one, index) => one !== undefined && columns.indexOf(one) !== index);
  if (twice.length > 0) throw new Error(`two columns say ${listed([...new Set(twice as string[])])}`);
  if (!columns.some((one) => one === 'externalId' || ADDRESSES.some((kind) => kind === one)))
    throw new Error('no column says email, phone, post or externalId');
  return columns;
}

/** A name of the header is repeated only as far as it can be a name: a file without a header begins with an address. */
const listed = (names: readonly string[]): string =>
  names.map((name) => (/^(?!.*\d{6})[\w .-]{1,40}$/.test(name) ? `"${name}"` : '(no name)')).join(', ');

/** The body for one row. Cells that are empty say nothing; `always` holds for every row whose own cell is empty. */
export function contactOf(
  columns: readonly (string | undefined)[],
  cells: readonly string[],
  always: ReadonlyMap<string, string>,
): object {
  const said = new Map(always);
  for (const [index, member] of columns.entries()) {
    const cell = cells[index]?.trim() ?? '';
    if (member !== undefined && cell !== '') said.set(member, cell);
  }
  const evidence = part(said, 'evidence.');
  const { channels, ...consent } = part(said, 'consents.');
  const named = listOf(said.get('consents'));
  const informed = said.get('informed');
  return {
    addresses: ADDRESSES.flatMap((kind) => {
      const value = said.get(kind);
      return value === undefined ? [] : [{ kind, value }];
    }),
    ...Object.fromEntries(TEXTS.flatMap((name) => (said.has(name) ? [[name, said.get(name)]] : []))),
    ...(informed !== undefined && { informed: TRUTHS.get(informed.toLowerCase()) ?? informed }),
    ...(said.has('declined') && { declined: listOf(said.get('declined')) }),
    ...(Object.keys(evidence).length > 0 && { evidence: { method: 'import', ...evidence } }),
    ...(named.length > 0 && {
      consents: named.map((purpose) => ({
        purpose,
        ...consent,
        ...(channels !== undefined && { channels: listOf(channels) }),
      })),
    }),
  };
}

const TRUTHS = new Map<string, boolean>([
  ...(['true', 'yes', '1'] as const).map((word) => [word, true] as const),
  ...(['false', 'no', '0'] as const).map((word) => [word, false] as const),
]);

const listOf = (cell = ''): string[] => cell.split(/[\s,;|]+/).filter((one) => one !== '');

const part = (said: ReadonlyMap<string, string>, prefix: string): Record<string, string> =>
  Object.fromEntries(
    [...said].flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );

/** `column=member` pairs of an option that may be given several times. Throws an `Error` for what is none. */
export function pairs(option: string, given: readonly string[]): Map<string, string> {
  return new Map(
    given.map((pair) => {
      const at = pair.lastIndexOf('=');
      if (at < 1 || at === pair.length - 1) throw new Error(`${option} takes name=value, not "${pair}"`);
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );
}

/** What holds for every row. Throws an `Error` for a member that is none. */
export function alwaysOf(given: readonly string[]): Map<string, string> {
  const all = pairs('--set', given);
  const unknown = [...all.keys()].filter((name) => !MEMBERS.includes(name));
  if (unknown.length > 0)
    throw new Error(`--set: not understood: ${unknown.join(', ')}. Understood are ${MEMBERS.join(', ')}`);
  return all;
}
