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

/** The warnings that a user reads at synthesis: on which repository (or on what inside it), and what. */
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
  test('advice is a warning with an id, a rule and a way out', () => {
    const stack = newStack();
    LifecyclePolicy.fromRules(ANY_BY_AGE).applyTo(make(stack));
    expect(warningsIn(stack)).toEqual([
      '/Stack/Repository: rule 1 expires every image more than 30 days after its push, the newest and the deployed ones too, '
      + 'and a new tag does not make an image younger; put a rule before it that keeps the images you need, or use a count '
      + '[ack: cdk-ecr-lifecycle:ageCatchAll]',
    ]);
  });

  test('rules that are added later count', () => {
    const stack = newStack();
    const policy = LifecyclePolicy.fromRules(count('v*', 10));
    policy.applyTo(make(stack));
    policy.addRule(count('v1.*', 5));
    expect(warningsIn(stack)).toEqual([expect.stringContaining('rule 2 can never act')]);
  });

  test('also when they take the reason away', () => {
    const stack = newStack();
    const policy = LifecyclePolicy.fromRules(
      LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.sinceImagePushed(Duration.days(30)), rulePriority: 10 }),
    );
    policy.applyTo(make(stack));
    policy.addRule(LifecycleRule.keep({ images: ImageSelection.tagged('prod'), rulePriority: 1 }));
    expect(warningsIn(stack)).toEqual([]);
  });

  test.each(['before', 'after'])('acknowledged %s the policy is applied, it is gone, and other advice stays', (when) => {
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

  test('a clean policy has none', () => {
    const stack = newStack();
    LifecyclePolicy.fromRules(LifecycleRule.keep({ images: ImageSelection.tagged('prod') }), count('pr-*', 5), ANY_BY_AGE).applyTo(make(stack));
    expect(warningsIn(stack)).toEqual([]);
  });

  test.each<[string, (stack: Stack) => LifecycleRule]>([
    ['a number', () => count('v*', Lazy.number({ produce: () => 5 }))],
    ['a parameter', (stack) => count('v*', new CfnParameter(stack, 'Images', { type: 'Number' }).valueAsNumber)],
    ['a number of days', () => LifecycleRule.expire({
      images: ImageSelection.tagged('v*'), when: ExpireWhen.sinceImagePushed(Duration.days(Lazy.number({ produce: () => 5 }))),
    })],
    ['a pattern', (stack) => count(`${Token.asString({ Ref: 'AWS::Region' })}-${stack.region}*`, 5)],
  ])('a policy with a token in it, %s, is not judged', (__, rule) => {
    const stack = newStack();
    LifecyclePolicy.fromRules(rule(stack), ANY_BY_AGE).applyTo(make(stack));
    expect(warningsIn(stack)).toEqual([]);
    Template.fromStack(stack).resourceCountIs('AWS::ECR::Repository', 1);
  });
});

test('a warning is given once, however often the app is synthesized', () => {
  const stack = newStack();
  LifecyclePolicy.fromRules(ANY_BY_AGE).applyTo(new ecr.Repository(stack, 'Repository'));
  Template.fromStack(stack);
  expect(warningsIn(stack)).toHaveLength(1);
});

test('it says what lint says', () => {
  const stack = newStack();
  const policy = LifecyclePolicy.fromRules(count('v*', 5), count('v1*', 5), ANY_BY_AGE);
  policy.applyTo(new ecr.Repository(stack, 'Repository'));
  const warnings = warningsIn(stack);
  expect(warnings).toEqual(policy.lint().map(({ id, message }) => `/Stack/Repository: ${message} [ack: cdk-ecr-lifecycle:${id}]`));
  expect(warnings).toHaveLength(1);
});
