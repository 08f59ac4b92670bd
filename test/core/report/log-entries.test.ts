import fc from 'fast-check';
import { affectedImage, nastyText, reportOf, reports } from './report-fixtures';
import { BYTES_PER_ENTRY, joinLogEntries, LogEntry, logEntries } from '../../../src/core/report/log-entries';
import type { GateReport } from '../../../src/core/report/report';

/** Returns the entries as they are in the log. */
const logged = (report: GateReport) => [...logEntries(report)].map((entry) => JSON.stringify(entry));
const joined = (lines: readonly string[]) => joinLogEntries(lines.map((line) => JSON.parse(line) as LogEntry));

const tagsOf = (count: number, letter: string) => Array.from({ length: count }, (_, i) => `${i}-`.padEnd(300, letter));

test('a small report is one entry', () => {
  const report = reportOf({ affected: [affectedImage('a')] });
  expect(logged(report)).toHaveLength(1);
  expect(joined(logged(report))).toEqual(report);
});

test.each([
  ['ASCII', 'a'], ['quotation marks', '"'], ['Cyrillic', 'ж'], ['Han', '版'], ['emoji', '🚢'], ['control characters', '\u0001'], ['halves of pairs', '\ud800'],
])('1,000 tags per image in %s: every piece fits, and no data is lost', (_, letter) => {
  const report = reportOf({ affected: ['a', 'b', 'c'].map((digest) => affectedImage(digest, { imageTags: tagsOf(1000, letter) })) });
  const lines = logged(report);
  expect(lines.length).toBeGreaterThan(1);
  expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThan(BYTES_PER_ENTRY);
  expect(joined([...lines].reverse())).toEqual(report);
});

test('pieces are filled: a report has hardly more pieces than its size requires', () => {
  const report = reportOf({ affected: Array.from({ length: 5000 }, (_, i) => affectedImage(String(i).padStart(64, '0'), { imageTags: ['tag'] })) });
  const bytes = Buffer.byteLength(JSON.stringify(report));
  expect(logged(report).length).toBeLessThanOrEqual(Math.ceil(bytes / BYTES_PER_ENTRY) + 1);
});

test.each([
  ['as text', 'x"é版'.repeat(60_000)],
  ['as JSON', JSON.stringify({ rules: Array.from({ length: 9000 }, (_, i) => ({ description: `🚢 "${i}"` })) })],
])('a head that is too long is cut as text: a policy %s', (_, lifecyclePolicyText) => {
  const report = reportOf({ affected: [affectedImage('a')] }, { lifecyclePolicyText });
  const lines = logged(report);
  expect(lines.length).toBeGreaterThan(1);
  expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThan(BYTES_PER_ENTRY);
  expect(joined(lines)).toEqual(report);
});

test('a piece states its number, the number of pieces and the report', () => {
  const entries = [...logEntries(reportOf({ affected: [affectedImage('a', { imageTags: tagsOf(1000, 'a') })] }))];
  expect(entries.map(({ piece, pieces }) => [piece, pieces])).toEqual([[1, 2], [2, 2]]);
  expect(entries[1]).toMatchObject({ repositoryName: 'shop/web', fingerprint: '0123456789abcdef' });
  expect(entries[1].images!.every((row) => row.imageDigest === 'sha256:a' && 'continued' in row)).toBe(true);
});

test('missing pieces or pieces of different reports do not make a report', () => {
  const entries = [...logEntries(reportOf({ affected: [affectedImage('a', { imageTags: tagsOf(1000, 'a') })] }))];
  expect(joinLogEntries(entries.slice(1))).toBeUndefined();
  expect(joinLogEntries([entries[0], entries[0]])).toBeUndefined();
  expect(joinLogEntries([entries[0], { ...entries[1], at: '2026-02-01T00:00:00.000Z' }])).toBeUndefined();
  expect(joinLogEntries([])).toBeUndefined();
});

test('law: joining the pieces of any report returns that report', () => {
  fc.assert(fc.property(reports, (report) => {
    expect(joined(logged(report))).toEqual(report);
  }));
});

test('law: the pieces fit with any number of tags', () => {
  fc.assert(fc.property(fc.array(nastyText, { minLength: 1 }), fc.integer({ min: 1, max: 9 }), (few, images) => {
    const imageTags = Array.from({ length: 1000 }, (_, i) => `${few[i % few.length].repeat(8)}${i}`);
    const report = reportOf({ affected: Array.from({ length: images }, (_, i) => affectedImage(String(i), { imageTags })) });
    const lines = logged(report);
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThan(BYTES_PER_ENTRY);
    expect(joined(lines)).toEqual(report);
  }), { numRuns: 25 });
});
