import { fastify } from 'fastify';
import { ApiKeys } from './api-keys.js';
import { Doorkeeper } from './api-key.guard.js';
import { ProblemError } from './problems.js';
import { RateLimit } from './rate-limit.js';
import { MemoryRecords } from './records-spec.js';
import { addShortcuts, type Shortcut } from './shortcuts.js';

const KEY = 'a-key-that-is-long-enough';

async function opened(answer: Shortcut['answer'], most = 100) {
  const settings = [{ tenant: 't1', key: KEY, scopes: ['eligibility'] as const }];
  const { keys } = await ApiKeys.load(new MemoryRecords(), settings, ['t1'], 0);
  const server = fastify();
  const doorkeeper = new Doorkeeper(keys, new RateLimit({ real: () => 0 }, 1, most));
  addShortcuts(server, doorkeeper, [{ url: '/q', scope: 'eligibility', answer }]);
  for (const url of ['/q', '/other'])
    server.post(url, (request, reply) => {
      try {
        doorkeeper.admit(request, 'eligibility');
        void reply.send('its own');
      } catch (error) {
        void reply.status(400).send((error as ProblemError).code);
      }
    });
  const ask = async (url = '/q', authorization = `Bearer ${KEY}`) => {
    const { body } = await server.inject({
      method: 'POST',
      url,
      payload: { a: 1 },
      headers: { authorization },
    });
    return body;
  };
  return ask;
}

describe('A shortcut', () => {
  it('answers its route, at once or later, and no other', async () => {
    const seen: unknown[] = [];
    const ask = await opened((tenant, body) => (seen.push([tenant, body]), '"short"'));
    const later = await opened(() => Promise.resolve('"later"'));
    expect([await ask(), await later(), await ask('/other')]).toEqual(['"short"', '"later"', 'its own']);
    expect(seen).toEqual([['t1', { a: 1 }]]);
  });

  it('leaves to the route what it does not answer, and who has no key', async () => {
    const ask = await opened(() => undefined);
    expect(await ask()).toBe('its own');
    const strict = await opened(() => '"short"');
    expect(await strict('/q', 'Bearer wrong')).toBe('unauthorized');
  });

  it('counts against the limit of the key, and lets the route refuse', async () => {
    const ask = await opened(() => '"short"', 2);
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([
      ...['"short"', '"short"', 'rate-limited', 'rate-limited'],
    ]);
    const failing = await opened(() => Promise.reject(new Error('nobody waits for it')), 0);
    expect(await failing()).toBe('rate-limited');
  });

  it('fails as the route would', async () => {
    const ask = await opened(() => Promise.reject(new ProblemError('invalid-request', 'wrong')));
    expect(await ask()).toContain('wrong');
    const thrower = await opened(() => {
      throw new ProblemError('invalid-request', 'wrong at once');
    });
    expect(await thrower()).toContain('wrong at once');
  });
});
