import { randomUUID } from 'node:crypto';
import { World } from '../support/world.js';

const tenant = 'presentinfini';

describe('A batch of addresses', () => {
  const allowed = `${randomUUID()}@example.org`;
  const stopped = `${randomUUID()}@example.org`;
  const unknown = `${randomUUID()}@example.org`;
  let world: World;

  beforeAll(async () => {
    world = await World.create();
    for (const email of [allowed, stopped]) {
      await world.done(tenant, '/v1/consents', {
        subject: { email },
        purpose: 'prospecting',
        channels: ['email'],
        decision: 'given',
        notice: 'prospecting@1',
        evidence: { method: 'form' },
      });
    }
    await world.done(tenant, '/v1/objections', { subject: { email: stopped }, source: 'letter' });
  });
  afterAll(() => world?.end());

  const ask = (type: string, query: string, body: string) =>
    world.call('POST', `/v1/eligibility/batch?purpose=prospecting&channel=email${query}`, {
      body,
      headers: { authorization: `Bearer ${World.key(tenant)}`, 'content-type': type },
    });

  it('as NDJSON gets a verdict per line, and the reason when asked', async () => {
    const body = `{"email":"${allowed}"}\n{"email":"${stopped}"}\n\n{"email":"${unknown}"}\nnot json\n`;
    const answer = await ask('application/x-ndjson', '&explain=true', body);
    expect(answer.status).toBe(200);
    expect(
      answer.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { line: 1, allowed: true, reason: 'allowed' },
      { line: 2, allowed: false, reason: 'objection-in-force' },
      { line: 3, allowed: false, reason: 'malformed' },
      { line: 4, allowed: false, reason: 'no-consent' },
      { line: 5, allowed: false, reason: 'malformed' },
    ]);
  });

  it('as CSV gives back the lines that may be contacted, byte for byte, with the header', async () => {
    const rows = [
      'name;email;town',
      `Ada;${allowed.toUpperCase()};Paris`,
      `"Bo;b";"${stopped}";Lyon`,
      `Cy;${unknown};Nice`,
    ];
    const answer = await ask('text/csv', '&answer=allowed', `${rows.join('\r\n')}\r\n`);
    expect(answer.text).toBe(`${rows[0]}\r\n${rows[1]}\r\n`);
  });

  it('as plain lines gets one byte per line', async () => {
    const answer = await ask(
      'text/plain',
      '&answer=bits',
      `${stopped}\n${allowed}\n${unknown}\n  \n${allowed}`,
    );
    expect(answer.text).toBe('01001');
  });

  it('of thirty thousand lines is answered in order, line by line', async () => {
    const lines = Array.from({ length: 30_000 }, (_, index) =>
      index % 3 === 0 ? allowed : index % 3 === 1 ? stopped : unknown,
    );
    const answer = await ask('text/plain', '&answer=bits', lines.join('\n'));
    expect(answer.text).toBe('100'.repeat(10_000));
  }, 60_000);

  it('with a question that cannot be answered is refused before it is read', async () => {
    expect((await ask('text/csv', '', 'name,town\nAda,Paris\n')).status).toBe(400);
    expect((await ask('text/plain', '&answer=poem', 'a@example.org')).status).toBe(400);
    const undeclared = await world.call(
      'POST',
      '/v1/eligibility/batch?purpose=nothing&channel=email&explain=true',
      {
        body: allowed,
        headers: { authorization: `Bearer ${World.key(tenant)}`, 'content-type': 'text/plain' },
      },
    );
    expect(undeclared.text).toContain('"purpose-unknown"');
  });
});
