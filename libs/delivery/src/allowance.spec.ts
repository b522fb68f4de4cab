import type { CallEvidence, Lane } from '@assent/contract';
import { Allowance } from './allowance.js';
import { SECOND } from './stand-ins/stores.js';

const at = (ms: number) => ({ rule: ms, real: ms });
const calls = (count: number) => ({ calls: Array.from({ length: count }, () => ({}) as CallEvidence) });

/** Begins whatever may be begun, of these lanes, for so long; answers the calls made of each. */
function spent(
  lanes: readonly Lane[],
  seconds: number,
  allowance = new Allowance({ perSecond: 10, burst: 10 }),
) {
  const made: Partial<Record<Lane, number>> = {};
  for (let ms = 0; ms < seconds * SECOND; ms += 10) {
    for (const lane of lanes) {
      const room = allowance.room(at(ms));
      if ((lane === 'stop' ? room.stops : room.others) === 0) continue;
      allowance.spent(lane, calls(2), at(ms));
      made[lane] = (made[lane] ?? 0) + 2;
    }
  }
  return made;
}

describe('The calls that a tool takes', () => {
  it('may all be those of stops', () => {
    const { stop = 0 } = spent(['stop'], 60);
    expect(stop).toBeGreaterThanOrEqual(600);
    expect(stop).toBeLessThanOrEqual(600 + 12);
  });

  it.each([[['verify']], [['erase']], [['opt-in']], [['verify', 'erase', 'opt-in']]] as [Lane[]][])(
    'are at most half those of %j, however few stops there are',
    (lanes) => {
      const made = spent(lanes, 60);
      const others = lanes.reduce((sum, lane) => sum + (made[lane] ?? 0), 0);
      expect(others).toBeGreaterThanOrEqual(290);
      expect(others).toBeLessThanOrEqual(300 + 7);
    },
  );

  it('leave a stop the other half, however much there is to verify', () => {
    const made = spent(['verify', 'erase', 'opt-in', 'stop'], 60);
    expect(made.stop ?? 0).toBeGreaterThanOrEqual(290);
  });

  it('are fewer when the tool says so, as others use them too', () => {
    const allowance = new Allowance({ perSecond: 10, burst: 100 });
    expect(allowance.room(at(0)).stops).toBeGreaterThan(1);
    allowance.spent('stop', { ...calls(1), remaining: 0 }, at(0));
    expect(allowance.room(at(0))).toEqual({ stops: 0, others: 0 });
    expect(allowance.waitMs(at(0))).toBe(100);
    expect(allowance.room(at(100)).stops).toBe(1);
  });

  it('are filled up by whichever clock goes on', () => {
    const allowance = new Allowance({ perSecond: 1, burst: 1 });
    allowance.spent('stop', calls(3), at(0));
    expect(allowance.room({ rule: 3 * SECOND, real: 0 }).stops).toBe(1);
    allowance.spent('stop', calls(3), { rule: 3 * SECOND, real: 0 });
    expect(allowance.room({ rule: 3 * SECOND, real: 3 * SECOND }).stops).toBe(1);
  });
});
