import { App, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import {
  ArchiveWhen, ExpireWhen, LifecycleGuard, GatedRepository, GatedRepositoryProps, ImageSelection, LifecyclePolicy, LifecycleRule,
} from '../../src';

const EXPIRE = (pattern: string, more: { rulePriority?: number; maxExpiring?: number } = {}) =>
  LifecycleRule.expire({ images: ImageSelection.tagged(pattern), when: ExpireWhen.imageCountMoreThan(20), ...more });
const FOR_EACH = (count: number) =>
  LifecycleRule.expireForEachPattern(Array.from({ length: count }, (_, i) => `pr-${i}-*`), { when: ExpireWhen.imageCountMoreThan(1) });
const POLICY = (...rules: LifecycleRule[]) => LifecyclePolicy.fromRules(...rules);

function declare(props: GatedRepositoryProps): { stack: Stack; repository: GatedRepository } {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Shop');
  const limits = [LifecycleGuard.maxImages(9), LifecycleGuard.maxArchived(9)];
  return { stack, repository: new GatedRepository(stack, 'Web', { keepProtectedTags: true, ...props, guards: [...limits, ...props.guards ?? []] }) };
}

/** Returns one line per rule: `1 keep release-*` for keep rules, without `keep` for other rules. */
function rulesIn(stack: Stack): string[] {
  const template = Template.fromStack(stack);
  const [{ Properties }] = Object.values(template.findResources('AWS::ECR::Repository'));
  const text = Properties.LifecyclePolicy.LifecyclePolicyText;
  const [gate] = Object.values(template.findResources('Custom::LifecyclePreviewGate'));
  expect(gate.Properties.LifecyclePolicyText).toEqual(text);
  return JSON.parse(text).rules.map(({ rulePriority, selection }: any) =>
    [rulePriority, ...selection.countNumber > 100_000 ? ['keep'] : [], selection.tagPatternList ?? selection.tagStatus].join(' '));
}

function budgetsIn(stack: Stack): unknown {
  const [gate] = Object.values(Template.fromStack(stack).findResources('Custom::LifecyclePreviewGate'));
  return gate.Properties.Guards.filter(({ Id }: any) => Id === 'max-expiring').map(({ RulePriority, Limit }: any) => [RulePriority, Limit].map(Number));
}

const warningsIn = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));
const GUARDS = [LifecycleGuard.protectTags('release-*', 'prod')];

test('adds one keep rule per pattern without a proof before all rules, and then synthesis has no warnings', () => {
  const { stack } = declare({ lifecyclePolicy: POLICY(EXPIRE('pr-*'), EXPIRE('dev-*')), guards: [...GUARDS, LifecycleGuard.protectTagsForever('stable')] });
  expect(rulesIn(stack)).toEqual(['1 keep release-*', '2 keep prod', '3 keep stable', '4 pr-*', '5 dev-*']);
  expect(warningsIn(stack)).toEqual([]);
});

test('adds no rule for a pattern with a proof', () => {
  const policy = POLICY(LifecycleRule.keep({ images: ImageSelection.tagged('prod') }), EXPIRE('pr-*'));
  expect(rulesIn(declare({ lifecyclePolicy: policy, guards: GUARDS }).stack)).toEqual(['1 keep release-*', '2 keep prod', '3 pr-*']);
  const untagged = POLICY(LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) }));
  expect(rulesIn(declare({ lifecyclePolicy: untagged, guards: GUARDS }).stack)).toEqual(['1 untagged']);
});

test('adds a rule only for the widest of patterns that cover each other', () => {
  const guards = [LifecycleGuard.protectTags('release-1*', 'release-*', 'release-**', 'release-1.0')];
  expect(rulesIn(declare({ lifecyclePolicy: POLICY(EXPIRE('pr-*')), guards }).stack)).toEqual(['1 keep release-*', '2 pr-*']);
});

test('keeps the priorities of the other rules if there is room, or moves all of them with their budgets', () => {
  const roomy = declare({ lifecyclePolicy: POLICY(EXPIRE('pr-*', { rulePriority: 3, maxExpiring: 7 }), EXPIRE('dev-*', { rulePriority: 10 })), guards: GUARDS });
  expect(rulesIn(roomy.stack)).toEqual(['1 keep release-*', '2 keep prod', '3 pr-*', '10 dev-*']);
  expect(budgetsIn(roomy.stack)).toEqual([[3, 7]]);
  const narrow = declare({ lifecyclePolicy: POLICY(EXPIRE('pr-*', { rulePriority: 2, maxExpiring: 7 }), EXPIRE('dev-*', { rulePriority: 10 })), guards: GUARDS });
  expect(rulesIn(narrow.stack)).toEqual(['1 keep release-*', '2 keep prod', '3 pr-*', '11 dev-*']);
  expect(budgetsIn(narrow.stack)).toEqual([[3, 7]]);
});

