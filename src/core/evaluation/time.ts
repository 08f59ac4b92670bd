/**
 * `2026-01-31T12:00:00Z`, or with a blank as Python and RFC 3339 write it: `2026-01-31 12:00:00.123456+00:00`. The time is optional,
 * and so are its seconds and their fraction.
 */
const ISO_8601 = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** The example in messages about times. */
const EXAMPLE = '2026-01-31T12:00:00Z';

/** Parses a time to milliseconds since 1970, or NaN. A time without an offset is UTC, so that results do not depend on the machine. */
export function parseTime(text: string): number {
  const [, date, time, offset = 'Z'] = ISO_8601.exec(text) ?? [];
  if (time === undefined) return Date.parse(text);
  return Date.parse(`${date}T${time}${/^[+-]\d\d$/.test(offset) ? `${offset}:00` : offset}`);
}

/**
 * Returns the reason why a value is not the text of a moment, to follow "is". Undefined for a moment.
 *
 * A date stands for its beginning in UTC. A time of day needs an offset, because tools print local times without one.
 */
export function momentProblem(text: unknown): string | undefined {
  const notATime = `not a time in ISO 8601, like ${EXAMPLE}`;
  if (typeof text !== 'string') return notATime;
  const [, date, time, offset] = ISO_8601.exec(text) ?? [];
  if (date === undefined || Number.isNaN(parseTime(text)) || !isDate(date)) return notATime;
  if (time === undefined || offset !== undefined) return undefined;
  return 'a time without an offset from UTC, which may be a local time: add the offset, such as Z for UTC or +02:00';
}

/** True if a value is the text of a moment. */
export function isMoment(text: unknown): text is string {
  return momentProblem(text) === undefined;
}

/** True for a date that exists: `Date` itself reads 31 February as 3 March. */
function isDate(text: string): boolean {
  const [year, month, day] = text.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}
