import { createLogger, NestLog, withoutAddresses } from './logging.js';

describe('A log line', () => {
  const lines: string[] = [];
  const logger = createLogger('trace', { write: (line) => void lines.push(line) });
  const last = () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;

  it('has no address in it, wherever a message quotes one', () => {
    logger.warn({ email: 'ada@example.org', deep: { phone: '+33612345678' } }, 'x');
    logger.error({ err: new Error('550 <ada.lovelace+x@mail.example.org>: no such user') }, 'x');
    logger.error({ error: 'to +33612345678' }, 'élodie@exämple.org');
    new NestLog(logger).error(new Error('duplicate key ada@example.org'), 'a stack', 'Place');
    expect(lines.join('')).not.toMatch(/ada|lovelace|lodie|33612345678/);
    expect(lines.every((line) => JSON.parse(line) !== undefined)).toBe(true);
  });

  it('keeps what only looks like one: paths of packages, versions of policies and notices', () => {
    const text = 'node_modules/@nestjs/core/x.js presentinfini@1 notices/offers@2.fr.md lib@4.17.21 a+1';
    expect(withoutAddresses(text)).toBe(text);
  });

  it('costs little, whatever it is made of', () => {
    for (const attack of [
      '@'.repeat(20_000),
      'a@'.repeat(10_000),
      'a.'.repeat(10_000) + '@',
      `a@${'b.'.repeat(10_000)}`,
    ]) {
      const began = performance.now();
      withoutAddresses(attack);
      expect(performance.now() - began).toBeLessThan(200);
    }
  });

  it("keeps where a fault of Nest's came from", () => {
    new NestLog(logger).error(new Error('broken'), 'Place');
    expect(last()).toMatchObject({ msg: 'Error: broken', context: 'Place' });
    expect(JSON.stringify(last())).toContain('logging.spec');
  });
});
