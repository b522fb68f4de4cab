const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
let last = { at: -1, time: '', digits: [] as number[] };

/**
 * A ULID: 48 bits of time, 80 random bits, Crockford base 32. Sorts by the millisecond `at`; within one, and within this
 * process, in the order in which they were made.
 */
export function ulid(at: number): string {
  if (last.at === at) last.digits = following(last.digits);
  else last = { at, time: timeOf(at), digits: random() };
  let text = last.time;
  for (const digit of last.digits) text += ALPHABET.charAt(digit);
  return text;
}

function timeOf(at: number): string {
  let time = '';
  for (let rest = at, digit = 0; digit < 10; digit++, rest = Math.floor(rest / 32)) {
    time = ALPHABET.charAt(rest % 32) + time;
  }
  return time;
}

const DIGITS = 16;
/** Randomness is asked for in stock: asking costs more than what is asked for. */
const stock = new Uint8Array(DIGITS * 64);
let left = 0;

/** The first digit stays small, so that counting up never runs over. */
function random(): number[] {
  if (left === 0) {
    globalThis.crypto.getRandomValues(stock);
    left = stock.length;
  }
  left -= DIGITS;
  return Array.from(stock.subarray(left, left + DIGITS), (byte, index) => byte % (index === 0 ? 16 : 32));
}

function following(digits: readonly number[]): number[] {
  const next = [...digits];
  let index = next.length - 1;
  while (index > 0 && next[index] === 31) next[index--] = 0;
  next[index] = (next[index] ?? 0) + 1;
  return next;
}
