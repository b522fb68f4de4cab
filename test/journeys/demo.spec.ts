import { execFile } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const main = fileURLToPath(new URL('../../../apps/demo/dist/main.js', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('The demonstration', () => {
  it('tells its story to the end, and what it says at the end is so', async () => {
    const args = [main, '--once', '--contacts', '100', '--port', String(await freePort())];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 110_000 });
    expect(stdout).toContain('40 mails, 30 confirmed');
    expect(stdout).toContain('Two solicitations without an answer are enough: 50 of 100 may be asked again.');
    expect(stdout).toContain('Every answer is already no; 10 stops wait for the tool.');
    expect(stdout.match(/Mailchimp would still mail 0 of them/g)).toHaveLength(2);
    expect(stdout).toContain('The request is done. In Mailchimp: forgotten.');
    expect(stdout).toContain('An old list brings the address back: objection-in-force.');
    expect(stdout).toContain('0 of 100 may still be solicited');
    const receipts = stdout.slice(stdout.indexOf('One letter, 14 tools'));
    expect(receipts.match(/(\d+) tools would mail them/g)).toEqual([
      '12 tools would mail them',
      '0 tools would mail them',
    ]);
    expect(receipts.match(/^ +\S+ +email +verified +2026-06-01/gm)).toHaveLength(13);
    expect(receipts).toMatch(/^ +plivo +phone +enforced-at-send/m);
    const row = (email: string) => stdout.split('\n').find((line) => line.trim().startsWith(email)) ?? '';
    expect(row('contact-0001@example.org')).toMatch(/dropped-out .* unsubscribed \/ –/);
    expect(row('contact-0003@example.org')).toMatch(/objection-in-force +objection-in-force +unsubscribed/);
    expect(row('reader-0001@example.org')).toMatch(/allowed +– \/ subscribed/);
    expect(row('reader-0040@example.org')).toMatch(/no-consent +– \/ –/);
  }, 120_000);
});
