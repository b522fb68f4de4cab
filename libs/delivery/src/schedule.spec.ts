import fc from 'fast-check';
import { backoffMs, nextReadBack } from './schedule.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('The wait before another try', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('lies between one second and twice two to the n seconds, an hour at most', () => {
    fc.assert(
      fc.property(fc.nat(200), random, (n, fraction) => {
        const wait = backoffMs(n, fraction);
        expect(wait).toBeGreaterThanOrEqual(SECOND);
        expect(wait).toBeLessThanOrEqual(Math.max(SECOND, Math.min(HOUR, 2 * SECOND * 2 ** n)));
      }),
    );
  });

  it('uses the whole range, so that many rows do not return at once', () => {
    expect([0, 0.25, 0.5, 0.75].map((fraction) => backoffMs(6, fraction))).toEqual([
      SECOND,
      32 * SECOND,
      64 * SECOND,
      96 * SECOND,
    ]);
  });

  it('reaches its cap near the eleventh failure', () => {
    expect(backoffMs(10, 0.999)).toBeLessThan(35 * MINUTE);
    expect(backoffMs(11, 0.999)).toBeGreaterThan(59 * MINUTE);
  });
});

describe('Reading back', () => {
  const offsets = (erasing: boolean) =>
    [0, 1, 2, 3, 4, 5].map((made) => nextReadBack(erasing, made, 0)?.offsetMs);

  it('is done 5 s, 1 min, 15 min, 6 h and 24 h after the tool accepted', () =>
    expect(offsets(false)).toEqual([5 * SECOND, MINUTE, 15 * MINUTE, 6 * HOUR, 24 * HOUR, undefined]));

  it('of an absence begins after 15 min, as search indexes lag', () =>
    expect(offsets(true).slice(0, 4)).toEqual([15 * MINUTE, 6 * HOUR, 24 * HOUR, undefined]));

  it('skips what time has passed already', () => {
    expect(nextReadBack(false, 1, 2 * HOUR)).toEqual({ offsetMs: 6 * HOUR, waitMs: 4 * HOUR });
    expect(nextReadBack(false, 1, 25 * HOUR)).toBeUndefined();
  });

  it('waits from the one before when the clock of the rules stands still', () =>
    expect(nextReadBack(false, 2, 0)).toEqual({ offsetMs: 15 * MINUTE, waitMs: 14 * MINUTE }));
});
