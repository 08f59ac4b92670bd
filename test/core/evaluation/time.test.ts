import { isMoment, momentProblem, parseTime } from '../../../src/core/evaluation/time';

test.each([
  ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31T12:00Z', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31T12:00:00.123456+00:00', '2026-01-31T12:00:00.123Z'],
  ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.500Z'],
  ['2026-01-31T12:00:00+05:30', '2026-01-31T06:30:00.000Z'],
  ['2026-01-31T12:00:00-0800', '2026-01-31T20:00:00.000Z'],
  ['2026-01-31T12:00:00+02', '2026-01-31T10:00:00.000Z'],
  // As Python prints a datetime with str() and with json.dumps(default=str).
  ['2026-11-27 11:42:03.376864+00:00', '2026-11-27T11:42:03.376Z'],
  ['2025-10-01 10:46:49-04:00', '2025-10-01T14:46:49.000Z'],
  ['2025-10-01 10:46Z', '2025-10-01T10:46:00.000Z'],
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
])('%s is the time %s', (text, moment) => {
  expect(isMoment(text)).toBe(true);
  expect(new Date(parseTime(text)).toISOString()).toBe(moment);
});

test.each([
  '2026-01-31T12:00:00', '2026-01-31T12:00:00.25', '2026-01-31T12:00', '2026-01-31 12:00:00', '2026-11-27 11:42:03.376864',
])('%s could be a local time, and the message says to add the offset', (text) => {
  expect(momentProblem(text)).toBe('a time without an offset from UTC, which may be a local time: add the offset, such as Z for UTC or +02:00');
});

test.each([
  '', ' ', 'yesterday', '2026', '2026-01', '31.01.2026', '2026-02-31', '2026-02-29T00:00:00Z', '2026-04-31T12:00:00+02:00', '2026-13-01',
  '2026-00-10', '2026-01-00', '2026-01-31T25:00:00Z', '2026-01-31T12:60:00Z', '2026-01-31T12:00:60Z', '2026-01-31T12:00:00+99:00',
  '2026-01-31T12:00:00 Z', '2026-01-31  12:00:00Z', '2026-02-31 12:00:00Z', '2026-01-31 +02:00', '2026-01-31T12:00:00Z\n', '1769860800',
  'Sat Jan 31 2026 12:00:00 GMT', '+002026-01-31T12:00:00Z',
])('%j is not a time', (text) => {
  expect(momentProblem(text)).toBe('not a time in ISO 8601, like 2026-01-31T12:00:00Z');
});

test.each([[1_769_860_800], [null], [undefined], [new Date(0)], [['2026-01-31']], [{}]])('%p is not text', (value) => {
  expect(isMoment(value)).toBe(false);
});
