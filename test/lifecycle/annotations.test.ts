import { App, CfnParameter, Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Annotations as Given, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Annotations } from 'aws-cdk-lib/core';
import { ExpireWhen, ImageSelection, LifecyclePolicy, LifecycleRule } from '../../src';

const count = (pattern: string, images: number) =>
  LifecycleRule.expire({ images: ImageSelection.tagged(pattern), when: ExpireWhen.imageCountMoreThan(images) });

const byAge = (pattern: string) =>
  LifecycleRule.expire({ images: ImageSelection.tagged(pattern), when: ExpireWhen.sinceImagePushed(Duration.days(7)) });

const ANY_BY_AGE = LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.sinceImagePushed(Duration.days(30)) });

function newStack(): Stack {
  return new Stack(new App({ analyticsReporting: false }), 'Stack');
}

/** Returns the warnings of the synthesis, each with the construct that it is on. */
function warningsIn(stack: Stack): string[] {
  return Given.fromStack(stack).findWarning('*', Match.anyValue())
    .map(({ id, entry }) => `${id.split('/').slice(0, 3).join('/')}: ${String(entry.data)}`)
    .sort();
}

const REPOSITORIES: [string, (stack: Stack) => ecr.Repository | ecr.CfnRepository][] = [
  ['an L2', (stack) => new ecr.Repository(stack, 'Repository')],
  ['an L1', (stack) => new ecr.CfnRepository(stack, 'Repository')],
];

describe.each(REPOSITORIES)('on %s', (_, make) => {
  test('a warning has an id, a rule and a hint', () => {
    const stack = newStack();
    LifecyclePolicy.fromRules(ANY_BY_AGE).applyTo(make(stack));
    expect(warningsIn(stack)).toEqual([
      '/Stack/Repository: rule 1 expires every image more than 30 days after its push, the newest and the deployed ones too, '
      + 'and a new tag does not make an image younger; put a rule before it that keeps the images you need, or use a count '
      + '[ack: cdk-ecr-lifecycle:ageCatchAll]',
    ]);
  });

  test('rules that are added later are included', () => {
    const stack = newStack();
    const policy = LifecyclePolicy.fromRules(count('v*', 10));
    policy.applyTo(make(stack));
    policy.addRule(count('v1.*', 5));
    expect(warningsIn(stack)).toEqual([expect.stringContaining('rule 2 can never act')]);
  });

  test('also if they remove the reason for a warning', () => {
    const stack = newStack();
    const policy = LifecyclePolicy.fromRules(
      LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.sinceImagePushed(Duration.days(30)), rulePriority: 10 }),
    );
    policy.applyTo(make(stack));
    policy.addRule(LifecycleRule.keep({ images: ImageSelection.tagged('prod'), rulePriority: 1 }));
    expect(warningsIn(stack)).toEqual([]);
  });

  test.each(['before', 'after'])('a warning that is acknowledged %s the policy is applied is removed, and other warnings remain', (when) => {
    const stack = newStack();
    const repository = make(stack);
    const acknowledge = () => Annotations.of(repository).acknowledgeWarning('cdk-ecr-lifecycle:ageCatchAll', 'a scratch repository');
    if (when === 'before') acknowledge();
    LifecyclePolicy.fromRules(byAge('pr-*'), byAge('pr-*'), ANY_BY_AGE).applyTo(repository);
    LifecyclePolicy.fromRules(ANY_BY_AGE).applyTo(new ecr.Repository(stack, 'Another'));
    if (when === 'after') acknowledge();
    expect(warningsIn(stack)).toEqual([
      expect.stringMatching(/^\/Stack\/Another: .*cdk-ecr-lifecycle:ageCatchAll/),
      expect.stringMatching(/^\/Stack\/Repository: .*cdk-ecr-lifecycle:samePatternTwice/),
    ]);
  });

  test('a policy without flaws has no warnings', () => {
    const stack = newStack();
    LifecyclePolicy.fromRules(LifecycleRule.keep({ images: ImageSelection.tagged('prod') }), count('pr-*', 5), ANY_BY_AGE).applyTo(make(stack));
    expect(warningsIn(stack)).toEqual([]);
  });

  test.each<[string, (stack: Stack) => LifecycleRule]>([
    ['a number', () => count('v*', Lazy.number({ produce: () => 5 }))],
    ['a parameter', (stack) => count('v*', new CfnParameter(stack, 'Images', { type: 'Number' }).valueAsNumber)],
    ['a pattern', (stack) => count(`${Token.asString({ Ref: 'AWS::Region' })}-${stack.region}*`, 5)],
  ])('a policy with a token, %s, gets no warnings', (__, rule) => {
    const stack = newStack();
    LifecyclePolicy.fromRules(rule(stack), ANY_BY_AGE).applyTo(make(stack));
    expect(warningsIn(stack)).toEqual([]);
    Template.fromStack(stack).resourceCountIs('AWS::ECR::Repository', 1);
  });
});

test('a policy with a lazy value, which synthesis knows, gets the warnings', () => {
  const stack = newStack();
  const when = ExpireWhen.sinceImagePushed(Duration.days(Lazy.number({ produce: () => 5 })));
  LifecyclePolicy.fromRules(LifecycleRule.expire({ images: ImageSelection.all(), when })).applyTo(new ecr.Repository(stack, 'Repository'));
  expect(warningsIn(stack)).toEqual([expect.stringContaining('rule 1 expires every image more than 5 days after its push')]);
});

test('a warning is added once, even if the app is synthesized several times', () => {
  const stack = newStack();
  LifecyclePolicy.fromRules(ANY_BY_AGE).applyTo(new ecr.Repository(stack, 'Repository'));
  Template.fromStack(stack);
  expect(warningsIn(stack)).toHaveLength(1);
});

test('the warnings are those of lint', () => {
  const stack = newStack();
  const policy = LifecyclePolicy.fromRules(count('v*', 5), count('v1*', 5), ANY_BY_AGE);
  policy.applyTo(new ecr.Repository(stack, 'Repository'));
  const warnings = warningsIn(stack);
  expect(warnings).toEqual(policy.lint().map(({ id, message }) => `/Stack/Repository: ${message} [ack: cdk-ecr-lifecycle:${id}]`));
  expect(warnings).toHaveLength(1);
});
