import { Temporal } from 'temporal-polyfill';

/** A local time of Paris as the golden table writes it (`2026-03-10`, `2026-03-10 14:30:00`), in RFC 3339. */
export const paris = (text: string): string => {
  const [date = '', time = '00:00:00'] = text.split(' ');
  const local = Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime('Europe/Paris');
  return local.toString({ timeZoneName: 'never' });
};

export const after = (instant: string, duration: string): string =>
  Temporal.Instant.from(instant).add(duration).toString();
