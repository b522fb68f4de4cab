import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OutgoingFailure } from '@assent/ports';
import { NodeOutgoing } from './node-outgoing.js';

const strict = new NodeOutgoing({ allowPrivateNetworks: false });
const open = new NodeOutgoing({ allowPrivateNetworks: true });
const kindOf = (url: string, outgoing = strict): Promise<string> =>
  outgoing.send({ method: 'GET', url, timeoutMs: 8_000 }).then(
    () => 'sent',
    (error: unknown) => (error instanceof OutgoingFailure ? error.kind : String(error)),
  );

describe('An outgoing call', () => {
  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://127.0.1/',
    'https://2130706433/',
    'https://017700000001/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://0x7F.0x0.0x0.0x1:8443/x?y#z',
    'https://127.0.0.1./',
    'https://①②⑦.⓪.⓪.①/',
    'https://%31%32%37.0.0.1/',
    'https://0/',
    'https://0.0.0.0/',
    'https://10.0.0.1/',
    'https://0xa.1/',
    'https://10.255.255.255/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://3232235777/',
    'https://169.254.169.254/latest/meta-data/',
    'https://2852039166/latest/meta-data/',
    'https://0xa9fea9fe/',
    'https://0251.0376.0251.0376/',
    'https://168.63.129.16/',
    'https://100.64.0.1/',
    'https://100.100.100.200/',
    'https://100.127.255.255/',
    'https://192.0.0.1/',
    'https://198.18.0.1/',
    'https://198.19.255.255/',
    'https://203.0.113.9/',
    'https://224.0.0.1/',
    'https://240.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[0:0:0:0:0:ffff:127.0.0.1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b::169.254.169.254]/',
    'https://[2002:7f00:1::]/',
    'https://[2002:a9fe:a9fe::]/',
    'https://[2001:0:1::1]/',
    'https://[fc00::1]/',
    'https://[fd12:3456::1]/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://[ff02::1]/',
    'https://[2001:db8::1]/',
    'https://localhost/',
    'https://LOCALHOST/',
  ])('to %s is refused before a byte is sent', async (url) =>
    expect(await kindOf(url)).toBe('private-address'),
  );

  it.each([
    'http://example.org/',
    'http://127.0.0.1/',
    'ftp://example.org/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:70/',
    'data:text/plain,x',
    'https://user:pass@example.org/',
    'https://user@example.org/',
    'https://example.org\\@127.0.0.1/',
    'https:\\\\127.0.0.1/',
    'https://exam\r\nple.org/',
    'https://example.org/a\tb',
    'https://example.org/ HTTP/1.1',
    'https://[fe80::1%25eth0]/',
    'https://256.1.1.1/',
    'https://example.org:99999/',
    'javascript:alert(1)',
    'example.org',
    '//example.org',
    'https://',
    '',
  ])('to %j is refused as an address', async (url) => expect(await kindOf(url)).toBe('invalid-url'));

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:169.254.169.254]/',
    'http://168.63.129.16/',
    'http://224.0.0.1/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
  ])('to %s is refused also where private networks are allowed', async (url) =>
    expect(await kindOf(url, open)).toBe('private-address'),
  );

  it('without TLS leaves no private network', async () =>
    expect(await kindOf('http://93.184.215.14/', open)).toBe('invalid-url'));

  describe('to a name', () => {
    const named = (allowPrivateNetworks: boolean, ...answers: string[][]) => {
      const asked: string[] = [];
      const lookup = (name: string) => {
        asked.push(name);
        const found = answers[Math.min(asked.length, answers.length) - 1] ?? [];
        return Promise.resolve(found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
      };
      const outgoing = new NodeOutgoing({ allowPrivateNetworks, lookup, connectTimeoutMs: 50 });
      return { asked, outgoing };
    };
    const tool = 'https://tool.example.org/';

    it.each([
      [['10.0.0.1']],
      [['93.184.215.14', '10.0.0.1']],
      [['169.254.169.254']],
      [['::1']],
      [['::ffff:10.0.0.1']],
      [['64:ff9b::a00:1']],
      [['fe80::1%eth0']],
      [['not an address']],
    ])('that resolves to %j is refused', async (addresses) =>
      expect(await kindOf(tool, named(false, addresses).outgoing)).toBe('private-address'),
    );

    it('that resolves to nothing is not reached', async () =>
      expect(await kindOf(tool, named(false, []).outgoing)).toBe('unreachable'));

    it('without TLS is not let out of private networks', async () =>
      expect(await kindOf('http://tool.example.org/', named(true, ['93.184.215.14']).outgoing)).toBe(
        'invalid-url',
      ));

    it('that answers otherwise the second time is asked once: the address that was judged is the one', async () => {
      const hits: string[] = [];
      const server = createServer((request, response) => {
        hits.push(String(request.headers.host));
        response.end();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const { asked, outgoing } = named(true, ['127.0.0.1'], ['169.254.169.254']);
      expect(await kindOf(`http://tool.example.org:${port}/`, outgoing)).toBe('sent');
      expect([asked, hits]).toEqual([['tool.example.org'], [`tool.example.org:${port}`]]);
      // A new connection is a new look-up, and judged anew.
      outgoing.close();
      expect(await kindOf(`http://tool.example.org:${port}/`, outgoing)).toBe('private-address');
      expect(hits).toHaveLength(1);
      server.closeAllConnections();
      server.close();
    });
  });
});
