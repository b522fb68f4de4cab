import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { isTimeZone, zoneOf } from './zone.js';
import { local } from './written-spec.js';

const ZONES = [
  'Europe/Paris',
  'Europe/Brussels',
  'America/New_York',
  'Australia/Lord_Howe', // half an hour of summer time
  'Africa/Casablanca', // four changes a year
  'Asia/Kathmandu', // +05:45
  'Pacific/Apia', // has skipped a whole day
  'UTC',
];
const zones = fc.constantFrom(...ZONES);
const instants = fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) });

describe('The clocks of a time zone', () => {
  it('show at every instant what Temporal says', () => {
    fc.assert(
      fc.property(zones, instants, (zone, at) => {
        const told = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
        expect(zoneOf(zone).localOf(at) - at).toBe(told.offsetNanoseconds / 1e6);
      }),
      { numRuns: 2000 },
    );
  });

  it('show every local time at the instant that Temporal calls compatible', () => {
    fc.assert(
      fc.property(zones, instants, (zone, clock) => {
        const told = Temporal.Instant.fromEpochMilliseconds(clock)
          .toZonedDateTimeISO('UTC')
          .toPlainDateTime()
          .toZonedDateTime(zone, { disambiguation: 'compatible' });
        expect(zoneOf(zone).instantOf(clock)).toBe(told.epochMilliseconds);
      }),
      { numRuns: 2000 },
    );
  });

  it('K2 move a time that does not exist forward by the length of the gap', () => {
    const gap = Date.UTC(2026, 2, 29, 2, 30);
    for (const zone of ['Europe/Paris', 'Europe/Brussels']) {
      expect(zoneOf(zone).instantOf(gap)).toBe(local('2026-03-29T03:30', zone));
    }
  });

  it('K2 show a time that occurs twice at its first occurrence', () => {
    const twice = Date.UTC(2026, 9, 25, 2, 30);
    for (const zone of ['Europe/Paris', 'Europe/Brussels']) {
      expect(zoneOf(zone).instantOf(twice)).toBe(Date.parse('2026-10-25T02:30:00+02:00'));
    }
  });
});

describe('A time zone', () => {
  it('is known by its IANA name and by nothing else', () => {
    expect(['Europe/Paris', 'UTC'].map(isTimeZone)).toEqual([true, true]);
    expect(['Europe/Pari', '+01:00', '', 'Paris'].map(isTimeZone)).toEqual([false, false, false, false]);
  });
});
