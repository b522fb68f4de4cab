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
import { ADDRESS, TOKEN, withHeader, without } from './sent-mail-spec.js';
import { mailTaker } from './take-mail.js';

/** Answers as the product would; counts what it is told. */
class Product extends Outgoing {
  readonly told: string[] = [];
  readonly bodies: unknown[] = [];
  readonly keys: string[] = [];
  answer: number | OutgoingFailure = 200;
  /** By API key, or by what was told; otherwise `answer`. */
  bounces: (key: string, body: Record<string, unknown>) => [status: number, body: object] | undefined = () =>
    undefined;
  override send({ method, url, headers, body }: OutgoingRequest): Promise<OutgoingResponse> {
    this.told.push(`${method} ${url}`);
    if (this.answer instanceof OutgoingFailure) return Promise.reject(this.answer);
    if (body === undefined) return Promise.resolve({ status: this.answer, headers: {}, body: '' });
    const [key, said] = [headers?.['authorization'] ?? '', JSON.parse(body) as Record<string, unknown>];
    this.keys.push(key);
    this.bodies.push(said);
    const [status, answered] = this.bounces(key, said) ?? [this.answer, {}];
    return Promise.resolve({ status, headers: {}, body: JSON.stringify(answered) });
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
  const take = (...keys: string[]) => {
    const options = { url: 'https://consent.example.org', outgoing: product, keys };
    return workOff(folder, mailTaker({ ...options, tell: (line) => told.push(line) }));
  };
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

  describe('with an API key', () => {
    const KEY = 'key-of-presentinfini';
    const known = { undeliverable: true, reversed: true };
    const spring = withHeader('Assent-Solicitation', 'spring-4711');
    const hard = bounce('failed', '5.1.1', undefined, spring);

    it('tells a bounce by the link in the mail that came back, never by an address', async () => {
      put('1.eml', hard);
      product.bounces = () => [201, known];
      expect(await take(KEY)).toEqual({ done: 1, refused: 0, later: 0 });
      expect([product.told, product.keys, product.bodies]).toEqual([
        ['POST https://consent.example.org/v1/bounces'],
        [`Bearer ${KEY}`],
        [
          {
            ...{ token: TOKEN, status: '5.1.1', solicitationId: 'spring-4711' },
            occurredAt: '2026-11-24T09:12:00.000Z',
          },
        ],
      ]);
      expect(told).toEqual([
        'done     1.eml  a bounce: hard 5.1.1 a***@example.org: undeliverable, not counted',
      ]);
      expect(JSON.stringify([product.bodies, told])).not.toMatch(/ada\.lovelace/);
    });

    it.each([
      ['a mailbox that is full', bounce('failed', '5.2.2'), 1],
      ['a refusal of ourselves', bounce('failed', '5.7.1'), 1],
      ['a mail given up for now', bounce('failed', '4.4.7'), 1],
      ['a delay', bounce('delayed', '4.4.1'), 0],
      ['a delay that is called hard', bounce('delayed', '5.1.1'), 0],
      ['a delivery', bounce('delivered', '2.1.5'), 0],
      ['an absence', letter('Out of office', 'Back soon', 'Auto-Submitted: auto-replied'), 0],
      ['a mail without our link', bounce('failed', '5.1.1', undefined, without('List-Unsubscribe')), 0],
      ['a complaint', complaint('not-spam'), 0],
    ])('tells of %s what it is, once at most', async (_, mail, times) => {
      put('1.eml', mail);
      product.bounces = () => [200, { undeliverable: false, reversed: false }];
      expect(await take(KEY)).toEqual({ done: 1, refused: 0, later: 0 });
      expect(product.told).toHaveLength(times);
    });

    it('tells nobody of a report about several people', async () => {
      const second = 'Final-Recipient: rfc822; b@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n';
      put('1.eml', hard.replace('--b\r\nContent-Type: message/rfc822', `\r\n${second}$&`));
      expect(await take(KEY)).toEqual({ done: 1, refused: 0, later: 0 });
      expect(product.told).toEqual([]);
    });

    it('finds the tenant of the link among several keys', async () => {
      put('1.eml', hard);
      product.bounces = (key) => (key === `Bearer ${KEY}` ? [201, known] : [404, { code: 'link-unknown' }]);
      expect(await take('another', KEY, 'third')).toEqual({ done: 1, refused: 0, later: 0 });
      expect(product.keys).toEqual(['Bearer another', `Bearer ${KEY}`]);
    });

    it('takes a report from a clock that is ahead for one of now', async () => {
      put('1.eml', hard);
      product.bounces = (_, body) =>
        'occurredAt' in body ? [422, { code: 'occurred-in-future' }] : [201, known];
      expect(await take(KEY)).toEqual({ done: 1, refused: 0, later: 0 });
      expect(product.bodies).toHaveLength(2);
    });

    it.each<[number | OutgoingFailure, string, 'done' | 'refused' | 'later']>([
      [404, 'link-unknown', 'refused'],
      [404, 'subject-unknown', 'done'],
      [400, 'invalid-request', 'refused'],
      [401, 'unauthorized', 'later'],
      [403, 'forbidden', 'later'],
      [429, 'rate-limited', 'later'],
      [503, 'not-ready', 'later'],
      [404, '', 'later'],
      [new OutgoingFailure('unreachable', 'no answer'), '', 'later'],
    ])('leaves a bounce that is answered %s %s: %s', async (status, code, fate) => {
      put('1.eml', hard);
      if (status instanceof OutgoingFailure) product.answer = status;
      else product.bounces = () => [status, { code }];
      expect(await take(KEY)).toMatchObject({ [fate]: 1 });
    });
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
