import { request } from 'node:http';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const MANY = 5_000;

interface Told {
  readonly line: number;
  readonly status: number;
  readonly code?: string;
  readonly subjectId?: string;
}

describe('An import as NDJSON', () => {
  let world: World;
  beforeAll(async () => (world = await World.create({ clock: '2026-06-01T08:00:00Z' })));
  afterAll(() => world?.end());

  const headers = (more = {}) => ({
    ...{ authorization: `Bearer ${World.key(tenant)}`, 'content-type': 'application/x-ndjson' },
    ...more,
  });
  const line = (value: string, more = {}) =>
    `${JSON.stringify({ addresses: [{ kind: 'email', value }], ...more })}\n`;
  async function imported(text: string, more = {}): Promise<Told[]> {
    const answer = await world.call('POST', '/v1/subjects', { headers: headers(more), body: text });
    expect(answer.status).toBe(200);
    const lines = answer.text.trim().split('\n');
    return lines.map((told) => JSON.parse(told) as Told);
  }

  it('answers each line before the next one comes, and goes on after a bad one', async () => {
    const sent = request(`${world.url}/v1/subjects`, { method: 'POST', headers: headers() });
    const answers: Told[] = [];
    let heard: () => void = () => undefined;
    const response = new Promise<void>((resolve, reject) => {
      sent.on('error', reject);
      sent.on('response', (incoming) => {
        incoming.setEncoding('utf8').on('data', (text: string) => {
          answers.push(
            ...text
              .trim()
              .split('\n')
              .map((one) => JSON.parse(one) as Told),
          );
          heard();
        });
        incoming.on('end', resolve);
      });
    });
    const ask = async (text: string): Promise<Told | undefined> => {
      const next = new Promise<void>((resolve) => (heard = resolve));
      sent.write(text);
      await next;
      return answers.at(-1);
    };
    expect(await ask(line('one@example.org'))).toMatchObject({ line: 1, status: 201 });
    expect(await ask('{"addresses":[{"kind":"email"\n')).toMatchObject({
      line: 2,
      status: 400,
      code: 'malformed-json',
    });
    expect(await ask(line('two@example.org', { unknown: 1 }))).toMatchObject({ line: 3, status: 400 });
    expect(await ask(`"${'x'.repeat(1_100_000)}"\n`)).toMatchObject({ line: 4, code: 'body-too-large' });
    expect(await ask(line('ONE@example.org'))).toMatchObject({ line: 5, status: 200 });
    sent.end();
    await response;
  });

  it('is idempotent: the same file again registers nobody and moves nothing', async () => {
    const file = ['a', 'b', 'c']
      .map((name) => line(`${name}@example.net`, { collectedAt: '2026-05-01' }))
      .join('');
    const first = await imported(file, { 'idempotency-key': 'file-1' });
    const again = await imported(file, { 'idempotency-key': 'file-1' });
    const later = await imported(file.replaceAll('2026-05-01', '2026-05-20'));
    expect(first.map(({ status }) => status)).toEqual([201, 201, 201]);
    for (const repeated of [again, later]) {
      expect(repeated.map(({ subjectId }) => subjectId)).toEqual(first.map(({ subjectId }) => subjectId));
    }
    const { collectedAt } = await world.done(tenant, '/v1/subjects/find', {
      subject: { email: 'a@example.net' },
    });
    expect(collectedAt).toBe('2026-04-30T22:00:00.000Z');
  });

  it('of the same person twice in one file makes one person', async () => {
    const told = await imported(Array.from({ length: 40 }, () => line('twin@example.net')).join(''));
    expect(new Set(told.map(({ subjectId }) => subjectId)).size).toBe(1);
    expect(told.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it('reopens nobody: stopped, dropped out, erased (K15, G-36)', async () => {
    const people = ['stopped', 'dropped', 'erased'].map((name) => `${name}@example.net`);
    const [stopped = '', dropped = '', erased = ''] = people;
    const ids = await imported(
      people.map((value) => line(value, { informed: true, evidence: { method: 'form' } })).join(''),
    );
    for (const email of people) {
      await world.done(tenant, '/v1/consents', {
        ...{ subject: { email }, purpose: 'prospecting', decision: 'given', notice: 'prospecting@1' },
        evidence: { method: 'form' },
      });
    }
    await world.done(tenant, '/v1/objections', { subject: { email: stopped }, source: 'letter' });
    await world.done(tenant, `/v1/subjects/${ids[2]?.subjectId ?? ''}/erasure`, { reason: 'request' });
    await world.setClock('2028-06-01T08:00:00Z'); // the prospect clock of the second has ended
    const codes = () =>
      Promise.all(
        people.map(async (email) => {
          const question = { subject: { email }, purpose: 'prospecting', channel: 'email' };
          return (await world.done(tenant, '/v1/eligibility', question))['code'];
        }),
      );
    const before = await codes();
    expect(before).toEqual(['objection-in-force', 'dropped-out', 'objection-in-force']);
    const lines = people.map((value) =>
      line(value, {
        informed: true,
        relationship: 'customer',
        context: 'professional',
        collectedAt: '2028-05-31',
        evidence: { method: 'import' },
      }),
    );
    expect((await imported(lines.join(''))).map(({ status }) => status)).toEqual([200, 200, 201]);
    expect(await codes()).toEqual(before);
    expect([stopped, dropped, erased]).toEqual(people);
  });

  it('takes any number: each line has its answer, in order', async () => {
    const lines = Array.from({ length: MANY }, (_, n) =>
      n % 50 === 0 ? line(`many${n}@example.org`) : '{"x\n',
    );
    const told = await imported(lines.join(''));
    expect(told.map((one) => one.line)).toEqual(lines.map((_, n) => n + 1));
    expect(told.filter(({ status }) => status === 201)).toHaveLength(MANY / 50);
    expect(told.filter(({ code }) => code === 'malformed-json')).toHaveLength(MANY - MANY / 50);
  }, 60_000);
});
