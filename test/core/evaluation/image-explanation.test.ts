import type { Image } from '../../../src/core/evaluation/image';
import { explainImages } from '../../../src/core/evaluation/image-explanation';
import type { PolicyDocument } from '../../../src/core/policy/policy-document';

const NOW = Date.UTC(2026, 0, 31);
const POLICY: PolicyDocument = {
  rules: [
    {
      rulePriority: 20,
      selection: { tagStatus: 'any', storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 90 },
      action: { type: 'expire' },
    },
    {
      rulePriority: 10,
      description: 'the newest',
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 },
      action: { type: 'expire' },
    },
  ],
};
const image = (imageDigest: string, pushed: string, more: Partial<Image> = {}): Image => ({ imageDigest, imagePushedAt: `2026-01-${pushed}T00:00:00Z`, ...more });
const explained = (images: readonly Image[], digest: string) => explainImages(POLICY, images, new Set([digest]), NOW)[0];

test('lists every rule by precedence, including rules for other images', () => {
  const images = [image('new', '20'), image('old', '01'), image('archived', '02', { imageStatus: 'ARCHIVED', lastArchivedAt: '2026-01-10T00:00:00Z' })];
  expect(explained(images, 'old')).toMatchObject({
    action: 'EXPIRE',
    rulePriority: 10,
    rules: [
      { rulePriority: 10, code: 'ACTS', description: 'the newest' },
      { rulePriority: 20, code: 'DOES_NOT_SELECT', message: 'rule 20 does not select it: it applies to archived images only' },
    ],
    besides: [],
  });
  expect(explained(images, 'archived').rules.map(({ code, message }) => [code, message])).toEqual([
    ['DOES_NOT_SELECT', 'rule 10 does not select it: it does not apply to archived images'],
    ['NOT_OLD_ENOUGH', 'rule 20 keeps it: it is not older than 90 days (sinceImageTransitioned)'],
  ]);
});

test('lists other reasons separately', () => {
  const images = [image('index', '20', { childDigests: ['child'] }), image('child', '01')];
  expect(explained(images, 'child')).toMatchObject({
    action: 'KEEP', rules: [{ code: 'ACTS' }, { code: 'DOES_NOT_SELECT' }], besides: [{ code: 'BLOCKED_BY_INDEX' }],
  });
});
