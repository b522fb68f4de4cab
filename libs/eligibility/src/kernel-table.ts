import type { Address } from '@assent/contract';
import { KERNEL } from './kernel-wasm.js';
import { LONGEST_PIECE, VerdictTable, type Form, type OpenLine, type Scanned } from './verdict-table.js';

/** What the kernel exports; addresses and lengths are bytes of its memory. See assembly/kernel.ts. */
export interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly BASE: { readonly value: number };
  setKey(secret: number, digestBytes: number): void;
  hash(text: number, length: number, out: number): void;
  lay(table: number, slots: number): void;
  find(key: number): number;
  grow(slots: number, last: number): void;
  move(slots: number, scratch: number, room: number): number;
  check(...args: number[]): bigint;
}
declare const WebAssembly:
  | {
      validate(bytes: Uint8Array): boolean;
      Module: new (bytes: Uint8Array) => object;
      Instance: new (module: object) => { readonly exports: unknown };
    }
  | undefined;

const module = compiled();
function compiled(): (() => Kernel) | undefined {
  const bytes = Buffer.from(KERNEL, 'base64');
  if (typeof WebAssembly === 'undefined' || !WebAssembly.validate(bytes)) return undefined;
  const { Module, Instance } = WebAssembly;
  const made = new Module(bytes);
  return () => new Instance(made).exports as Kernel;
}

/** A kernel of its own; undefined where the platform has no WebAssembly with vectors. */
export const newKernel = (): Kernel | undefined => module?.();

const SLOT = 24;
const KEY_BYTES = 16;
/** Slots behind the last home, since searches do not wrap around. */
const SLACK = 4096;
const PAGE = 1 << 16;
/** The host's areas; what stands before them is the kernel's. Line feeds and a vector's width follow the input. */
const KEY = 1 << 14;
const MESSAGE = KEY + 64;
const INPUT = 1 << 15;
const OUT = INPUT + LONGEST_PIECE + 64;
const TODO = OUT + LONGEST_PIECE;
const TABLE = TODO + 8 * LONGEST_PIECE;
const LINE_FEED = 10;

/** Above this share of slots taken the table grows, by `GROWTH`, while it is used: each insertion moves `STEP` slots. */
const LOAD = 0.75;
const GROWTH = 1.25;
const STEP = 64;
/** Slots that one call of `due` looks at. */
const LOOK = 1 << 15;

/** One tenant's table inside a kernel of its own, which knows the tenant's key of address keys. */
export class KernelTable extends VerdictTable {
  size = 0;
  private slots: number;
  /** The slots it is being spread over; 0 when it does not grow. */
  private wider = 0;
  private memory: Buffer;

  constructor(
    private readonly kernel: Kernel,
    secret: Uint8Array,
    slots = 1024,
  ) {
    super();
    if (kernel.BASE.value > KEY || secret.length !== 32) throw new RangeError('a secret has 32 bytes');
    this.slots = slots;
    this.memory = this.reserve(slots);
    this.memory.set(secret, KEY);
    kernel.setKey(KEY, KEY_BYTES);
    this.memory.fill(0, KEY, KEY + secret.length);
    kernel.lay(TABLE, slots);
  }

  override get bytes(): number {
    return Math.max(this.slots, this.wider) * SLOT;
  }

  override keyOf({ kind, value }: Address): string {
    const length = this.memory.write(`${kind}\0${value}`, MESSAGE, INPUT - MESSAGE, 'utf8');
    this.kernel.hash(MESSAGE, length, KEY);
    return this.memory.toString('hex', KEY, KEY + KEY_BYTES);
  }

  override get(key: string): bigint {
    return this.memory.readBigUInt64LE(this.find(key) + KEY_BYTES);
  }

  override set(key: string, word: bigint): void {
    const slot = this.find(key);
    if (this.memory.readBigUInt64LE(slot + KEY_BYTES) === 0n) this.size += 1;
    this.memory.copy(this.memory, slot, KEY, KEY + KEY_BYTES);
    this.memory.writeBigUInt64LE(word, slot + KEY_BYTES);
    if (this.wider > 0) this.move(STEP);
    else if (this.size > this.slots * LOAD) this.grow();
  }

  override due(today: number, from: number): { keys: string[]; next: number | undefined } {
    // Slots are in key order only while they all follow one rule.
    if (this.wider > 0) {
      this.move(LOOK);
      return { keys: [], next: from };
    }
    const keys: string[] = [];
    const all = this.slots + SLACK;
    const end = Math.min(all, from + LOOK);
    for (let slot = from; slot < end; slot++) {
      const at = TABLE + slot * SLOT;
      const high = this.memory.readUInt32LE(at + KEY_BYTES + 4);
      if (high !== 0 && ((high >>> 13) & 1 || high >>> 16 <= today))
        keys.push(this.memory.toString('hex', at, at + KEY_BYTES));
    }
    return { keys, next: end < all ? end : undefined };
  }

  override scan(lines: Uint8Array, form: Form, pair: number, today: number): Scanned {
    if (lines.length > LONGEST_PIECE) throw new RangeError('more than one piece');
    const { memory } = this;
    memory.set(lines, INPUT);
    memory.fill(LINE_FEED, INPUT + lines.length, INPUT + lines.length + 32);
    const [code, column] =
      form === 'json'
        ? [0, 0]
        : form === 'plain'
          ? [1, 0]
          : ([form.separator.charCodeAt(0), form.column] as const);
    const counts = this.kernel.check(code, column, INPUT, lines.length, OUT, TODO, pair, today);
    const answered = Number(counts & 0xffffffffn);
    const open: OpenLine[] = [];
    const end = TODO + 8 * Number(counts >> 32n);
    for (let todo = TODO; todo < end; todo += 8)
      open.push({ line: memory.readUInt32LE(todo), start: memory.readUInt32LE(todo + 4) });
    return { answers: memory.subarray(OUT, OUT + answered), open };
  }

  private find(key: string): number {
    if (this.memory.write(key, KEY, 'hex') !== KEY_BYTES) throw new RangeError('no address key');
    return this.kernel.find(KEY);
  }

  private grow(): void {
    this.wider = Math.ceil(this.slots * GROWTH);
    this.memory = this.reserve(this.wider);
    this.kernel.grow(this.wider, this.slots + SLACK - 1);
  }

  private move(slots: number): void {
    if (this.kernel.move(slots, INPUT, LONGEST_PIECE) > 0) return;
    this.slots = this.wider;
    this.wider = 0;
  }

  /** Memory for so many slots; what was there stays where it is. */
  private reserve(slots: number): Buffer {
    const { memory } = this.kernel;
    const missing = TABLE + (slots + SLACK) * SLOT - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    return Buffer.from(memory.buffer);
  }
}
