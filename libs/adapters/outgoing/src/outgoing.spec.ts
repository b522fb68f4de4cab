import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OutgoingFailure } from '@assent/ports';
import { NodeOutgoing } from './node-outgoing.js';

const strict = new NodeOutgoing({ allowPrivateNetworks: false });
const open = new NodeOutgoing({ allowPrivateNetworks: true });
const kindOf = (url: string, outgoing = strict): Promise<string> =>
  outgoing.send({ method: 'GET', url, timeoutMs: 2_000 }).then(
    () => 'sent',
    (error: unknown) => (error instanceof OutgoingFailure ? error.kind : String(error)),
  );

describe('An outgoing call', () => {
  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://0/',
    'https://0.0.0.0/',
    'https://10.0.0.1/',
    'https://10.255.255.255/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/',
    'https://100.127.255.255/',
    'https://192.0.0.1/',
    'https://198.18.0.1/',
    'https://198.19.255.255/',
    'https://224.0.0.1/',
    'https://240.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[fc00::1]/',
    'https://[fd12:3456::1]/',
    'https://[fe80::1]/',
    'https://[ff02::1]/',
    'https://[2001:db8::1]/',
    'https://localhost/',
  ])('to %s is refused before a byte is sent', async (url) =>
    expect(await kindOf(url)).toBe('private-address'),
  );

  it.each([
    'http://example.org/',
    'ftp://example.org/',
    'file:///etc/passwd',
    'https://user:pass@example.org/',
    'javascript:alert(1)',
    'example.org',
    '',
  ])('to %j is refused as an address', async (url) => expect(await kindOf(url)).toBe('invalid-url'));

  it('is refused when a name resolves to a private address, also among public ones', async () => {
    const rebinding = (...addresses: string[]) =>
      new NodeOutgoing({
        allowPrivateNetworks: false,
        lookup: () => Promise.resolve(addresses.map((address) => ({ address, family: 4 }))),
      });
    expect(await kindOf('https://tool.example.org/', rebinding('10.0.0.1'))).toBe('private-address');
    expect(await kindOf('https://tool.example.org/', rebinding('93.184.215.14', '10.0.0.1'))).toBe(
      'private-address',
    );
  });

  describe('to a server', () => {
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

    it('cannot be made to carry a header of somebody else', async () => {
      const headers = { 'x-test': 'a\r\nx-evil: 1' };
      await expect(open.send({ method: 'GET', url: 'http://127.0.0.1:1', headers })).rejects.toMatchObject({
        kind: 'invalid-url',
      });
    });
  });
});
