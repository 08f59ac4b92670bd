import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { ExpireWhen, ImageSelection, LifecyclePolicy, LifecycleRule } from '../../src';

const KEEP_RELEASES = LifecycleRule.keep({ images: ImageSelection.tagged('release-*'), description: 'releases stay' });
const UNTAGGED_GO = LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) });
const NEWEST_STAY = LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(100) });

const ruleOf = (rule: LifecycleRule) => JSON.parse(LifecyclePolicy.fromRules(rule).toText()).rules[0];

function newStack(): Stack {
  return new Stack(new App({ analyticsReporting: false }), 'Stack');
}

function policyTextOf(stack: Stack): string {
  const [repository] = Object.values(Template.fromStack(stack).findResources('AWS::ECR::Repository'));
  return repository.Properties.LifecyclePolicy.LifecyclePolicyText;
}

describe('rules', () => {
  test('render the JSON that ECR reads', () => {
    expect(JSON.parse(LifecyclePolicy.fromRules(KEEP_RELEASES, UNTAGGED_GO, NEWEST_STAY).toText())).toEqual({
      rules: [
        {
          rulePriority: 1,
          description: 'releases stay',
          selection: { tagStatus: 'tagged', tagPatternList: ['release-*'], countType: 'imageCountMoreThan', countNumber: 999_999 },
          action: { type: 'expire' },
        },
        {
          rulePriority: 2,
          selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
          action: { type: 'expire' },
        },
        {
          rulePriority: 3,
          selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 100 },
          action: { type: 'expire' },
        },
      ],
    });
  });

  test('continue from an explicit priority', () => {
    const stated = LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(3), rulePriority: 10 });
    const { rules } = JSON.parse(LifecyclePolicy.fromRules(KEEP_RELEASES, stated, UNTAGGED_GO).toText());
    expect(rules.map((rule: { rulePriority: number }) => rule.rulePriority)).toEqual([1, 10, 11]);
  });

  test('accept hours that add up to whole days, and no smaller units', () => {
    const since = (age: Duration) => LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(age) });
    expect(ruleOf(since(Duration.hours(48))).selection.countNumber).toBe(2);
    expect(() => since(Duration.hours(36))).toThrow('FractionalDays: sinceImagePushed takes whole days, got 1 day 12 hours');
  });
});

describe('policies that ECR would reject', () => {
  test.each([
    ['a count of 0', LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.imageCountMoreThan(0) }), 'countNumber'],
    ['0 days', LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(0)) }), 'countNumber'],
    ['5 wildcards', LifecycleRule.keep({ images: ImageSelection.tagged('*a*b*c*d*') }), 'tagPatternList[0]'],
    ['an empty pattern', LifecycleRule.keep({ images: ImageSelection.tagged('') }), 'tagPatternList[0]'],
    ['a fraction as priority', LifecycleRule.keep({ images: ImageSelection.untagged(), rulePriority: 1.5 }), 'rulePriority'],
  ])('%s is rejected when the policy is created', (_, rule, place) => {
    expect(() => LifecyclePolicy.fromRules(rule)).toThrow(place);
  });

  test('all problems are in one error', () => {
    const make = () => LifecyclePolicy.fromRules(
      NEWEST_STAY,
      LifecycleRule.keep({ images: ImageSelection.tagged('*a*b*c*d*') }),
      LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.imageCountMoreThan(-1) }),
    );
    expect(make).toThrow(/^InvalidLifecyclePolicy: the lifecycle policy has 3 problems:/);
    expect(make).toThrow('rules[0]');
    expect(make).toThrow('*a*b*c*d*');
    expect(make).toThrow('-1');
  });

  test('an empty policy is rejected when it is rendered', () => {
    expect(() => LifecyclePolicy.fromRules().toText()).toThrow('InvalidLifecyclePolicy');
  });
});

describe('an existing text', () => {
  test('keeps its meaning', () => {
    const text = `{ "rules": [ {"action":{"type":"expire"}, "rulePriority": 7,
      "selection":{"countNumber":3,"countType":"imageCountMoreThan","tagStatus":"tagged","tagPrefixList":["v"]}} ] }`;
    expect(JSON.parse(LifecyclePolicy.fromText(text).toText())).toEqual(JSON.parse(text));
  });

  test('accepts more rules', () => {
    const policy = LifecyclePolicy.fromText(LifecyclePolicy.fromRules(KEEP_RELEASES).toText());
    policy.addRule(UNTAGGED_GO);
    expect(policy.toText()).toBe(LifecyclePolicy.fromRules(KEEP_RELEASES, UNTAGGED_GO).toText());
  });

  test('is rejected with all its problems', () => {
    const text = JSON.stringify({
      rules: [
        { rulePriority: 0, selection: { tagStatus: 'TAGGED', countType: 'imageCountMoreThan', countNumber: 1 }, action: { type: 'expire' } },
        { rulePriority: 2, selection: { tagStatus: 'any', countType: 'sinceImagePushed', countNumber: 1 }, action: { type: 'delete' } },
      ],
    });
    for (const place of ['rules[0].rulePriority', 'rules[0].selection.tagStatus', 'rules[1].selection.countUnit', 'rules[1].action.type']) {
      expect(() => LifecyclePolicy.fromText(text)).toThrow(place);
    }
  });
});

describe('applyTo', () => {
  test.each([
    ['an L2', (stack: Stack) => new ecr.Repository(stack, 'Repository')],
    ['an L1', (stack: Stack) => new ecr.CfnRepository(stack, 'Repository')],
  ])('sets the policy of %s, with rules that are added later', (_, make) => {
    const stack = newStack();
    const policy = LifecyclePolicy.fromRules(KEEP_RELEASES);
    policy.applyTo(make(stack));
    policy.addRule(UNTAGGED_GO);
    expect(policyTextOf(stack)).toBe(LifecyclePolicy.fromRules(KEEP_RELEASES, UNTAGGED_GO).toText());
  });

  test('rejects a repository that has rules', () => {
    const repository = new ecr.Repository(newStack(), 'Repository', { lifecycleRules: [{ maxImageCount: 3 }] });
    expect(() => LifecyclePolicy.fromRules(KEEP_RELEASES).applyTo(repository)).toThrow('DuplicateLifecyclePolicy: Stack/Repository already has lifecycle rules');
  });

  test('detects rules that are added later and would be lost', () => {
    const stack = newStack();
    const repository = new ecr.Repository(stack, 'Repository');
    LifecyclePolicy.fromRules(KEEP_RELEASES).applyTo(repository);
    repository.addLifecycleRule({ maxImageCount: 3 });
    expect(() => Template.fromStack(stack)).toThrow('DuplicateLifecyclePolicy');
  });

  test('rejects an imported repository', () => {
    const imported = ecr.Repository.fromRepositoryName(newStack(), 'Imported', 'team/app');
    expect(() => LifecyclePolicy.fromRules(KEEP_RELEASES).applyTo(imported)).toThrow('ImportedRepository');
  });
});

describe('the warning about a tag list', () => {
  const both = LifecyclePolicy.fromRules(LifecycleRule.keep({ images: ImageSelection.taggedWithAllOf('prod', 'signed') }));

  test('is not added if the factory states "all of"', () => {
    expect(both.lint()).toEqual([]);
  });

  test('is added for a policy text', () => {
    expect(LifecyclePolicy.fromText(both.toText()).lint()).toMatchObject([{ id: 'tagListIsAnd', rulePriorities: [1] }]);
  });
});
