import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { OutgoingFailure } from '@assent/ports';
import { NodeOutgoing } from './node-outgoing.js';

const open = new NodeOutgoing({ allowPrivateNetworks: true });
const kindOf = (url: string, outgoing: NodeOutgoing): Promise<string> =>
  outgoing.send({ method: 'GET', url, timeoutMs: 2_000 }).then(
    () => 'sent',
    (error: unknown) => (error instanceof OutgoingFailure ? error.kind : String(error)),
  );

describe('An outgoing call to a server', () => {
  const urls: string[] = [];
  const closers: (() => void)[] = [];
  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterAll(() => closers.forEach((close) => close()));

  it('sends method, headers and body as they are, and answers for every status', async () => {
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        response.writeHead(418, { 'x-request-id': 'r1' });
        response.end(JSON.stringify([request.method, request.headers['x-test'], body]));
      });
    });
    const answer = await open.send({
      method: 'PATCH',
      url,
      headers: { 'x-test': 'a' },
      body: 'é',
    });
    expect([answer.status, answer.headers['x-request-id'], answer.body]).toEqual([
      418,
      'r1',
      '["PATCH","a","é"]',
    ]);
  });

  it('follows no redirect', async () => {
    const url = await serve((request, response) => {
      urls.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect((await open.send({ method: 'GET', url })).status).toBe(302);
    expect(urls).toEqual(['/']);
  });

  it('is given up when the whole answer does not come in time', async () => {
    const url = await serve((_, response) => void response.write('slowly'));
    const failure = open.send({ method: 'GET', url, timeoutMs: 100 });
    await expect(failure).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('reads a mebibyte of the answer and no more', async () => {
    const url = await serve((_, response) => response.end('x'.repeat(3 << 20)));
    expect((await open.send({ method: 'GET', url })).body).toHaveLength(1 << 20);
  });

  it('says that nobody answered, without repeating the address', async () => {
    const url = await serve((request) => request.socket.destroy());
    await expect(open.send({ method: 'GET', url: `${url}/canary` })).rejects.toMatchObject({
      kind: 'unreachable',
    });
    await open.send({ method: 'GET', url: `${url}/canary` }).catch((error: Error) => {
      expect(error.message).not.toContain('canary');
    });
  });

  it.each([
    { 'x-test': 'a\r\nx-evil: 1' },
    { 'x-test': 'a\nb' },
    { 'x-test': 'a\0' },
    { 'x-test': 'dollar €' },
    { 'x-te st': 'a' },
    { 'x-test\r\nx-evil': 'a' },
    { '': 'a' },
    { Host: 'internal.example.org' },
    { 'Content-Length': '0' },
    { 'transfer-encoding': 'chunked' },
  ] as Record<string, string>[])('cannot be made to carry %j', async (headers) => {
    let reached = false;
    const url = await serve((_, response) => {
      reached = true;
      response.end();
    });
    const failure = open.send({ method: 'POST', url, headers, body: '{}' });
    await expect(failure).rejects.toMatchObject({ kind: 'invalid-request' });
    expect(reached).toBe(false);
  });

  it('is given up when no connection comes about in time', async () => {
    // Takes the connection in and never shakes hands.
    const mute = createTcpServer(() => undefined);
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const hasty = new NodeOutgoing({ allowPrivateNetworks: true, connectTimeoutMs: 50 });
    expect(await kindOf(`https://127.0.0.1:${port}/`, hasty)).toBe('timeout');
    mute.close();
  });

  it.each([
    ['no HTTP', 'SSH-2.0-server\r\n'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    ['half an answer', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'],
    ['endless headers', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`],
    ['nothing', ''],
  ])('that is answered with %s was not answered', async (_, answer) => {
    const odd = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(answer));
    });
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
    const { port } = odd.address() as AddressInfo;
    expect(await kindOf(`http://127.0.0.1:${port}/`, open)).toBe('unreachable');
    odd.close();
  });

  it('keeps connections for the next call, and eight to a host at most', async () => {
    let openNow = 0;
    let most = 0;
    const connections = new Set<unknown>();
    const url = await serve((request, response) => {
      connections.add(request.socket);
      most = Math.max(most, ++openNow);
      setTimeout(() => {
        openNow -= 1;
        response.end();
      }, 5);
    });
    await Promise.all(Array.from({ length: 40 }, () => open.send({ method: 'GET', url })));
    expect([most, connections.size]).toEqual([8, 8]);
  });

  it('does not give half a character', async () => {
    const url = await serve((_, response) => response.end(`${'x'.repeat((1 << 20) - 1)}é`));
    expect((await open.send({ method: 'GET', url })).body).toBe('x'.repeat((1 << 20) - 1));
  });
});
