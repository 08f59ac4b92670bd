import { affectedImage, reportOf } from './report-fixtures';
import { reportJson } from '../../../src/core/report/report-json';

const images = (count: number) => Array.from({ length: count }, (_, i) => affectedImage(i.toString(16), { imageTags: ['"quoted"', `版-🚢-${i}`] }));

test.each([0, 1, 2, 3_000])('the pieces of a report with %i images are its JSON', (count) => {
  const report = reportOf({ affected: images(count) });
  expect([...reportJson(report)].join('')).toBe(JSON.stringify(report));
});

test('a piece has at most 64 K characters plus one image, so that memory is limited', () => {
  const report = reportOf({ affected: images(3_000) });
  const pieces = [...reportJson(report)];
  expect(pieces.length).toBeGreaterThan(10);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(64 * 1024 + 1_000);
});
