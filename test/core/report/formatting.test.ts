import { formatGuard } from '../../../src/core/judgment/guards/guard';
import { formatBytes, formatRule, rulesIn, formatTime } from '../../../src/core/report/formatting';
import { reportName } from '../../../src/core/report/report';

const DAY = 24 * 60 * 60;

test.each([
  [{ id: 'max-images', limit: 1 }, 'at most 1 image may expire'],
  [{ id: 'max-percent', percent: 2.5 }, 'at most 2.5% of the images may expire'],
  [{ id: 'max-archived', limit: 1200 }, 'at most 1,200 images may be archived'],
  [{ id: 'max-expiring', rulePriority: 3, limit: 2 }, 'at most 2 images may expire by rule 3'],
  [{ id: 'protect-tags', patterns: ['a*', 'b'] }, 'images with a tag like a* or b are protected'],
  [{ id: 'protect-digests', digests: ['sha256:a'] }, '1 image named by digest is protected: sha256:a'],
  [{ id: 'protect-pushed-within', seconds: DAY }, 'images pushed within 1 day are protected'],
  [{ id: 'protect-pulled-within', seconds: 30 * DAY }, 'images pulled within 30 days are protected'],
  [{ id: 'protect-newest', count: 5, selection: { tagStatus: 'any' } }, 'the 5 newest images are protected'],
  [{ id: 'protect-in-use', sources: ['ecs', 'lambda'] }, 'images in use are protected (sources: ecs, lambda)'],
  [{ id: 'keep-at-least', count: 5, selection: { tagStatus: 'tagged', tagPatternList: ['v*'] } }, 'at least 5 images tagged v* must remain'],
] as const)('guard %j', (guard, words) => expect(formatGuard(guard)).toBe(words));

test.each([
  [{ tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1000 }, 'expire', 'expire any image except the 1,000 newest'],
  [{ tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 }, 'expire', 'expire untagged images older than 1 day'],
  [{ tagStatus: 'tagged', tagPatternList: ['a*', '*b'], countType: 'sinceImagePulled', countUnit: 'days', countNumber: 90 }, 'transition', 'archive images tagged a* and *b not pulled for 90 days'],
  [{ tagStatus: 'any', storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 90 }, 'expire', 'expire any image archived for 90 days'],
] as const)('rule %j', (selection, type, words) => {
  expect(formatRule({ rulePriority: 1, selection, action: { type } })).toBe(words);
});

test.each([[0, '0 bytes'], [999, '999 bytes'], [1000, '1.0 kB'], [999_949, '1.0 MB'], [43_210_000_000, '43.2 GB'], [150e12, '150 TB'], [5e18, '5000 PB']])(
  '%d bytes', (bytes, words) => expect(formatBytes(bytes)).toBe(words));

test.each([[3.4, '3 ms'], [999, '999 ms'], [12_340, '12.3 s']])('%d milliseconds', (ms, words) => expect(formatTime(ms)).toBe(words));

test('rules are read only from a valid policy', () => {
  for (const other of [undefined, null, 'text', 7, [], {}, { rules: 'x' }, { rules: [{ rulePriority: 1 }] }]) expect(rulesIn(other)).toEqual([]);
});

test('a name is safe in keys and pages, and sorts by time', () => {
  expect(reportName({ at: '2026-01-31T12:00:00.000Z', fingerprint: '0123' })).toBe('2026-01-31T12-00-00.000Z-0123');
  expect(reportName({ at: '2026', fingerprint: '<a/b>' })).toBe('2026-_a_b_');
});
