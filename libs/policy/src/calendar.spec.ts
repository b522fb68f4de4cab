import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { endOf, isDuration, parseInstant } from './calendar.js';
import { local, shown } from './written-spec.js';

const PARIS = 'Europe/Paris';
const end = (since: string, period: string, zone = PARIS): string | undefined =>
  shown(endOf(local(since, zone), period, zone), zone);

describe('The end of a period', () => {
  it('K1 is reckoned in the civil time of the tenant, and told in UTC', () => {
    expect(endOf(Date.parse('2026-03-10T13:30:00Z'), 'P1Y', PARIS)).toBe(Date.parse('2027-03-10T13:30:00Z'));
    expect(endOf(Date.parse('2026-01-10T13:30:00Z'), 'P6M', PARIS)).toBe(Date.parse('2026-07-10T12:30:00Z'));
  });

  it('K2 keeps the clock time: G-01, G-03 one year after a contact', () => {
    expect(end('2026-03-10T00:00', 'P1Y')).toBe('2027-03-10T00:00');
    expect(end('2026-03-10T14:30', 'P1Y')).toBe('2027-03-10T14:30');
  });

  it('K2 is clamped to the last day of the month: G-04, G-29', () => {
    expect(end('2028-02-29T09:00', 'P1Y')).toBe('2029-02-28T09:00');
    expect(end('2024-02-29T08:00', 'P3Y')).toBe('2027-02-28T08:00');
    expect(end('2026-01-29T10:00', 'P13M')).toBe('2027-02-28T10:00');
    expect(end('2026-08-31T10:00', 'P6M')).toBe('2027-02-28T10:00');
    expect(end('2027-01-31T12:00', 'P13M')).toBe('2028-02-29T12:00');
    expect(end('2024-02-29T00:00', 'P5Y')).toBe('2029-02-28T00:00');
    expect(end('2028-02-29T12:00', 'P15Y')).toBe('2043-02-28T12:00');
  });

  it('K2 G-05 of the 28th is the 28th, not the end of February', () => {
    expect(end('2027-02-28T12:00', 'P1Y')).toBe('2028-02-28T12:00');
  });

  it('K2 adds years and months in one step, so a clamp happens once', () => {
    expect(end('2024-02-29T09:00', 'P1Y1M')).toBe('2025-03-29T09:00');
    expect(end('2023-01-31T09:00', 'P1Y1M')).toBe('2024-02-29T09:00');
  });

  it('K2 clamps before it adds days', () => {
    expect(end('2027-01-31T09:00', 'P1M1D')).toBe('2027-03-01T09:00');
    expect(end('2027-01-31T09:00', 'P1M1W1DT2H')).toBe('2027-03-08T11:00');
  });

  it('K2 keeps the clock time of days across both changes of the clocks', () => {
    expect(end('2026-03-05T15:58', 'P30D')).toBe('2026-04-04T15:58');
    expect(end('2026-10-20T10:00', 'P15D')).toBe('2026-11-04T10:00');
    expect(end('2026-03-25T09:00', 'P1W')).toBe('2026-04-01T09:00');
    const aDay = endOf(local('2026-03-28T12:00'), 'P1D', PARIS) - local('2026-03-28T12:00');
    expect(aDay / 3_600_000).toBe(23);
  });

  it('K2 counts hours as elapsed time, in spring and in autumn', () => {
    expect(end('2026-03-28T12:00', 'PT24H')).toBe('2026-03-29T13:00');
    expect(end('2026-10-24T12:00', 'PT24H')).toBe('2026-10-25T11:00');
    expect(end('2026-10-24T12:00', 'P1DT1H', 'Europe/Brussels')).toBe('2026-10-25T13:00');
    expect(end('2026-11-01T10:00', 'PT30M')).toBe('2026-11-01T10:30');
  });

  it('K2 moves forward by the length of the gap when its local time does not exist', () => {
    for (const zone of [PARIS, 'Europe/Brussels']) {
      expect(end('2025-03-29T02:30', 'P1Y', zone)).toBe('2026-03-29T03:30');
      expect(end('2026-02-28T02:15', 'P29D', zone)).toBe('2026-03-29T03:15');
    }
  });

  it('K2 is the first occurrence when its local time occurs twice', () => {
    for (const zone of [PARIS, 'Europe/Brussels']) {
      expect(endOf(local('2025-10-25T02:30', zone), 'P1Y', zone)).toBe(
        Date.parse('2026-10-25T02:30:00+02:00'),
      );
      expect(endOf(local('2026-10-18T02:30', zone), 'P1W', zone)).toBe(
        Date.parse('2026-10-25T02:30:00+02:00'),
      );
    }
  });

  it('K2 starts from the local time also in the repeated hour, and never lies before its start', () => {
    const second = Date.parse('2026-10-25T02:30:00+01:00');
    expect(shown(endOf(second, 'P1Y', PARIS))).toBe('2027-10-25T02:30');
    expect(endOf(second, 'PT1H', PARIS)).toBe(second + 3_600_000);
  });

  it('G-24 a window of 30 days to answer keeps the clock time', () => {
    expect(end('2026-05-01T09:00', 'P30D')).toBe('2026-05-31T09:00');
  });

  it('keeps date and clock time over whole years: G-23, G-28, G-33, G-34', () => {
    expect(end('2026-05-31T00:00', 'P1Y')).toBe('2027-05-31T00:00');
    expect(end('2023-05-20T00:00', 'P3Y')).toBe('2026-05-20T00:00');
    expect(end('2026-07-01T09:30', 'P3Y')).toBe('2029-07-01T09:30');
    expect(end('2028-01-10T15:00', 'P3Y')).toBe('2031-01-10T15:00');
  });

  it('A1-7 is not the same after 30 days and after a month', () => {
    expect([end('2026-03-10T09:00', 'P30D'), end('2026-03-10T09:00', 'P1M')]).toEqual([
      '2026-04-09T09:00',
      '2026-04-10T09:00',
    ]);
    expect([end('2026-01-31T18:00', 'P30D'), end('2026-01-31T18:00', 'P1M')]).toEqual([
      '2026-03-02T18:00',
      '2026-02-28T18:00',
    ]);
  });

  it('is an error when the period is none', () => {
    expect(() => endOf(0, 'P30', PARIS)).toThrow('"P30" is not an ISO 8601 duration');
  });
});

