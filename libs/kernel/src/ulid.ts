const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
let last = { at: -1, digits: [] as number[] };

/**
 * A ULID: 48 bits of time, 80 random bits, Crockford base 32. Sorts by the millisecond `at`; within one, and within this
 * process, in the order in which they were made.
 */
export function ulid(at: number): string {
  let time = '';
  for (let rest = at, digit = 0; digit < 10; digit++, rest = Math.floor(rest / 32)) {
    time = ALPHABET.charAt(rest % 32) + time;
  }
  last = { at, digits: last.at === at ? following(last.digits) : random() };
  return time + last.digits.map((digit) => ALPHABET.charAt(digit)).join('');
}

/** The first digit stays small, so that counting up never runs over. */
const random = (): number[] =>
  Array.from(
    globalThis.crypto.getRandomValues(new Uint8Array(16)),
    (byte, index) => byte % (index === 0 ? 16 : 32),
  );

function following(digits: readonly number[]): number[] {
  const next = [...digits];
  let index = next.length - 1;
  while (index > 0 && next[index] === 31) next[index--] = 0;
  next[index] = (next[index] ?? 0) + 1;
  return next;
}
