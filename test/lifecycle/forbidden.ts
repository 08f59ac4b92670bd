/*
 * The types do not allow policies that ECR forbids: each line below is a compiler error. The `typecheck` task fails if one of them
 * compiles. This file is never executed.
 */
import { Duration } from 'aws-cdk-lib';
import { ArchiveWhen, ExpireWhen, ImageInventory, ImageSelection, LifecyclePolicy, LifecycleRule } from '../../src';

const images = ImageSelection.tagged('v*');
const when = ExpireWhen.imageCountMoreThan(5);
const days = Duration.days(90);

export const conditions = () => [
  // @ts-expect-error a rule cannot expire images by the time since the last pull
  ExpireWhen.sinceImagePulled(days),
  // @ts-expect-error also not with the condition of an archive rule
  LifecycleRule.expire({ images, when: ArchiveWhen.sinceImagePulled(days) }),
  // @ts-expect-error also not with one rule per pattern
  LifecycleRule.expireForEachPattern(['v*'], { when: ArchiveWhen.sinceImagePulled(days) }),
  // @ts-expect-error a rule cannot archive images by the time in the archive
  ArchiveWhen.sinceImageTransitioned(days),
  // @ts-expect-error a rule cannot expire images outside of the archive by the time in the archive
  ExpireWhen.sinceImageTransitioned(days),
  // @ts-expect-error an archive rule needs an ArchiveWhen
  LifecycleRule.archive({ images, when }),
  // @ts-expect-error a keep rule has no condition
  LifecycleRule.keep({ images, when }),
  // @ts-expect-error keep rules for several patterns have no condition
  LifecycleRule.keepForEachPattern(['v*'], { when }),
  // @ts-expect-error archived images do not expire by count
  LifecycleRule.expireArchived({ images, when }),
  // @ts-expect-error also not in addition to the time in the archive
  LifecycleRule.expireArchived({ images, sinceImageTransitioned: days, imageCountMoreThan: 5 }),
  // @ts-expect-error the time in the archive is required
  LifecycleRule.expireArchived({ images }),
  // @ts-expect-error a rule has one condition, not two
  LifecycleRule.expire({ images, when: [when, ExpireWhen.sinceImagePushed(days)] }),
  // @ts-expect-error an expiry rule needs a condition
  LifecycleRule.expire({ images }),
  // @ts-expect-error a time needs a unit
  ExpireWhen.sinceImagePushed(14),
  // @ts-expect-error a count is a number
  ExpireWhen.imageCountMoreThan(days),
];

export const selections = () => [
  // @ts-expect-error only tagged images can be selected with a pattern
  ImageSelection.all('v*'),
  // @ts-expect-error images without tags cannot be selected with a pattern
  ImageSelection.untagged('v*'),
  // @ts-expect-error several patterns need taggedWithAllOf or taggedWithAllPrefixes
  ImageSelection.tagged('v*', 'prod'),
  // @ts-expect-error tagged needs a pattern
  ImageSelection.tagged(),
  // @ts-expect-error patterns and prefixes cannot be combined
  ImageSelection.tagged('v*').taggedWithAllPrefixes('v'),
  // @ts-expect-error a rule needs a selection of images
  LifecycleRule.expire({ when }),
  // @ts-expect-error the images of a rule are a selection, not text
  LifecycleRule.expire({ images: 'v*', when }),
  // @ts-expect-error the storage class follows from the kind of rule
  LifecycleRule.expire({ images, when, storageClass: 'archive' }),
];

export const budgets = () => [
  // @ts-expect-error a keep rule has no budget
  LifecycleRule.keep({ images, maxExpiring: 5 }),
  // @ts-expect-error an archive rule has no budget
  LifecycleRule.archive({ images, when: ArchiveWhen.sinceImagePulled(days), maxExpiring: 5 }),
  // @ts-expect-error keep rules for several patterns have no budget
  LifecycleRule.keepForEachPattern(['v*', 'w*'], { maxExpiring: 5 }),
];

export const values = () => [
  // @ts-expect-error instances are only created by factories
  new ExpireWhen({ countType: 'sinceImagePulled', countUnit: 'days', countNumber: 1 }),
  // @ts-expect-error instances are only created by factories
  new ArchiveWhen({ countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 1 }),
  // @ts-expect-error instances are only created by factories
  new ImageSelection({ tagStatus: 'any', tagPatternList: ['v*'] }),
  // @ts-expect-error instances are only created by factories
  new LifecycleRule({}, images, when, { type: 'expire' }),
  // @ts-expect-error instances are only created by factories
  new LifecyclePolicy([]),
  // @ts-expect-error the class has only static methods
  new ImageInventory(),
  // @ts-expect-error an object of the same shape is not a condition
  LifecycleRule.expire({ images, when: { _render: () => ({ countType: 'sinceImagePulled', countUnit: 'days', countNumber: 1 }) } }),
  // @ts-expect-error rules are instances of LifecycleRule, not JSON
  LifecyclePolicy.fromRules({ rulePriority: 1 }),
];

export const changes = (policy: LifecyclePolicy) => {
  // @ts-expect-error rules can be added, but not replaced
  policy.rules = [];
  // @ts-expect-error the result is read-only
  policy.simulate([]).decisions = [];
};
