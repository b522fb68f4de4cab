import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { fastify, type FastifyInstance } from 'fastify';
import { readBodies } from './bodies.js';
import { createAdapter } from './server.js';
import { KEY, openThings, type Things } from './things-spec.js';

const codeOf = (answer: { json(): unknown }) => (answer.json() as { code: string }).code;

describe('A body', () => {
  let things: Things;
  beforeAll(async () => {
    things = await openThings();
  });
  afterAll(() => things.app.close());
  const send = (url: string, type: string | undefined, payload?: string | Buffer | Readable) =>
    things.app.inject({
      method: 'POST',
      url,
      ...(payload !== undefined && { payload }),
      headers: { authorization: `Bearer ${KEY}`, ...(type !== undefined && { 'content-type': type }) },
    });

  const deep = (levels: number) => '{"x":'.repeat(levels) + '1' + '}'.repeat(levels);
  it.each([
    ['nothing', '', 'invalid-request'],
    ['a text', '"x"', 'invalid-request'],
    ['a list', '[]', 'invalid-request'],
    ['null', 'null', 'invalid-request'],
    ['what is no JSON', '{', 'malformed-json'],
    ['a prototype', '{"__proto__":{"polluted":1},"subject":{"email":"x"}}', 'malformed-json'],
    ['a prototype in escapes', '{"subject":{"__pr\\u006fto__":{"polluted":1}}}', 'malformed-json'],
    ['a constructor', '{"more":[{"constructor":{"prototype":{"polluted":1}}}]}', 'malformed-json'],
    ['half a character', '{"subject":{"email":"x\\ud800"}}', 'malformed-json'],
    ['half a character in a name', '{"subject":{"\\udc00":"x"}}', 'malformed-json'],
    ['an operator of a database', '{"subject":{"email":{"$ne":null}}}', 'invalid-request'],
    ['a hundred thousand levels', deep(100_000), 'malformed-json'],
    ['a hundred thousand brackets', '['.repeat(100_000) + ']'.repeat(100_000), 'malformed-json'],
  ])('of JSON that is %s is refused', async (_, payload, code) => {
    const answer = await things.post(payload, { 'idempotency-key': `${payload.length}` });
    expect([answer.statusCode, codeOf(answer)]).toEqual([400, code]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('may begin with a byte order mark', async () => {
    expect((await things.post('\ufeff{"subject":{"email":"x"}}')).statusCode).toBe(201);
  });

  it('of more than 1 MiB is refused', async () =>
    expect((await things.post({ subject: { email: 'x'.repeat(1 << 20) } })).statusCode).toBe(413));

  it.each([
    'application/xml',
    'text/csv',
    'application/x-ndjson',
    'multipart/form-data; boundary=x',
    undefined,
  ])('of type %s is refused where JSON is due, with what is accepted', async (type) => {
    const answer = await send('/v1/things', type, Buffer.from('x'));
    expect([answer.statusCode, codeOf(answer)]).toEqual([415, 'unsupported-media-type']);
    expect(answer.json<{ detail: string }>().detail).toContain('application/json');
  });

  it('of a batch is handed through without a limit, and refused when it is of another type', async () => {
    const chunk = Buffer.alloc(64 << 10, 'x');
    const answer = await send(
      '/v1/things/batch',
      'application/x-ndjson; charset=utf-8',
      Readable.from(Array.from({ length: 40 }, () => chunk)),
    );
    expect(answer.json()).toEqual({ bytes: 40 * (64 << 10) });
    const csv = await send('/v1/things/batch', 'text/csv', 'x');
    expect(csv.statusCode).toBe(415);
    expect(csv.json<{ detail: string }>().detail).toContain('application/x-ndjson');
  });

  it.each([
    ['urlencoded', 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
    ['multipart', 'multipart/form-data; boundary=x', '--x\r\n\r\nOne-Click\r\n--x--\r\n'],
    ['multipart without a boundary', 'multipart/form-data', 'x'],
    ['broken JSON', 'application/json', '{"broken'],
    ['poisoned JSON', 'application/json', '{"__proto__":1}'],
    ['a type that is none', ';;;', 'x'],
    ['an empty type', '', 'x'],
    ['a type nobody knows', 'application/x-nobody', 'x'],
    ['a body without a type', undefined, 'x'],
    ['no body', undefined, undefined],
    ['no body of a type', 'application/json', undefined],
    ['900 KiB', 'text/plain', 'x'.repeat(900 << 10)],
  ])('of a one-click may be %s: it is not looked at (RFC 8058)', async (_, type, payload) => {
    for (const url of ['/u/token', '/u/token?utm=1']) {
      const answer = await send(url, type, payload === undefined ? undefined : Buffer.from(payload));
      expect([answer.statusCode, answer.body]).toEqual([200, '5 undefined']);
    }
    expect((await send('/u/token/undo', type, payload)).body).toBe('undone');
  });

  it('of a one-click is bounded too', async () => {
    const answer = await send('/u/token', 'text/plain', Buffer.alloc(2 << 20));
    expect(answer.statusCode).toBe(413);
  });
});

describe('A client that sends drop by drop', () => {
  const servers: FastifyInstance[] = [];
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));
  async function open(server: FastifyInstance): Promise<Socket> {
    servers.push(server);
    await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket.on('error', () => undefined).resume();
  }

  it('is hung up on when the body has not come in time', async () => {
    const server = fastify();
    readBodies(server, 50);
    server.post('/v1/things', () => 'never');
    const socket = await open(server);
    socket.write(
      'POST /v1/things HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    );
    await once(socket, 'close');
  });

  it('is answered while it still sends, when what it sends is refused', async () => {
    const server = fastify();
    readBodies(server);
    server.post('/v1/things', () => 'never');
    const socket = await open(server);
    const answered = once(socket, 'data');
    const length = 32 << 20;
    socket.write(
      `POST /v1/things HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`,
    );
    expect(String((await answered)[0])).toContain('413');
    const sent = await new Promise((done) => socket.write(Buffer.alloc(length), done));
    expect([sent, socket.destroyed]).toEqual([null, false]);
    const next = once(socket, 'data');
    socket.write('GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(String((await next)[0])).toContain('404');
    socket.destroy();
  });

  it('may take its time with a batch', async () => {
    const server = fastify();
    readBodies(server, 20);
    server.post('/v1/things/batch', async ({ body }) => {
      let text = '';
      for await (const chunk of body as AsyncIterable<Buffer>) text += chunk.toString();
      return text;
    });
    const socket = await open(server);
    const answered = once(socket, 'data');
    socket.write(
      'POST /v1/things/batch HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\ncontent-length: 2\r\n\r\na',
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.write('b');
    expect(String((await answered)[0])).toContain('ab');
    socket.destroy();
  });

  it('is hung up on when the headers have not come in time', async () => {
    const [clock, publicUrl] = [{ real: () => 0 }, () => ''];
    const adapter = createAdapter({
      trustProxy: false,
      clock,
      publicUrl,
      longestParameter: 100,
      headersMs: 90,
    });
    const socket = await open(adapter.getInstance<FastifyInstance>());
    socket.write('GET / HTTP/1.1\r\nx-drop: ');
    await once(socket, 'close');
  });
});

describe('What a tool posts', () => {
  const url = '/hooks/publisher/mail/secret';
  let server: FastifyInstance;
  beforeAll(async () => {
    server = fastify();
    readBodies(server);
    server.post('/hooks/*', ({ body }) => ({
      isBuffer: Buffer.isBuffer(body),
      bytes: Buffer.isBuffer(body) ? body.toString('hex') : null,
    }));
    await server.ready();
  });
  afterAll(() => server.close());

  it.each([
    ['application/json', '{"a" : 1 }\r\n'],
    ['application/json; charset=utf-8', '\ufeff{'],
    ['application/x-www-form-urlencoded', 'b=%7e&a=+'],
    ['text/plain; charset=UTF-8', 'x'],
    ['application/x-ndjson', '1\n2'],
  ])('as %s is handed on byte for byte, for signatures cover each', async (type, payload) => {
    const answer = await server.inject({ method: 'POST', url, payload, headers: { 'content-type': type } });
    expect(answer.json()).toEqual({ isBuffer: true, bytes: Buffer.from(payload).toString('hex') });
  });

  it('is refused above 1 MiB', async () => {
    const answer = await server.inject({ method: 'POST', url, payload: Buffer.alloc((1 << 20) + 1) });
    expect(answer.json()).not.toHaveProperty('isBuffer');
  });
});
