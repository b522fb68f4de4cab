import { randomUUID } from 'node:crypto';
import { after } from '../support/local.js';
import { World } from '../support/world.js';

const tenant = 'presentinfini';
const START = '2026-06-01T08:00:00Z';

describe('A one-click unsubscribe (RFC 8058)', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create({ clock: START });
  });
  afterAll(() => world?.end());

  /** A confirmed subscriber of the newsletter with a link to leave it. */
  async function subscriber() {
    const subject = { email: `${randomUUID()}@example.org` };
    const { subjectId } = await world.done(tenant, '/v1/subjects', {
      addresses: [{ kind: 'email', value: subject.email }],
      collectedAt: '2026-01-05T09:00:00+01:00',
    });
    for (const purpose of ['newsletter', 'prospecting']) {
      await world.done(tenant, '/v1/consents', {
        subject,
        purpose,
        channels: ['email'],
        decision: 'given',
        notice: `${purpose}@1`,
        evidence: { method: 'form', confirmedAt: '2026-01-05T09:00:00+01:00' },
        occurredAt: '2026-01-05T09:00:00+01:00',
      });
    }
    const links = await world.done(tenant, '/v1/links', { subject, purpose: 'newsletter', channel: 'email' });
    return {
      subject,
      subjectId: String(subjectId),
      path: new URL(String(links['unsubscribe'])).pathname,
      links,
    };
  }

  const code = async (subject: object, purpose = 'newsletter') =>
    (await world.done(tenant, '/v1/eligibility', { subject, purpose, channel: 'email' }))['code'];
  const history = async (subjectId: string) =>
    (await world.get(tenant, `/v1/subjects/${subjectId}/history`)).json<{ items: unknown[] }>().items.length;

  it('comes with headers for the mail, without a clear address in them', async () => {
    const { links, subject } = await subscriber();
    const headers = links['headers'] as Record<string, string>;
    expect(headers['List-Unsubscribe']).toBe(`<${String(links['unsubscribe'])}>`);
    expect(headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
    expect(headers['List-Id']).toMatch(/^(?:"[^"]*" |[^<]*)?<[a-z0-9.-]+>$/);
    expect(JSON.stringify(links)).not.toContain(subject.email.split('@')[0]);
    expect(Buffer.from(String(links['unsubscribe']), 'base64url').toString('latin1')).not.toContain(
      '@example',
    );
  });

  const bodies: [string, RequestInit][] = [
    [
      'a urlencoded body',
      {
        body: 'List-Unsubscribe=One-Click',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
    ],
    [
      'a multipart body',
      {
        body: '--x\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      },
    ],
    ['no body', {}],
    [
      'a body that is not what its type says',
      { body: '{"broken', headers: { 'content-type': 'application/json' } },
    ],
    ['a type nobody knows', { body: 'x', headers: { 'content-type': 'application/x-nobody' } }],
  ];
  it.each(bodies)('is accepted with %s, and answered 200 without redirect or cookie', async (_, init) => {
    const { subject, path } = await subscriber();
    const answer = await world.call('POST', path, init);
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await code(subject)).toBe('objection-in-force');
  });

  it('covers that list only (S0-60, S0-78)', async () => {
    const { subject, path } = await subscriber();
    await world.call('POST', path);
    expect(await code(subject)).toBe('objection-in-force');
    expect(await code(subject, 'prospecting')).toBe('allowed');
  });

  it('is one act however often it is sent', async () => {
    const { subjectId, path } = await subscriber();
    await world.call('POST', path);
    await world.setClock(START); // answers when every reaction has run
    const once = await history(subjectId);
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.call('POST', path)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    await world.setClock(START);
    expect(await history(subjectId)).toBe(once);
  });

  it('changes nothing by GET and HEAD, however often a scanner fetches it', async () => {
    const { subject, subjectId, path, links } = await subscriber();
    const before = await history(subjectId);
    const preferences = new URL(String(links['preferences'])).pathname;
    for (let round = 0; round < 25; round++) {
      for (const link of [path, preferences]) {
        for (const method of ['GET', 'HEAD']) {
          const answer = await world.call(method, link, { headers: { accept: 'text/html' } });
          expect(answer.status).toBe(200);
          if (method === 'GET') expect(answer.text).toContain('<button');
        }
      }
    }
    expect(await history(subjectId)).toBe(before);
    expect(await code(subject)).toBe('allowed');
  });

  it('answers alike for every kind of wrong link', async () => {
    const { path } = await subscriber();
    const flipped = path.slice(0, -1) + (path.endsWith('A') ? 'B' : 'A');
    const preferences = path.replace('/u/', '/p/');
    for (const wrong of [flipped, `${path}x`, '/u/x', path.slice(0, -4), preferences]) {
      for (const method of ['GET', 'POST']) expect((await world.call(method, wrong)).status).toBe(404);
    }
  });

  it('can be undone within a quarter of an hour, which gives back what it ended', async () => {
    await world.setClock(START);
    const { subject, path } = await subscriber();
    const page = await world.call('POST', path, { headers: { accept: 'text/html' } });
    expect(page.text).toContain(`action="${path}/undo"`);
    await world.setClock(after(START, 'PT14M'));
    expect(await code(subject)).toBe('objection-in-force');
    expect((await world.call('POST', `${path}/undo`, { headers: { accept: 'text/html' } })).status).toBe(200);
    expect(await code(subject)).toBe('allowed');
    await world.setClock(after(START, 'PT15M'));
    expect(await code(subject)).toBe('allowed');
  });

  it('stays when the quarter of an hour is over', async () => {
    await world.setClock(START);
    const { subject, path } = await subscriber();
    await world.call('POST', path);
    await world.setClock(after(START, 'PT16M'));
    expect((await world.call('POST', `${path}/undo`)).status).toBe(410);
    expect(await code(subject)).toBe('objection-in-force');
  });

  it('is not undone by undoing something else: an older letter stays in force', async () => {
    await world.setClock(START);
    const { subject, path } = await subscriber();
    const letter = { subject, purpose: 'newsletter', channel: '*', source: 'letter' };
    await world.done(tenant, '/v1/objections', { ...letter, occurredAt: '2026-05-01T10:00:00+02:00' });
    await world.call('POST', path);
    await world.call('POST', `${path}/undo`);
    expect(await code(subject)).toBe('objection-in-force');
  });
});
