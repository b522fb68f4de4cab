import { TestClock } from './clock.js';
import { parseStream, streamOf } from './streams.js';
import { ulid } from './ulid.js';

describe('A test clock', () => {
  it('stands still until it is set, in either direction', () => {
    const clock = new TestClock(1000);
    expect(clock.now()).toBe(1000);
    clock.set(500);
    expect(clock.now()).toBe(500);
  });

  it('leaves the time of sockets alone', () => {
    expect(Math.abs(new TestClock(0).real() - Date.now())).toBeLessThan(1000);
  });
});

describe('A ULID', () => {
  it('sorts by time and is never the same twice', () => {
    expect(ulid(1_000) < ulid(2_000)).toBe(true);
    const made = Array.from({ length: 1000 }, () => ulid(1));
    expect(new Set(made).size).toBe(1000);
    expect([...made].sort()).toEqual(made);
    expect(ulid(Date.parse('2026-11-24T08:00:00Z'))).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });
});

describe('A stream id', () => {
  it('names its concept, its tenant and its key', () => {
    const stream = streamOf('opposition', 'presentinfini', 'ab12');
    expect(stream).toBe('opposition/presentinfini/ab12');
    expect(parseStream(stream)).toEqual({ concept: 'opposition', tenant: 'presentinfini', key: 'ab12' });
  });

  it('names the integration of a delivery', () => {
    expect(parseStream('delivery/t/crm/ab12')).toMatchObject({ integration: 'crm', key: 'ab12' });
  });
});
