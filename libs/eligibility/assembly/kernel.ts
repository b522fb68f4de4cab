// The eligibility kernel (AssemblyScript, see ../README.md for its format): lines with one e-mail address each in, one
// byte per line out: '1' allowed, '0' not, '?' the host must decide. What it does not know for certain is '?'.
// `npm run kernel` compiles it into ../src/kernel-wasm.ts.

const KIND: u64 = 0x006c69616d65, PREFIX: u32 = 6; // "email" and 0x00, first byte lowest; its length
const BATCH: u32 = 64; // lines are read, hashed, touched and probed 64 at a time: the cache misses overlap
const SLOT: u32 = 24; // address key 16 bytes, verdict 8 bytes; verdict 0 = empty
const WHOLE: u32 = 0xffffffff;

const IV = memory.data<u32>([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]);
const SIGMA = memory.data<u64>([ // one round each, one nibble per message word
  0xfedcba9876543210, 0x357b20c16df984ae, 0x491763eadf250c8b, 0x8f04a562ebcd1397, 0xd386cb1efa427509,
  0x91ef57d438b0a6c2, 0xb8293670a4def15c, 0xa2684f05931ce7bd, 0x5a417d2c803b9ef6, 0x0dc3e9bf5167482a,
]);
// Hash states (KEYED: after the key block) are eight words of four lanes; WORDS, the block to compress, sixteen.
const KEYED = memory.data(128, 16), CHAIN = memory.data(128, 16), WORK = memory.data(256, 16), WORDS = memory.data(256, 16);
// Of each line of the batch: message, address key, byte counter (0: the line is '?'), place.
const ROWS = memory.data(64 * BATCH + 64, 16), KEYS = memory.data(16 * BATCH, 16);
const LENGTHS = memory.data(4 * BATCH, 16), STARTS = memory.data(4 * BATCH, 16);

export const BASE: usize = __heap_base; // memory from here on belongs to the host

// ---- BLAKE2s (RFC 7693), keyed: four messages at once, one per lane ------------------------------------------------

