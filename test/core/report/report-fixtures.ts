import fc from 'fast-check';
import type { Image } from '../../../src/core/evaluation/image';
import type { AffectedImage } from '../../../src/core/judgment/affected-image';
import type { Guard } from '../../../src/core/judgment/guards/guard';
import { judge } from '../../../src/core/judgment/judgment';
import { buildReport, GateReport, ReportInput } from '../../../src/core/report/report';

export const NOW = Date.UTC(2026, 0, 31);
export const DAY = 24 * 60 * 60 * 1000;
export const daysAgo = (days: number) => new Date(NOW - days * DAY).toISOString();

export const POLICY = JSON.stringify({
  rules: [
    { rulePriority: 1, selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 }, action: { type: 'expire' } },
    { rulePriority: 2, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 20 }, action: { type: 'expire' } },
  ],
});

export function affectedImage(digest: string, more: Partial<AffectedImage> = {}): AffectedImage {
  return { imageDigest: `sha256:${digest}`, imageTags: [], action: 'EXPIRE', rulePriority: 1, imagePushedAt: daysAgo(30), ...more };
}

export interface Facts {
  readonly affected: readonly AffectedImage[];
  readonly guards?: readonly Guard[];
  readonly inventory?: readonly Image[];
  readonly uses?: ReadonlyMap<string, readonly string[]>;
}

const LOOSE: Guard[] = [{ id: 'max-images', limit: 1000 }, { id: 'max-archived', limit: 1000 }];
const FINGERPRINT = '0123456789abcdef';

export function reportOf({ affected, guards = LOOSE, inventory, uses }: Facts, change: Partial<ReportInput> = {}): GateReport {
  const evidence = { affected, now: NOW, uses, inventory: inventory && new Map(inventory.map((image) => [image.imageDigest, image])) };
  const approved = change.approvedPreview === FINGERPRINT ? new Set(affected.map(({ imageDigest }) => imageDigest)) : undefined;
  return buildReport({
    stackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/Shop/1',
    logicalId: 'Gate',
    repositoryName: 'shop/web',
    enforcement: 'FAIL',
    fingerprint: FINGERPRINT,
    lifecyclePolicyText: POLICY,
    guards,
    evidence,
    judgment: judge(guards, evidence, { approved }),
    timings: { preview: 1200 },
    calls: { StartLifecyclePolicyPreview: 1 },
    ...change,
  });
}

/** Text that would end a script, an attribute or a comment, and text in any writing system. */
export const nastyText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  fc.constantFrom('<script>alert(1)</script>', '</script><b>', '"><img src=x onerror=alert(1)>', "' onclick='x", '<!--', '-->', ']]>', '&lt;', '\u2028\u202e', '版'.repeat(20), '🚢', '\ud800'),
);

/** Reports with arbitrary text in every field with external data. */
export const reports: fc.Arbitrary<GateReport> = fc.record({
  images: fc.array(fc.record({
    tags: fc.array(nastyText, { maxLength: 4 }),
    digest: nastyText,
    age: fc.option(fc.integer({ min: -2, max: 900 }), { nil: undefined }),
    archives: fc.boolean(),
    rule: fc.integer({ min: 0, max: 4 }),
    user: fc.option(nastyText, { nil: undefined }),
  }), { maxLength: 8 }),
  listed: fc.boolean(),
  name: nastyText,
  policy: fc.oneof(fc.constant(POLICY), nastyText, nastyText.map((description) => JSON.stringify({ rules: [], description }))),
  approvedPreview: fc.option(nastyText, { nil: undefined }),
  enforcement: fc.constantFrom('FAIL' as const, 'WARN' as const),
  pattern: nastyText,
  phase: nastyText,
}).map(({ images, listed, name, policy, approvedPreview, enforcement, pattern, phase }) => {
  const affected = images.map(({ tags, digest, age, archives, rule }, i): AffectedImage => ({
    imageDigest: `${i}${digest}`,
    imageTags: tags,
    imagePushedAt: age === undefined ? undefined : daysAgo(age),
    action: archives ? 'TRANSITION' : 'EXPIRE',
    rulePriority: rule,
  }));
  const uses = new Map(images.flatMap(({ user }, i) => (user === undefined ? [] : [[affected[i].imageDigest, [user]] as const])));
  return reportOf({
    affected,
    guards: [
      { id: 'max-images', limit: 3 },
      { id: 'max-archived', limit: 2 },
      { id: 'protect-tags', patterns: [pattern] },
      ...listed ? [{ id: 'protect-in-use' as const, sources: ['ecs' as const] }] : [],
    ],
    inventory: listed ? [...affected, { imageDigest: 'kept', imagePushedAt: daysAgo(3) }] : undefined,
    uses: listed ? uses : undefined,
  }, {
    repositoryName: name,
    stackId: name,
    logicalId: name,
    lifecyclePolicyText: policy,
    approvedPreview,
    enforcement,
    timings: { [phase]: 1 },
    calls: { [phase]: 2 },
  });
});
