import type { ExecutionContext } from '@nestjs/common';
import { ThisMachineGuard } from './this-machine.guard.js';

const isLetIn = (remoteAddress: string | undefined, headers: Record<string, string> = {}): boolean => {
  const request = { headers: { host: 'localhost:8080', ...headers }, raw: { socket: { remoteAddress } } };
  const context = { switchToHttp: () => ({ getRequest: () => request }) } as unknown as ExecutionContext;
  try {
    return new ThisMachineGuard().canActivate(context);
  } catch (error) {
    expect(error).toMatchObject({ status: 404 });
    return false;
  }
};

describe('A page for this machine alone', () => {
  it.each(['127.0.0.1', '127.8.4.2', '::1', '::ffff:127.0.0.1'])('is shown to %s', (peer) =>
    expect(isLetIn(peer)).toBe(true),
  );

  it.each([
    '192.168.1.7',
    '10.0.0.1',
    '172.17.0.1',
    '203.0.113.9',
    '::ffff:10.0.0.1',
    'fe80::1',
    '2001:db8::1',
    '',
    undefined,
  ])('is not there for %s', (peer) => expect(isLetIn(peer)).toBe(false));

  it.each([
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-real-ip',
    'cf-connecting-ip',
    'true-client-ip',
  ])('is not there for whoever comes through a proxy, as %s tells, whatever it says', (header) =>
    expect([isLetIn('127.0.0.1', { [header]: '127.0.0.1' }), isLetIn('::1', { [header]: '' })]).toEqual([
      false,
      false,
    ]),
  );

  it.each(['localhost', 'LOCALHOST:8080', 'assent.localhost:1', '127.0.0.1:8080', '[::1]:8080'])(
    'is shown under the name %s',
    (host) => expect(isLetIn('127.0.0.1', { host })).toBe(true),
  );

  it.each([
    'consent.example.org',
    'localhost.example.net',
    '127.0.0.1.example.net',
    '[::2]',
    '0.0.0.0:8080',
    '',
  ])('is not there under the name %j, which a stranger may have pointed here', (host) =>
    expect(isLetIn('127.0.0.1', { host })).toBe(false),
  );
});