@inline function word(p: usize, i: usize): v128 { return v128.load(p + i * 16); }
@inline function set(p: usize, i: usize, x: v128): void { v128.store(p + i * 16, x); }
@inline function splat(p: usize, i: usize): v128 { return v128.load32_splat(p + i * 4); }
@inline function turn(x: v128, n: i32): v128 { return v128.or(i32x4.shr_u(x, n), i32x4.shl(x, 32 - n)); }
@inline function turn16(x: v128): v128 { return i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13); }
@inline function turn8(x: v128): v128 { return i8x16.shuffle(x, x, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12); }
@inline function mix(m: u64, i: usize, j: usize, k: usize, l: usize): void {
  let a = word(WORK, i), b = word(WORK, j), c = word(WORK, k), d = word(WORK, l);
  a = i32x4.add(i32x4.add(a, b), word(WORDS, <usize>m & 15));
  d = turn16(v128.xor(d, a)), c = i32x4.add(c, d), b = turn(v128.xor(b, c), 12);
  a = i32x4.add(i32x4.add(a, b), word(WORDS, <usize>(m >> 4) & 15));
  d = turn8(v128.xor(d, a)), c = i32x4.add(c, d), b = turn(v128.xor(b, c), 7);
  set(WORK, i, a), set(WORK, j, b), set(WORK, k, c), set(WORK, l, d);
}
// RFC 7693 function F on WORDS.
function compress(h: usize, t: v128, last: i32, out: usize): void {
  for (let i: usize = 0; i < 8; i++) { set(WORK, i, word(h, i)); set(WORK, i + 8, splat(IV, i)); }
  set(WORK, 12, v128.xor(splat(IV, 4), t));
  set(WORK, 14, v128.xor(splat(IV, 6), i32x4.splat(last)));
  for (let s = SIGMA; s < SIGMA + 80; s += 8) {
    const m = load<u64>(s);
    mix(m, 0, 4, 8, 12), mix(m >> 8, 1, 5, 9, 13), mix(m >> 16, 2, 6, 10, 14), mix(m >> 24, 3, 7, 11, 15);
    mix(m >> 32, 0, 5, 10, 15), mix(m >> 40, 1, 6, 11, 12), mix(m >> 48, 2, 7, 8, 13), mix(m >> 56, 3, 4, 9, 14);
  }
  for (let i: usize = 0; i < 8; i++) set(out, i, v128.xor(v128.xor(word(WORK, i), word(WORK, i + 8)), word(h, i)));
}
// Four by four words, transposed.
@inline function transpose(p: usize, step: usize, o: usize): void {
  const w = v128.load(p), x = v128.load(p + step), y = v128.load(p + 2 * step), z = v128.load(p + 3 * step);
  const a = v128.shuffle<u32>(w, x, 0, 4, 1, 5), b = v128.shuffle<u32>(w, x, 2, 6, 3, 7);
  const c = v128.shuffle<u32>(y, z, 0, 4, 1, 5), d = v128.shuffle<u32>(y, z, 2, 6, 3, 7);
  set(o, 0, v128.shuffle<u64>(a, c, 0, 2)); set(o, 1, v128.shuffle<u64>(a, c, 1, 3));
  set(o, 2, v128.shuffle<u64>(b, d, 0, 2)); set(o, 3, v128.shuffle<u64>(b, d, 1, 3));
}
@inline function spread(rows: usize): void { for (let c: usize = 0; c < 64; c += 16) transpose(rows + c, 64, WORDS + c * 4); }
function absorb(p: usize, length: u32, t: u32, last: i32): void { // one message, in lane 0
  memory.fill(ROWS, 0, 64);
  memory.copy(ROWS, p, length);
  spread(ROWS);
  compress(CHAIN, i32x4.splat(t), last, CHAIN);
}
// The key block is compressed here, once; after that an address of up to 58 bytes costs one compression.
export function setKey(secret: usize, digestBytes: u32): void {
  for (let i: usize = 0; i < 8; i++) set(CHAIN, i, splat(IV, i));
  set(CHAIN, 0, v128.xor(splat(IV, 0), i32x4.splat(0x01012000 ^ digestBytes)));
  absorb(secret, 32, 64, 0);
  for (let i: usize = 0; i < 8; i++) set(KEYED, i, v128.load32_splat(CHAIN + i * 16));
}
// One message of 1 byte or more; writes 32 bytes, of which the first digestBytes count.
export function hash(p: usize, length: u32, out: usize): void {
  let t: u32 = 64;
  memory.copy(CHAIN, KEYED, 128);
  for (; length > 64; p += 64, length -= 64) absorb(p, 64, (t += 64), 0);
  absorb(p, length, t + length, -1);
  for (let i: usize = 0; i < 8; i++) store<u32>(out + i * 4, load<u32>(CHAIN + i * 16));
}

// ---- The table: home = first key word * slots / 2^32, then onwards, no wrap-around ----------------------------------

// While it grows in place, from its end to its beginning, what lived above `cut`, an empty slot, lives by `wider`.
let table: usize = 0, slots: u32 = 0, wider: u32 = 0, cut: u32 = WHOLE;

