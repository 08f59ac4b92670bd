/** `2026-01-31T12:00:00Z`. Time, seconds, fraction and zone are optional. */
const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/;

const WITHOUT_ZONE = /T[\d:.]+$/;

/** Parses a time to milliseconds since 1970, or NaN. A time without a zone is UTC, so that results do not depend on the machine. */
export function parseTime(text: string): number {
  return Date.parse(WITHOUT_ZONE.test(text) ? `${text}Z` : text);
}

/** True for ISO 8601 text with a date that exists: `Date` itself reads 31 February as 3 March. */
export function isMoment(text: unknown): text is string {
  if (typeof text !== 'string' || !ISO_8601.test(text) || Number.isNaN(parseTime(text))) return false;
  const [year, month, day] = text.slice(0, 10).split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}
