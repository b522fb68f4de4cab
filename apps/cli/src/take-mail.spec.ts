import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Outgoing, OutgoingFailure, type OutgoingRequest, type OutgoingResponse } from '@assent/ports';
import { bounce, complaint, letter, REQUEST } from './incoming-mail-spec.js';
import { LARGEST_BYTES, workOff } from './mail-folder.js';
import { ADDRESS, TOKEN } from './sent-mail-spec.js';
import { mailTaker } from './take-mail.js';

/** Answers as the product would; counts what it is told. */
class Product extends Outgoing {
  readonly told: string[] = [];
  answer: number | OutgoingFailure = 200;
  override send({ method, url }: OutgoingRequest): Promise<OutgoingResponse> {
    this.told.push(`${method} ${url}`);
    return this.answer instanceof OutgoingFailure
      ? Promise.reject(this.answer)
      : Promise.resolve({ status: this.answer, headers: {}, body: '' });
  }
}

describe('A folder of mails', () => {
  let folder: string;
  let product: Product;
  let told: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assent-mail-in-'));
    product = new Product();
    told = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (name: string, mail: string): void => writeFileSync(join(folder, name), mail, { mode: 0o644 });
  const take = () =>
    workOff(
      folder,
      mailTaker('https://consent.example.org', product, (line) => told.push(line)),
    );
  const lying = (where = ''): string[] =>
    readdirSync(join(folder, where)).filter((name) => name !== 'done' && name !== 'refused');

  it('is worked off once: stops are told to the public door, the rest is sorted, all for the owner alone', async () => {
    put('1.eml', REQUEST);
    put('2.eml', complaint('abuse'));
    put('3.eml', bounce('failed', '5.1.1'));
    put('4.eml', letter('Hello', 'Please never write to me again.'));
    expect(await take()).toEqual({ done: 3, refused: 1, later: 0 });
    const stops = [
      `POST https://consent.example.org/u/${TOKEN}`,
      `POST https://consent.example.org/u/${TOKEN}/complaint`,
    ];
    expect(product.told).toEqual(stops);
    expect([lying(), lying('done'), lying('refused')]).toEqual([[], ['1.eml', '2.eml', '3.eml'], ['4.eml']]);
    for (const name of ['done/1.eml', 'refused/4.eml'])
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    for (const name of ['done', 'refused']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(folder, 'done/1.eml'), 'utf8')).toBe(REQUEST);
    expect(await take()).toEqual({ done: 0, refused: 0, later: 0 });
    expect(product.told).toEqual(stops);
  });

  it('says what it did, without an address and without a token', async () => {
    put('1.eml', REQUEST);
    put(`2-${ADDRESS}.eml`, bounce('failed', '5.1.1'));
    put('3\u001b[31m.eml', complaint('abuse'));
    await take();
    expect(told).toEqual([
      'done     1.eml  an unsubscribe: recorded',
      'done     a file  a bounce: hard 5.1.1 a***@example.org',
      'done     a file  a complaint: recorded',
    ]);
    expect(told.join()).not.toContain(TOKEN.slice(2, 20));
  });

  it('keeps a stop for the next run while the product cannot take it, and never forgets it', async () => {
    put('1.eml', REQUEST);
    put('2.eml', bounce('failed', '5.1.1'));
    for (const answer of [503, 429, 500, 302, new OutgoingFailure('unreachable', 'no answer')]) {
      product.answer = answer;
      expect((await take()).later).toBe(1);
      expect(lying()).toEqual(['1.eml']);
    }
    product.answer = 200;
    expect(await take()).toEqual({ done: 1, refused: 0, later: 0 });
    expect([lying(), lying('done')]).toEqual([[], ['1.eml', '2.eml']]);
  });

  it('lays aside a stop whose link the product does not know as its own', async () => {
    put('1.eml', REQUEST);
    product.answer = 404;
    expect(await take()).toEqual({ done: 0, refused: 1, later: 0 });
    expect(lying('refused')).toEqual(['1.eml']);
  });

  it('overwrites no mail that was worked off under the same name', async () => {
    for (const mail of [REQUEST, complaint('abuse'), bounce('failed', '5.1.1')]) {
      put('1.eml', mail);
      await take();
    }
    expect(lying('done')).toEqual(['1.eml', '1.eml.1', '1.eml.2']);
    expect(readFileSync(join(folder, 'done/1.eml'), 'utf8')).toBe(REQUEST);
  });

  it('passes over what is still being written, folders, and links out of it', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'assent-else-'));
    writeFileSync(join(elsewhere, 'mail'), REQUEST, { mode: 0o644 });
    for (const name of ['.1.eml', '2.part', '3.tmp']) put(name, REQUEST);
    mkdirSync(join(folder, 'cur'));
    symlinkSync(join(elsewhere, 'mail'), join(folder, 'link.eml'));
    expect(await take()).toEqual({ done: 0, refused: 0, later: 0 });
    expect([product.told, lying().length]).toEqual([[], 5]);
    expect(statSync(join(elsewhere, 'mail')).mode & 0o777).toBe(0o644);
    rmSync(elsewhere, { recursive: true });
  });

  it('reads no mail that is longer than any report', async () => {
    put('1.eml', REQUEST);
    truncateSync(join(folder, '1.eml'), LARGEST_BYTES + 1);
    expect(await take()).toEqual({ done: 0, refused: 1, later: 0 });
    expect(product.told).toEqual([]);
  });

  it('may be worked off by two at once', async () => {
    for (let number = 10; number < 30; number++) put(`${number}.eml`, REQUEST);
    const [first, second] = await Promise.all([take(), take()]);
    expect(first.done + second.done).toBeGreaterThanOrEqual(20);
    expect(lying()).toEqual([]);
    expect(lying('done')).toHaveLength(20);
  });

  it('that is not there is a fault, not an empty one', async () => {
    const missing = join(folder, 'nowhere');
    const work = () => Promise.resolve('done' as const);
    await expect(workOff(missing, work)).rejects.toThrow('ENOENT');
    expect(existsSync(missing)).toBe(false);
  });
});
