/** `2026-01-31T12:00:00Z`; seconds, fraction and zone may be left out. */
const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/;

const WITHOUT_ZONE = /T[\d:.]+$/;

/** Milliseconds since 1970, or NaN. A time that names no zone is UTC: no answer may depend on the machine's own. */
export function parseTime(text: string): number {
  return Date.parse(WITHOUT_ZONE.test(text) ? `${text}Z` : text);
}

/** Whether a value is text for a moment in ISO 8601 that the calendar knows: `Date` itself reads 31 February as 3 March. */
export function isMoment(text: unknown): text is string {
  if (typeof text !== 'string' || !ISO_8601.test(text) || Number.isNaN(parseTime(text))) return false;
  const [year, month, day] = text.slice(0, 10).split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}
