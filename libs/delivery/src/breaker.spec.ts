import type { Outcome } from '@assent/ports';
import { Breaker } from './breaker.js';

const at = (seconds: number) => ({ rule: seconds * 1000, real: seconds * 1000 });
const DONE: Outcome = { class: 'done', calls: [] };
const RETRY: Outcome = { class: 'retry', calls: [] };
const WRONG: Outcome = { class: 'config', calls: [], detail: 'API Key Invalid' };

describe('A breaker', () => {
  const opened = () => {
    const breaker = new Breaker();
    breaker.heard(WRONG, at(100));
    return breaker;
  };

  it('opens at the first wrong credential, and says why', () => {
    const breaker = opened();
    expect(breaker).toMatchObject({ state: 'open', reason: 'config: API Key Invalid' });
    expect(breaker.room(at(100), 4, 0)).toBe(0);
  });

  it('probes after 30 s, then twice as long each time, 5 min at most', () => {
    const breaker = opened();
    let now = 100;
    const waits = Array.from({ length: 6 }, () => {
      const from = now;
      while (!breaker.probeDue(at(now))) now++;
      breaker.probed(WRONG, at(now));
      return now - from;
    });
    expect(waits).toEqual([30, 60, 120, 240, 300, 300]);
  });

  it('lets one delivery decide after a good probe', () => {
    const breaker = opened();
    breaker.probed(DONE, at(130));
    expect(breaker.state).toBe('half-open');
    expect([breaker.room(at(130), 4, 0), breaker.room(at(130), 4, 1)]).toEqual([1, 0]);
    breaker.heard(DONE, at(131));
    expect(breaker).toMatchObject({ state: 'closed', reason: null });
    expect(breaker.room(at(131), 4, 1)).toBe(3);
  });

  it('opens again for longer when that delivery fails', () => {
    const breaker = opened();
    breaker.probed(DONE, at(130));
    breaker.heard(WRONG, at(131));
    expect([breaker.probeDue(at(190)), breaker.probeDue(at(191))]).toEqual([false, true]);
  });

  it('is not opened further by what was in flight when it opened', () => {
    const breaker = opened();
    breaker.heard(WRONG, at(101));
    breaker.heard(DONE, at(102));
    expect(breaker.state).toBe('open');
    expect(breaker.probeDue(at(130))).toBe(true);
  });

  it('opens when half of the last twenty calls failed', () => {
    const breaker = new Breaker();
    for (let call = 0; call < 20; call++) breaker.heard(call % 2 === 0 ? DONE : RETRY, at(call));
    expect(breaker.state).toBe('open');
  });

  it('stays closed for a few failures', () => {
    const breaker = new Breaker();
    for (let call = 0; call < 19; call++) breaker.heard(RETRY, at(call));
    expect(breaker.state).toBe('closed');
  });

  it('keeps everyone waiting as long as a limit asks, five minutes at most', () => {
    const breaker = new Breaker();
    breaker.heard({ ...RETRY, retryAfterMs: 20_000 }, at(100));
    expect([breaker.room(at(119), 4, 0), breaker.room(at(120), 4, 0)]).toEqual([0, 4]);
    breaker.heard({ ...RETRY, retryAfterMs: 86_400_000 }, at(200));
    expect(breaker.room(at(500), 4, 0)).toBe(4);
    expect(breaker.state).toBe('closed');
  });

  it('goes by whichever clock comes first', () => {
    const breaker = opened();
    expect(breaker.probeDue({ rule: 100_000, real: 130_000 })).toBe(true);
    expect(breaker.probeDue({ rule: 9_999_000, real: 100_000 })).toBe(true);
  });

  it('probes at once when an operator says it is mended', () => {
    const breaker = opened();
    breaker.reconsider(at(101));
    expect(breaker.probeDue(at(101))).toBe(true);
  });
});