@inline function scaled(key: usize, by: u32): u32 { return <u32>((<u64>load<u32>(key) * by) >> 32); }
@inline function at(slot: u32): usize { return table + <usize>slot * SLOT; }
@inline function home(key: usize): usize {
  const h = scaled(key, slots);
  return at(h > cut ? scaled(key, wider) : h);
}
export function lay(from: usize, count: u32): void { table = from; slots = count; }
// The slot of a key, or the empty slot where it belongs.
export function find(key: usize): usize {
  let q = home(key);
  while (load<u64>(q, 16) && v128.any_true(v128.xor(v128.load(q), v128.load(key)))) q += SLOT;
  return q;
}
// Begins to spread the table over `count` slots; `last` is the last slot of the old one, always empty.
export function grow(count: u32, last: u32): void { wider = count; cut = last; }
// Moves `count` slots or a few more, up to the next empty one; 0 when nothing is left to move. Twice `room` is too much.
export function move(count: u32, scratch: usize, room: u32): u32 {
  let low = cut > count ? cut - count : 0;
  while (low && load<u64>(at(low), 16)) low--;
  const first = low ? low + 1 : 0, bytes = <usize>(cut + 1 - first) * SLOT;
  if (bytes > room) unreachable();
  memory.copy(scratch, at(first), bytes);
  memory.fill(at(first), 0, bytes);
  for (let p = scratch; p < scratch + bytes; p += SLOT) {
    if (!load<u64>(p, 16)) continue;
    let q = at(scaled(p, wider));
    while (load<u64>(q, 16)) q += SLOT;
    memory.copy(q, p, SLOT);
  }
  cut = low;
  if (!low) { slots = wider; cut = WHOLE; }
  return low;
}

// ---- Lines -----------------------------------------------------------------------------------------------------------

let from: usize = 0, to: usize = 0; // what a scanner found is from..to; from = 0: nothing certain

