import { affectedImage, daysAgo, NOW, reportOf } from './report-fixtures';

const digests = (images: readonly { imageDigest: string }[]) => images.map(({ imageDigest }) => imageDigest);

describe('verdict', () => {
  const affected = [affectedImage('a'), affectedImage('b')];
  const guards = [{ id: 'max-images' as const, limit: 1 }];

  test.each([
    ['PASSED', { guards: [{ id: 'max-images' as const, limit: 2 }] }, {}],
    ['FAILED', { guards }, {}],
    ['WARNED', { guards }, { enforcement: 'WARN' as const }],
    ['PASSED', { guards }, { approvedPreview: '0123456789abcdef' }],
    ['FAILED', { guards }, { approvedPreview: 'another' }],
  ])('%s', (verdict, facts, change) => {
    expect(reportOf({ affected, ...facts }, change).verdict).toBe(verdict);
  });

  test('an approved set keeps its violations in the report', () => {
    expect(reportOf({ affected, guards }, { approvedPreview: '0123456789abcdef' })).toMatchObject({
      approved: true, violations: [{ guardId: 'max-images', images: 2 }], counts: { unexpected: 2 },
    });
  });

  test('states that the limit is implied', () => {
    expect(reportOf({ affected, guards: [] })).toMatchObject({ limitImplied: true, verdict: 'FAILED' });
    expect(reportOf({ affected, guards }).limitImplied).toBe(false);
  });
});

test('the unexpected images come first, then by rule, push time and digest', () => {
  const affected = [
    affectedImage('f', { rulePriority: 2 }),
    affectedImage('e', { imagePushedAt: undefined }),
    affectedImage('d'),
    affectedImage('c'),
    affectedImage('b', { imagePushedAt: daysAgo(40) }),
    affectedImage('a', { rulePriority: 3, imageTags: ['prod'] }),
  ];
  const facts = { affected, guards: [{ id: 'max-images' as const, limit: 9 }, { id: 'protect-tags' as const, patterns: ['prod'] }] };
  const report = reportOf(facts);
  expect(digests(report.images)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'].map((digest) => `sha256:${digest}`));
  expect(reportOf({ ...facts, affected: [...affected].reverse() })).toEqual(report);
});

test('an image has the facts of the inventory, its users and every guard that objects', () => {
  const report = reportOf({
    affected: [affectedImage('a', { imageTags: ['prod'], imagePushedAt: undefined })],
    guards: [{ id: 'max-images', limit: 0 }, { id: 'protect-tags', patterns: ['prod'] }],
    inventory: [{ imageDigest: 'sha256:a', imageSizeInBytes: 7, lastRecordedPullTime: daysAgo(1), imagePushedAt: daysAgo(2.5) }],
    uses: new Map([['sha256:a', ['ECS service web', 'x'.repeat(5000)]]]),
  });
  expect(report.images).toEqual([{
    imageDigest: 'sha256:a',
    imageTags: ['prod'],
    imagePushedAt: daysAgo(2.5),
    ageInDays: 2,
    imageSizeInBytes: 7,
    lastRecordedPullTime: daysAgo(1),
    action: 'EXPIRE',
    rulePriority: 1,
    usedBy: ['ECS service web', `${'x'.repeat(299)}…`],
    violates: [
      { guardId: 'max-images', because: '1 image would expire, but at most 0 may' },
      { guardId: 'protect-tags', because: '1 image with a tag like prod would expire' },
    ],
  }]);
});

test('a long reason is complete once and cut for every image', () => {
  const patterns = Array.from({ length: 100 }, (_, i) => `pattern-${i}`).concat('prod');
  const report = reportOf({ affected: [affectedImage('a', { imageTags: ['prod'] })], guards: [{ id: 'max-images', limit: 1 }, { id: 'protect-tags', patterns }] });
  expect(report.violations[0].because).toContain('pattern-99');
  expect(report.images[0].violates[0].because).toHaveLength(160);
});

describe('the summary of kept images', () => {
  const affected = [affectedImage('gone')];
  const inventory = [
    ...affected,
    { imageDigest: 'sha256:a', imagePushedAt: daysAgo(10) },
    { imageDigest: 'sha256:b', imagePushedAt: daysAgo(10), imageStatus: 'ARCHIVED' },
    { imageDigest: 'sha256:c', imagePushedAt: daysAgo(1) },
    { imageDigest: 'sha256:d' },
  ];

  test('counts by push time', () => {
    const { kept, counts } = reportOf({ affected, inventory });
    expect(counts.inventory).toBe(5);
    expect(kept).toEqual({
      images: 4,
      archived: 1,
      ofUnknownPushTime: 1,
      pushed: [{ from: daysAgo(10), images: 2 }, { from: daysAgo(1), images: 1 }],
    });
  });

  test('is absent if the images were not listed', () => {
    const report = reportOf({ affected });
    expect(report).not.toHaveProperty('kept');
    expect(report.counts).not.toHaveProperty('inventory');
  });

  test.each([1, 30, 3000])('has few intervals for %i days and includes every image', (days) => {
    const images = Array.from({ length: 5000 }, (_, i) => ({ imageDigest: `sha256:${i}`, imagePushedAt: daysAgo(days * i / 5000) }));
    const { kept } = reportOf({ affected: [], inventory: images });
    expect(kept!.pushed.length).toBeLessThanOrEqual(160);
    expect(kept!.pushed.length).toBeGreaterThan(40);
    expect(kept!.pushed.reduce((sum, interval) => sum + interval.images, 0)).toBe(5000);
  });
});

test('the policy is parsed, or is its text if that is not JSON', () => {
  expect(reportOf({ affected: [] }, { lifecyclePolicyText: '{"rules":[]}' }).lifecyclePolicy).toEqual({ rules: [] });
  expect(reportOf({ affected: [] }, { lifecyclePolicyText: 'rules' }).lifecyclePolicy).toBe('rules');
});

test('the report equals its parsed JSON', () => {
  const report = reportOf({ affected: [affectedImage('a', { imagePushedAt: undefined })] });
  expect(JSON.parse(JSON.stringify(report))).toStrictEqual(report);
  expect(report.at).toBe(new Date(NOW).toISOString());
});
