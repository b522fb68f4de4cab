/** The clocks of one time zone, kept for bulk use: Temporal says when they change, plain numbers answer. */
import { Temporal } from 'temporal-polyfill';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A stretch of instants whose changes of offset are looked up together. */
const STRETCH = 366 * DAY;

interface Change {
  /** From this instant on … */
  readonly at: number;
  /** … local time is this many milliseconds ahead of UTC. */
  readonly offset: number;
}

export class Zone {
  private readonly stretches = new Map<number, readonly Change[]>();

  constructor(private readonly name: string) {}

  /** What the clocks show at the instant: epoch milliseconds as if the local time were UTC. */
  localOf(instant: number): number {
    return instant + this.offsetAt(instant);
  }

  /**
   * The instant at which the clocks show `local`. A time that does not exist moves forward by the length of the gap;
   * one that occurs twice is its first occurrence (seeds K2).
   */
  instantOf(local: number): number {
    const before = this.offsetAt(local - DAY);
    const first = local - before;
    if (this.offsetAt(first) === before) return first;
    const second = local - this.offsetAt(local + DAY);
    return this.localOf(second) === local ? second : first;
  }

  private offsetAt(instant: number): number {
    const index = Math.floor(instant / STRETCH);
    let changes = this.stretches.get(index);
    if (changes === undefined) this.stretches.set(index, (changes = this.changes(index * STRETCH)));
    let offset = 0;
    for (const change of changes) {
      if (change.at > instant) break;
      offset = change.offset;
    }
    return offset;
  }

  private changes(start: number): Change[] {
    let moment = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(this.name);
    const changes = [{ at: start, offset: moment.offsetNanoseconds / 1e6 }];
    for (;;) {
      const next = moment.getTimeZoneTransition('next');
      if (next === null || next.epochMilliseconds >= start + STRETCH) return changes;
      changes.push({ at: next.epochMilliseconds, offset: next.offsetNanoseconds / 1e6 });
      moment = next;
    }
  }
}

const zones = new Map<string, Zone>();

export function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) zones.set(name, (zone = new Zone(name)));
  return zone;
}

/** By its IANA name; an offset such as `+01:00` has no summer time and is none. */
export const isTimeZone = (name: string): boolean => {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};
