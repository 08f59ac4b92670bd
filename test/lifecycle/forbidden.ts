/**
 * What ECR forbids cannot be written: each line below is an error of the compiler. The `typecheck` task fails when one of
 * them no longer is. Nothing here ever runs.
 */
import { Duration } from 'aws-cdk-lib';
import { ArchiveWhen, ExpireWhen, ImageInventory, ImageSelection, LifecyclePolicy, LifecycleRule } from '../../src';

const images = ImageSelection.tagged('v*');
const when = ExpireWhen.imageCountMoreThan(5);
const days = Duration.days(90);

export const conditions = () => [
  // @ts-expect-error by the time since its last pull an image can only be archived
  ExpireWhen.sinceImagePulled(days),
  // @ts-expect-error nor by way of the condition of an archive rule
  LifecycleRule.expire({ images, when: ArchiveWhen.sinceImagePulled(days) }),
  // @ts-expect-error nor when one rule is made for each pattern
  LifecycleRule.expireForEachPattern(['v*'], { when: ArchiveWhen.sinceImagePulled(days) }),
  // @ts-expect-error the time in the archive is no reason to archive
  ArchiveWhen.sinceImageTransitioned(days),
  // @ts-expect-error nor to expire an image that is not archived
  ExpireWhen.sinceImageTransitioned(days),
  // @ts-expect-error an archive rule takes its own conditions
  LifecycleRule.archive({ images, when }),
  // @ts-expect-error a keep rule never acts
  LifecycleRule.keep({ images, when }),
  // @ts-expect-error nor do the keep rules of several patterns
  LifecycleRule.keepForEachPattern(['v*'], { when }),
  // @ts-expect-error archived images are not counted
  LifecycleRule.expireArchived({ images, when }),
  // @ts-expect-error not even beside their time in the archive
  LifecycleRule.expireArchived({ images, sinceImageTransitioned: days, imageCountMoreThan: 5 }),
  // @ts-expect-error archived images expire by their time in the archive, and it has to be said
  LifecycleRule.expireArchived({ images }),
  // @ts-expect-error a rule has one condition, not two
  LifecycleRule.expire({ images, when: [when, ExpireWhen.sinceImagePushed(days)] }),
  // @ts-expect-error a rule that expires images says when
  LifecycleRule.expire({ images }),
  // @ts-expect-error a time has a unit
  ExpireWhen.sinceImagePushed(14),
  // @ts-expect-error a count has none
  ExpireWhen.imageCountMoreThan(days),
];

export const selections = () => [
  // @ts-expect-error only tagged images are selected by a pattern
  ImageSelection.all('v*'),
  // @ts-expect-error what has no tag matches no pattern
  ImageSelection.untagged('v*'),
  // @ts-expect-error several patterns are AND, and have a name that says so
  ImageSelection.tagged('v*', 'prod'),
  // @ts-expect-error a tagged image has some tag to match
  ImageSelection.tagged(),
  // @ts-expect-error patterns and prefixes do not go together
  ImageSelection.tagged('v*').taggedWithAllPrefixes('v'),
  // @ts-expect-error a rule says which images it is about
  LifecycleRule.expire({ when }),
  // @ts-expect-error with a selection, not with text
  LifecycleRule.expire({ images: 'v*', when }),
  // @ts-expect-error the storage class follows from the kind of rule
  LifecycleRule.expire({ images, when, storageClass: 'archive' }),
];

export const budgets = () => [
  // @ts-expect-error a keep rule expires nothing
  LifecycleRule.keep({ images, maxExpiring: 5 }),
  // @ts-expect-error nor does an archive rule
  LifecycleRule.archive({ images, when: ArchiveWhen.sinceImagePulled(days), maxExpiring: 5 }),
  // @ts-expect-error nor do keep rules for several patterns
  LifecycleRule.keepForEachPattern(['v*', 'w*'], { maxExpiring: 5 }),
];

export const values = () => [
  // @ts-expect-error made by its factories only
  new ExpireWhen({ countType: 'sinceImagePulled', countUnit: 'days', countNumber: 1 }),
  // @ts-expect-error made by its factories only
  new ArchiveWhen({ countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 1 }),
  // @ts-expect-error made by its factories only
  new ImageSelection({ tagStatus: 'any', tagPatternList: ['v*'] }),
  // @ts-expect-error made by its factories only
  new LifecycleRule({}, images, when, { type: 'expire' }),
  // @ts-expect-error made by its factories only
  new LifecyclePolicy([]),
  // @ts-expect-error a place for functions
  new ImageInventory(),
  // @ts-expect-error a value of the same shape is no condition
  LifecycleRule.expire({ images, when: { _render: () => ({ countType: 'sinceImagePulled', countUnit: 'days', countNumber: 1 }) } }),
  // @ts-expect-error rules are values of their own, not JSON
  LifecyclePolicy.fromRules({ rulePriority: 1 }),
];

export const changes = (policy: LifecyclePolicy) => {
  // @ts-expect-error a policy's rules are added, never replaced
  policy.rules = [];
  // @ts-expect-error an answer is read
  policy.simulate([]).decisions = [];
};
