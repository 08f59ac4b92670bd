import { affectedImage, daysAgo, NOW, reportOf } from './report-fixtures';
import { picture } from '../../../src/core/report/picture';

const lanes = (text: string) => [...text.matchAll(/aria-label="([^"]*)"/g)].map(([, label]) => label);
const titles = (text: string) => [...text.matchAll(/<title>([^<]*)</g)].map(([, title]) => title);

test('there is one lane per rule, in order, and one for the kept images', () => {
  const affected = [
    affectedImage('a'),
    affectedImage('b', { rulePriority: 7, action: 'TRANSITION' }),
    affectedImage('c', { imageTags: ['prod'] }),
  ];
  const inventory = [...affected, { imageDigest: 'kept', imagePushedAt: daysAgo(2) }];
  const { text } = picture(reportOf({ affected, inventory, guards: [{ id: 'max-images', limit: 5 }, { id: 'max-archived', limit: 5 }, { id: 'protect-tags', patterns: ['prod'] }] }));
  expect(lanes(text)).toEqual(['Rule 1: 2 expire, 1 unexpected', 'Rule 2: no image', 'Rule 7: 1 archived', 'Kept: 1']);
  expect(text).toContain('expire untagged images older than 14 days');
  expect(titles(text)).toEqual([
    '2026-01-01 00:00: 2 images, 1 unexpected', '2026-01-01 00:00: 1 image', '2026-01-29 00:00: 1 image',
  ]);
});

test('without a list of all images, a note replaces the lane for the kept images', () => {
  const { text } = picture(reportOf({ affected: [affectedImage('a')] }));
  expect(lanes(text)).toEqual(['Rule 1: 1 expires', 'Rule 2: no image']);
  expect(text).toContain('so kept images are not drawn');
});

test('a policy that ECR would reject still has one lane per rule that acts', () => {
  expect(lanes(picture(reportOf({ affected: [affectedImage('a', { rulePriority: 3 })] }, { lifecyclePolicyText: 'no policy' })).text))
    .toEqual(['Rule 3: 1 expires']);
});

test('an age limit is a line between images that are old enough and younger ones', () => {
  const { text } = picture(reportOf({ affected: [affectedImage('a', { imagePushedAt: daysAgo(28) })] }));
  const [, x] = /class="old" d="M([\d.]+) /.exec(text)!;
  expect(Number(x)).toBeGreaterThan(490);
  expect(Number(x)).toBeLessThan(510);
});

test('images of unknown push time are counted but not drawn', () => {
  expect(picture(reportOf({ affected: [affectedImage('a', { imagePushedAt: undefined })] })).text).toContain('1 image of unknown push time is not drawn.');
});

test('the picture of 100,000 images under 50 rules over ten years is small', () => {
  const affected = Array.from({ length: 100_000 }, (_, i) =>
    affectedImage(String(i), { rulePriority: i % 50 + 1, imagePushedAt: new Date(NOW - i * 3_155_760).toISOString() }));
  const { text } = picture(reportOf({ affected }));
  expect(lanes(text)).toHaveLength(50);
  expect(text.length).toBeLessThan(1_500_000);
});

test('the picture can be empty', () => {
  expect(lanes(picture(reportOf({ affected: [] })).text)).toEqual(['Rule 1: no image', 'Rule 2: no image']);
});