test('does not change the policy object, and includes rules that are added later', () => {
  const policy = POLICY(LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) }));
  const { stack } = declare({ lifecyclePolicy: policy, guards: GUARDS });
  const plain = new ecr.Repository(new Stack(stack.node.root as App, 'Other'), 'Plain');
  policy.applyTo(plain);
  policy.addRule(EXPIRE('pr-*', { maxExpiring: 4 }));
  expect(rulesIn(stack)).toEqual(['1 keep release-*', '2 keep prod', '3 untagged', '4 pr-*']);
  expect(budgetsIn(stack)).toEqual([[4, 4]]);
  Template.fromStack(plain.stack).hasResourceProperties('AWS::ECR::Repository', { LifecyclePolicy: { LifecyclePolicyText: policy.toText() } });
  expect(JSON.parse(policy.toText()).rules).toHaveLength(2);
});

test('adds no warning about a list that is meant as AND after its rule has moved', () => {
  const images = ImageSelection.taggedWithAllOf('pr-*', 'dev-*');
  const { stack } = declare({ lifecyclePolicy: POLICY(LifecycleRule.expire({ images, when: ExpireWhen.imageCountMoreThan(2) })), guards: GUARDS });
  expect(rulesIn(stack)).toEqual(['1 keep release-*', '2 keep prod', '3 pr-*,dev-*']);
  expect(warningsIn(stack)).toEqual([]);
});

test('cannot keep archived images, so the warning remains', () => {
  const policy = POLICY(
    LifecycleRule.archive({ images: ImageSelection.all(), when: ArchiveWhen.sinceImagePulled(Duration.days(90)) }),
    LifecycleRule.expireArchived({ images: ImageSelection.all(), sinceImageTransitioned: Duration.days(365) }),
  );
  const { stack } = declare({ lifecyclePolicy: policy, guards: [LifecycleGuard.protectTags('prod')] });
  expect(rulesIn(stack)).toEqual(['1 keep prod', '2 any', '3 any']);
  expect(warningsIn(stack)).toEqual([expect.stringMatching(/^rule 3 can expire an archived image with the tag "prod"/)]);
});

test('adds a rule for each pattern to a policy with tokens', () => {
  const images = ImageSelection.tagged('pr-*');
  const policy = POLICY(LifecycleRule.expire({ images, when: ExpireWhen.imageCountMoreThan(Lazy.number({ produce: () => 5 })) }));
  expect(rulesIn(declare({ lifecyclePolicy: policy, guards: GUARDS }).stack)).toEqual(['1 keep release-*', '2 keep prod', '3 pr-*']);
});

test.each<[string, GatedRepositoryProps, RegExp]>([
  ['more rules than ECR allows', { lifecyclePolicy: POLICY(FOR_EACH(49)) },
    /^UnkeptProtectedTags: .*\["release-\*","prod"\]: the policy has 49 rules and needs 2 keep rules, more than the 50 rules that ECR allows; merge rules/],
  ['a pattern with more wildcards than ECR allows', { lifecyclePolicy: POLICY(EXPIRE('pr-*')), guards: [LifecycleGuard.protectTags('*a*b*c*d*')] },
    /^UnkeptProtectedTags: .*: ECR allows at most 4 \* in a pattern, got \["\*a\*b\*c\*d\*"\]; protect simpler patterns/],
  ['a priority that is a token', { lifecyclePolicy: POLICY(EXPIRE('pr-*', { rulePriority: Lazy.number({ produce: () => 5 }) })) },
    /^UnkeptProtectedTags: .*: the policy has a rule whose priority is a token; set its priority to a number/],
  ['rules of CDK', { lifecycleRules: [{ maxImageCount: 5 }] },
    /^MissingLifecyclePolicy: Shop\/Web has keepProtectedTags but no lifecyclePolicy to add keep rules to; put all rules into lifecyclePolicy$/],
])('rejects %s at the call', (_, props, message) => {
  expect(() => declare({ guards: GUARDS, ...props })).toThrow(message);
});

test('rejects rules that are added later and leave no room for keep rules', () => {
  const policy = POLICY(EXPIRE('pr-*'));
  const { stack } = declare({ lifecyclePolicy: policy, guards: GUARDS });
  policy.addRule(FOR_EACH(48));
  expect(() => (stack.node.root as App).synth()).toThrow('UnkeptProtectedTags');
});

test('adds no rules without the option', () => {
  const { stack } = declare({ lifecyclePolicy: POLICY(EXPIRE('pr-*')), guards: GUARDS, keepProtectedTags: false });
  expect(rulesIn(stack)).toEqual(['1 pr-*']);
});
