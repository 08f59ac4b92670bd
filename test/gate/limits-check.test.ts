import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Annotations as Given, Match } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Annotations } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import {
  ArchiveWhen, ExpireWhen, GateEnforcement, GatedRepository, GatedRepositoryProps, ImageSelection, LifecycleGuard, LifecyclePolicy,
  LifecyclePolicyAttachment, LifecyclePreviewGate, LifecyclePreviewGates, LifecycleRule,
} from '../../src';

/* A guard list without a limit still means that no image may expire. */

const KEEP = LifecycleRule.keep({ images: ImageSelection.tagged('release-*') });
const EXPIRE = (maxExpiring?: number) => LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(20), maxExpiring });
const ARCHIVE = LifecycleRule.archive({ images: ImageSelection.all(), when: ArchiveWhen.sinceImagePulled(Duration.days(90)) });
const EXPIRE_ARCHIVED = LifecycleRule.expireArchived({ images: ImageSelection.all(), sinceImageTransitioned: Duration.days(365) });
const PROTECT = LifecycleGuard.protectTags('release-*');
const ID = 'cdk-ecr-lifecycle:guardsWithoutLimit';
const NO_EXPIRY = `no guard allows images to expire, so the gate fails if rule 2 would expire any; add LifecycleGuard.maxImages or maxPercent to the guards, or maxExpiring to the rules [ack: ${ID}]`;
const NO_ARCHIVING = `no guard allows images to be archived, so the gate fails if rule 2 would archive any; add LifecycleGuard.maxArchived to the guards [ack: ${ID}]`;

const newStack = () => new Stack(new App({ analyticsReporting: false }), 'Shop');
const warningsIn = (stack: Stack) => Given.fromStack(stack).findWarning('*', Match.stringLikeRegexp(ID)).map(({ entry }) => String(entry.data));
const policy = (...rules: LifecycleRule[]) => LifecyclePolicy.fromRules(KEEP, ...rules);

function warningsOf(props: GatedRepositoryProps): string[] {
  const stack = newStack();
  new GatedRepository(stack, 'Web', props);
  return warningsIn(stack);
}

test.each<[string, GatedRepositoryProps, string[]]>([
  ['protections only', { lifecyclePolicy: policy(EXPIRE()), guards: [PROTECT, LifecycleGuard.keepAtLeast(5)] }, [NO_EXPIRY]],
  ['a limit for archiving, but images expire', { lifecyclePolicy: policy(EXPIRE()), guards: [PROTECT, LifecycleGuard.maxArchived(5)] }, [NO_EXPIRY]],
  ['a limit for expiry, but images are archived', { lifecyclePolicy: policy(ARCHIVE), guards: [PROTECT, LifecycleGuard.maxImages(5)] }, [NO_ARCHIVING]],
  ['neither limit', { lifecyclePolicy: policy(ARCHIVE, EXPIRE_ARCHIVED), guards: [PROTECT] }, [NO_EXPIRY.replace('rule 2', 'rule 3'), NO_ARCHIVING]],
  ['an empty approval', { lifecyclePolicy: policy(EXPIRE()), guards: [PROTECT], gateApprovedPreview: ' ' }, [NO_EXPIRY]],
])('warns about guards with %s', (_, props, expected) => {
  expect(warningsOf(props)).toEqual(expected);
});

test.each<[string, GatedRepositoryProps]>([
  ['no guards, which expects no expiry', { lifecyclePolicy: policy(EXPIRE()) }],
  ['an empty list of guards', { lifecyclePolicy: policy(EXPIRE()), guards: [] }],
  ['maxImages', { lifecyclePolicy: policy(EXPIRE()), guards: [PROTECT, LifecycleGuard.maxImages(0)] }],
  ['maxPercent', { lifecyclePolicy: policy(EXPIRE()), guards: [PROTECT, LifecycleGuard.maxPercent(5)] }],
  ['a budget of a rule', { lifecyclePolicy: policy(EXPIRE(5)), guards: [PROTECT] }],
  ['both limits', { lifecyclePolicy: policy(ARCHIVE, EXPIRE_ARCHIVED), guards: [PROTECT, LifecycleGuard.maxImages(5), LifecycleGuard.maxArchived(5)] }],
  ['an approval', { lifecyclePolicy: policy(EXPIRE()), guards: [PROTECT], gateApprovedPreview: 'e50b9e34539304c9' }],
  ['WARN', { lifecyclePolicy: policy(EXPIRE()), guards: [PROTECT], gateEnforcement: GateEnforcement.WARN }],
  ['keep rules only', { lifecyclePolicy: policy(), guards: [PROTECT] }],
  ['no policy', { guards: [PROTECT] }],
])('does not warn about guards with %s', (_, props) => {
  expect(warningsOf(props)).toEqual([]);
});

test('does not warn about an approval that is a parameter', () => {
  const stack = newStack();
  const approval = new CfnParameter(stack, 'Approved', { default: '' }).valueAsString;
  new GatedRepository(stack, 'Web', { lifecyclePolicy: policy(EXPIRE()), guards: [PROTECT], gateApprovedPreview: approval });
  expect(warningsIn(stack)).toEqual([]);
});

const RULES: ecr.LifecycleRule[] = [{ tagPatternList: ['pr-*'], maxImageCount: 20 }];
const L1 = (stack: Stack) => new ecr.CfnRepository(stack, 'Web', { lifecyclePolicy: { lifecyclePolicyText: LifecyclePolicy.fromRules(EXPIRE()).toText() } });

/** Each returns the construct on which a user would acknowledge the warning. */
const PLACES: [string, (stack: Stack) => IConstruct][] = [
  ['a GatedRepository', (stack) => new GatedRepository(stack, 'Web', { lifecycleRules: RULES, guards: [PROTECT] })],
  ['an explicit gate', (stack) => new LifecyclePreviewGate(stack, 'Gate', { repository: L1(stack), guards: [PROTECT] })],
  ['an L2 under LifecyclePreviewGates', (stack) => {
    LifecyclePreviewGates.of(stack).add({ guards: [PROTECT] });
    return new ecr.Repository(stack, 'Web', { lifecycleRules: RULES });
  }],
  ['an L1 under LifecyclePreviewGates', (stack) => {
    LifecyclePreviewGates.of(stack).add({ guards: [PROTECT] });
    return L1(stack);
  }],
  ['an attachment', (stack) => new LifecyclePolicyAttachment(stack, 'Attachment', {
    repository: ecr.Repository.fromRepositoryName(stack, 'Imported', 'team/app'), lifecyclePolicy: LifecyclePolicy.fromRules(EXPIRE()), guards: [PROTECT],
  })],
];

describe.each(PLACES)('%s', (_, make) => {
  test('gets the warning', () => {
    const stack = newStack();
    make(stack);
    expect(warningsIn(stack)).toEqual([NO_EXPIRY.replace('rule 2', 'rule 1')]);
  });

  test.each<[string, (made: IConstruct) => IConstruct]>([
    ['construct', (made) => made], ['stack', ({ node }) => node.scope!], ['app', ({ node }) => node.root],
  ])('can be acknowledged on the %s', (__, scopeOf) => {
    const stack = newStack();
    Annotations.of(scopeOf(make(stack))).acknowledgeWarning(ID, 'nothing expires until releases are tagged');
    expect(warningsIn(stack)).toEqual([]);
  });
});