const instants = fc.integer({ min: 0, max: Date.UTC(2150, 0, 1) });
const zones = fc.constantFrom(PARIS, 'Europe/Brussels', 'America/New_York', 'Australia/Lord_Howe');
const parts = fc.record({
  years: fc.nat(20),
  months: fc.nat(30),
  weeks: fc.nat(10),
  days: fc.integer({ min: 1, max: 100 }),
});
const calendarPeriods = parts.map((part) => Temporal.Duration.from(part).toString());

describe('The end of any period', () => {
  it('K2 is what Temporal reckons step by step', () => {
    fc.assert(
      fc.property(instants, parts, fc.nat(5000), zones, (since, part, minutes, zone) => {
        const { years, months, weeks, days } = part;
        const expected = Temporal.Instant.fromEpochMilliseconds(since)
          .toZonedDateTimeISO(zone)
          .toPlainDateTime()
          .add({ years, months }, { overflow: 'constrain' })
          .add({ weeks, days })
          .toZonedDateTime(zone, { disambiguation: 'compatible' })
          .add({ minutes });
        const period = Temporal.Duration.from({ ...part, minutes }).toString();
        expect(endOf(since, period, zone)).toBe(expected.epochMilliseconds);
      }),
      { numRuns: 2000 },
    );
  });

  it('is never earlier for a later day, at the same clock time', () => {
    fc.assert(
      fc.property(instants, fc.nat(800), calendarPeriods, zones, (since, later, period, zone) => {
        const start = Temporal.Instant.fromEpochMilliseconds(since).toZonedDateTimeISO(zone);
        const second = start.add({ days: later }).epochMilliseconds;
        expect(endOf(second, period, zone)).toBeGreaterThanOrEqual(endOf(since, period, zone));
      }),
    );
  });

  it('is after its start', () => {
    fc.assert(
      fc.property(instants, calendarPeriods, zones, (since, period, zone) => {
        expect(endOf(since, period, zone)).toBeGreaterThan(since);
      }),
    );
  });

  it('is reckoned from the original start: a year is not twelve months in a chain', () => {
    const chained = (since: number, months: number): number =>
      months === 0 ? since : chained(endOf(since, 'P1M', PARIS), months - 1);
    expect(shown(chained(local('2026-01-31T12:00'), 12))).toBe('2027-01-28T12:00');
    expect(end('2026-01-31T12:00', 'P12M')).toBe('2027-01-31T12:00');
  });
});

describe('A duration', () => {
  it('is a whole ISO 8601 period of more than nothing', () => {
    for (const text of ['P1Y', 'P13M', 'P2W', 'P30D', 'PT48H', 'P1Y2M3W4DT5H6M7S', 'P0Y1M'])
      expect([text, isDuration(text)]).toEqual([text, true]);
    for (const text of [
      '',
      'P',
      'PT',
      'P30',
      '30D',
      'p1y',
      'P1.5Y',
      '-P1Y',
      'P0D',
      'P1D1M',
      'P1YT',
      'immediate',
    ])
      expect([text, isDuration(text)]).toEqual([text, false]);
  });
});

describe('An instant as clients write it', () => {
  const read = (text: string) => parseInstant(text, PARIS);

  it('is RFC 3339 with its offset', () => {
    const at = Date.parse('2026-10-25T01:30:00Z');
    expect(read('2026-10-25T01:30:00Z')).toBe(at);
    expect(read('2026-10-25t02:30:00+01:00')).toBe(at);
    expect(read('2026-10-24T20:30:00-05:00')).toBe(at);
    expect(read('2026-10-25T01:30:00.25z')).toBe(at + 250);
    expect(read('2026-10-25T01:30:00.123456789Z')).toBe(at + 123);
  });

  it('K5 is 00:00 local when it is a bare date', () => {
    expect(read('2026-03-10')).toBe(local('2026-03-10T00:00'));
    expect(read('2026-07-10')).toBe(Date.parse('2026-07-09T22:00:00Z'));
    // In Santiago summer time begins at midnight, so that day has no 00:00.
    expect(parseInstant('2026-09-06', 'America/Santiago')).toBe(Date.parse('2026-09-06T01:00:00-03:00'));
  });

  it('is nothing else', () => {
    for (const text of [
      '2026-02-30',
      '2026-02-30T10:00:00Z',
      '2026-13-01',
      '2026-10-25T24:00:00Z',
      '2026-10-25T01:30:60Z',
      '2026-10-25T01:30:00',
      '2026-10-25T01:30Z',
      '2026-10-25 01:30:00Z',
      '2026-10-25T01:30:00+2:00',
      '2026-10-25T01:30:00Z[Europe/Paris]',
      '20261025',
      '1969-12-31T00:00:00Z',
      '10000-01-01T00:00:00Z',
      ' 2026-10-25',
      '',
      'tomorrow',
    ])
      expect([text, read(text)]).toEqual([text, undefined]);
  });
});