// First byte from p on that is a, b or a control character.
@inline function seek(p: usize, a: i8, b: i8): usize {
  let bits: i32 = 0;
  for (; !bits; p += 16) {
    const v = v128.load(p), stop = v128.or(i8x16.eq(v, i8x16.splat(a)), i8x16.eq(v, i8x16.splat(b)));
    bits = i8x16.bitmask(v128.or(stop, i8x16.lt_u(v, i8x16.splat(32))));
  }
  return p - 16 + ctz(bits);
}
// The same; bytes that are no ASCII stop it too: a whole line of JSON must be UTF-8, which nobody checks here.
@inline function seekAscii(p: usize, a: i8, b: i8): usize {
  let bits: i32 = 0;
  for (; !bits; p += 16) {
    const v = v128.load(p), stop = v128.or(i8x16.eq(v, i8x16.splat(a)), i8x16.eq(v, i8x16.splat(b)));
    bits = i8x16.bitmask(v128.or(stop, i8x16.lt_s(v, i8x16.splat(32))));
  }
  return p - 16 + ctz(bits);
}
@inline function skip(p: usize): usize { while (load<u8>(p) == 32) p++; return p; }
@inline function ends(p: usize): bool { return load<u8>(p) == 10 || (load<u8>(p) == 13 && load<u8>(p + 1) == 10); }
// End of the string without escapes that starts at p, or 0.
@inline function quoted(p: usize): usize {
  const end = load<u8>(p) == 34 ? seekAscii(p + 1, 34, 92) : 0;
  return load<u8>(end) == 34 ? end : 0;
}
// Names that mean a person in another way: "id", "phone", "externalId" (and all that begin like the last).
@inline function rival(k: usize): bool {
  return load<u32>(k) == 0x22646922 || (load<u64>(k) & 0xffffffffffffff) == 0x22656e6f687022 || load<u64>(k) == 0x616e726574786522;
}
// A flat object of strings without escapes and of whole numbers, checked to its end; anything else stays uncertain.
function scanJson(p: usize): usize {
  let email: usize = (from = 0);
  p = skip(p);
  if (load<u8>(p) != 123) return p; // {
  do {
    const k = skip(p + 1), end = quoted(k), colon = skip(end + 1), v = skip(colon + 1);
    if (!end || load<u8>(colon) != 58 || rival(k)) return p;
    const mine = (load<u64>(k) & 0xffffffffffffff) == 0x226c69616d6522; // "email"
    p = quoted(v);
    if (mine && (email || !p)) return v;
    if (mine) { email = v + 1; to = p; }
    if (p) p++;
    else for (p = v; <u8>(load<u8>(p) - 48) < 10; ) p++;
    if (p == v || (load<u8>(v) == 48 && p > v + 1)) return v;
    p = skip(p);
  } while (load<u8>(p) == 44); // ,
  if (load<u8>(p) != 125) return p; // }
  p = skip(p + 1);
  from = ends(p) ? email : 0;
  return p;
}
// The whole line is the address; + begins a phone number.
function scanPlain(p: usize): usize {
  to = seek(p, 10, 10);
  from = ends(to) && load<u8>(skip(p)) != 43 ? p : 0;
  return to;
}
// One column of several. A quote anywhere leaves the line uncertain.
function scanColumn(p: usize, separator: i8, column: u32): usize {
  from = 0;
  for (; column; column--, p++) {
    p = seek(p, separator, 34);
    if (load<u8>(p) != <u8>separator) return p;
  }
  const start = p;
  to = p = seek(p, separator, 34);
  while (load<u8>(p) == <u8>separator) p = seek(p + 1, separator, 34);
  from = ends(p) ? start : 0;
  return p;
}
// Message of one line: kind, 0x00, lower-cased address, zeros. Returns its byte counter; 0 unless short and plain ASCII.
function fillRow(row: usize): u32 {
  if (!from) return 0;
  const p = skip(from);
  while (to > p && load<u8>(to - 1) == 32) to--;
  const length = <u32>(to - p);
  if (to <= p || length > 64 - PREFIX) return 0;
  for (let i: usize = 0; i < 4; i++) set(row, i, i64x2.splat(0));
  store<u64>(row, KIND);
  let odd: i32 = 0;
  for (let i: u32 = 0; i < length; i += 16) {
    const lane = v128(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const keep = i8x16.lt_u(lane, i8x16.splat(<i8>min(length - i, 16))), v = v128.and(v128.load(p + i), keep);
    const upper = v128.and(i8x16.gt_s(v, i8x16.splat(64)), i8x16.lt_s(v, i8x16.splat(91)));
    odd |= i8x16.bitmask(v); // not ASCII
    v128.store(row + PREFIX + i, v128.or(v, v128.and(upper, i8x16.splat(32))));
  }
  return odd ? 0 : 64 + PREFIX + length;
}
// n bytes of whole lines at input, 16 spare line feeds behind. form: 0 JSON, 1 plain, else the separator of columns.
// Answers at out, '?' lines as (line, start) at todo. Returns lines | '?' lines << 32.
export function check(form: i32, column: u32, input: usize, n: usize, out: usize, todo: usize, pair: u32, today: u32): u64 {
  let p = input, line: u32 = 0, open: u32 = 0;
  while (p < input + n) {
    let count: u32 = 0, touch: u64 = 0;
    for (; count < BATCH && p < input + n; count++, p++) {
      store<u32>(STARTS + count * 4, <u32>(p - input));
      p = !form ? scanJson(p) : form == 1 ? scanPlain(p) : scanColumn(p, <i8>form, column);
      store<u32>(LENGTHS + count * 4, fillRow(ROWS + count * 64));
      while (load<u8>(p) != 10) p = seek(p + 1, 10, 10);
    }
    for (let g: usize = 0; g < count; g += 4) {
      spread(ROWS + g * 64);
      compress(KEYED, v128.load(LENGTHS + g * 4), -1, CHAIN);
      transpose(CHAIN, 16, KEYS + g * 16);
    }
    for (let i: usize = 0; i < count; i++) {
      const q = home(KEYS + i * 16);
      touch ^= load<u64>(q) ^ load<u64>(q, 64); // the two cache lines a search is likely to need
    }
    store<u64>(WORK, touch);
    for (let i: usize = 0; i < count; i++, line++) {
      const known = load<u32>(LENGTHS + i * 4) != 0, verdict = known ? load<u64>(find(KEYS + i * 16), 16) : 0;
      const ask = !known || (verdict && ((verdict >> 45) & 1 || <u32>(verdict >> 48) <= today));
      store<u8>(out + line, ask ? 63 : 48 + <u8>((verdict >> pair) & 1));
      if (ask) store<u64>(todo + open++ * 8, (<u64>load<u32>(STARTS + i * 4) << 32) | line);
    }
  }
  return (<u64>open << 32) | line;
}
