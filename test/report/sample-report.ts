import { createHash } from 'node:crypto';
import { fingerprintOf } from '../../src/aws/judgment/fingerprint';
import type { Image } from '../../src/core/evaluation/image';
import { predictAffected } from '../../src/core/judgment/affected-image';
import type { Guard } from '../../src/core/judgment/guards/guard';
import { judge } from '../../src/core/judgment/judgment';
import type { PolicyDocument } from '../../src/core/policy/policy-document';
import { buildReport, GateReport, ReportInput } from '../../src/core/report/report';

export const NOW = Date.UTC(2026, 0, 31, 9, 30);
const DAY = 24 * 60 * 60 * 1000;

export const SAMPLE_POLICY: PolicyDocument = {
  rules: [
    {
      rulePriority: 1,
      description: 'releases are kept',
      selection: { tagStatus: 'tagged', tagPatternList: ['v*'], countType: 'imageCountMoreThan', countNumber: 60 },
      action: { type: 'expire' },
    },
    {
      rulePriority: 2,
      description: 'the newest pull requests are kept',
      selection: { tagStatus: 'tagged', tagPatternList: ['pr-*'], countType: 'imageCountMoreThan', countNumber: 150 },
      action: { type: 'expire' },
    },
    {
      rulePriority: 3,
      description: 'images without pulls are archived',
      selection: { tagStatus: 'tagged', tagPatternList: ['main-*'], countType: 'sinceImagePulled', countUnit: 'days', countNumber: 180 },
      action: { type: 'transition', targetStorageClass: 'archive' },
    },
    {
      rulePriority: 4,
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 },
      action: { type: 'expire' },
    },
  ],
};

export const SAMPLE_GUARDS: Guard[] = [
  { id: 'max-images', limit: 1500 },
  { id: 'protect-tags', patterns: ['v1.*', 'v2.*'] },
  { id: 'protect-in-use', sources: ['ecs', 'lambda'] },
];

/** Creates a typical repository: pull requests, builds of main, releases and untagged images. It is the same on every run. */
export function sampleImages(count: number): Image[] {
  const random = randomNumbers(7);
  return Array.from({ length: count }, (_, i): Image => {
    const age = Math.floor((1 - i / count) ** 1.6 * 420 * DAY + random() * DAY);
    const kind = random();
    const tags = kind < 0.09 ? [`v${1 + Math.floor(i / count * 3)}.${i % 40}.${i % 7}`] : kind < 0.62 ? [`pr-${4000 + i}`] : kind < 0.85 ? [`main-${hex(i, 8)}`] : [];
    return {
      imageDigest: `sha256:${hex(i, 64)}`,
      imageTags: i % 97 === 5 && tags.length > 0 ? [...tags, 'latest-green', `build.${i}`, `sha-${hex(i, 12)}`, 'qa'] : tags,
      imagePushedAt: new Date(NOW - age).toISOString(),
      ...(random() < 0.7 && { lastRecordedPullTime: new Date(NOW - Math.floor(age * random())).toISOString() }),
      imageSizeInBytes: 40_000_000 + Math.floor(random() * 400_000_000),
    };
  });
}

export function sampleReport(count: number, change: Partial<ReportInput> = {}): GateReport {
  return buildReport({ ...sampleInput(sampleImages(count)), ...change });
}

export function sampleInput(images: readonly Image[], guards = SAMPLE_GUARDS): ReportInput {
  const affected = predictAffected(SAMPLE_POLICY, images, NOW);
  const inUse = affected.filter((_, i) => i % 150 === 20).map(({ imageDigest }) => imageDigest);
  const evidence = {
    affected,
    now: NOW,
    inventory: new Map(images.map((image) => [image.imageDigest, image])),
    uses: new Map(inUse.map((digest, i) => [digest, [`ECS service shop/checkout-${i + 1}`]])),
  };
  return {
    stackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Shop/5c1f0a90-9b1c-11f0-8de9-0242ac120002',
    logicalId: 'CheckoutGate7F3A9C21',
    repositoryName: 'shop/checkout',
    enforcement: 'FAIL',
    fingerprint: fingerprintOf(affected),
    lifecyclePolicyText: JSON.stringify(SAMPLE_POLICY),
    guards,
    evidence,
    judgment: judge(guards, evidence),
    timings: { preview: 4210, inventory: 1380, uses: 640, judgment: 12 },
    calls: { StartLifecyclePolicyPreview: 1, GetLifecyclePolicyPreview: 9, DescribeImages: 2, ListServices: 3 },
  };
}

function hex(seed: number, digits: number): string {
  return createHash('sha256').update(`image ${seed}`).digest('hex').slice(0, digits);
}

/** Generates numbers from 0 up to 1, the same on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
