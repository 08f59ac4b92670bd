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
  test('say what ECR reads', () => {
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

  test('count on from a stated priority', () => {
    const stated = LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(3), rulePriority: 10 });
    const { rules } = JSON.parse(LifecyclePolicy.fromRules(KEEP_RELEASES, stated, UNTAGGED_GO).toText());
    expect(rules.map((rule: { rulePriority: number }) => rule.rulePriority)).toEqual([1, 10, 11]);
  });

  test('take hours that make whole days, and nothing smaller', () => {
    const since = (age: Duration) => LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(age) });
    expect(ruleOf(since(Duration.hours(48))).selection.countNumber).toBe(2);
    expect(() => since(Duration.hours(36))).toThrow('FractionalDays: sinceImagePushed takes whole days, got 1 day 12 hours');
  });
});

describe('what ECR would refuse', () => {
  test.each([
    ['a count of 0', LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.imageCountMoreThan(0) }), 'countNumber'],
    ['0 days', LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(0)) }), 'countNumber'],
    ['5 wildcards', LifecycleRule.keep({ images: ImageSelection.tagged('*a*b*c*d*') }), 'tagPatternList[0]'],
    ['an empty pattern', LifecycleRule.keep({ images: ImageSelection.tagged('') }), 'tagPatternList[0]'],
    ['a fraction as priority', LifecycleRule.keep({ images: ImageSelection.untagged(), rulePriority: 1.5 }), 'rulePriority'],
  ])('%s is refused where the policy is made', (_, rule, place) => {
    expect(() => LifecyclePolicy.fromRules(rule)).toThrow(place);
  });

  test('everything wrong is said at once', () => {
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

  test('a policy that is still empty when it is rendered', () => {
    expect(() => LifecyclePolicy.fromRules().toText()).toThrow('InvalidLifecyclePolicy');
  });
});

describe('an existing text', () => {
  test('means the same afterwards', () => {
    const text = `{ "rules": [ {"action":{"type":"expire"}, "rulePriority": 7,
      "selection":{"countNumber":3,"countType":"imageCountMoreThan","tagStatus":"tagged","tagPrefixList":["v"]}} ] }`;
    expect(JSON.parse(LifecyclePolicy.fromText(text).toText())).toEqual(JSON.parse(text));
  });

  test('takes further rules', () => {
    const policy = LifecyclePolicy.fromText(LifecyclePolicy.fromRules(KEEP_RELEASES).toText());
    policy.addRule(UNTAGGED_GO);
    expect(policy.toText()).toBe(LifecyclePolicy.fromRules(KEEP_RELEASES, UNTAGGED_GO).toText());
  });

  test('is refused with all its problems', () => {
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
  ])('puts the policy on %s, with rules added later', (_, make) => {
    const stack = newStack();
    const policy = LifecyclePolicy.fromRules(KEEP_RELEASES);
    policy.applyTo(make(stack));
    policy.addRule(UNTAGGED_GO);
    expect(policyTextOf(stack)).toBe(LifecyclePolicy.fromRules(KEEP_RELEASES, UNTAGGED_GO).toText());
  });

  test('refuses a repository that has rules', () => {
    const repository = new ecr.Repository(newStack(), 'Repository', { lifecycleRules: [{ maxImageCount: 3 }] });
    expect(() => LifecyclePolicy.fromRules(KEEP_RELEASES).applyTo(repository)).toThrow('DuplicateLifecyclePolicy: Stack/Repository has lifecycle rules');
  });

  test('notices rules that come later and would be lost', () => {
    const stack = newStack();
    const repository = new ecr.Repository(stack, 'Repository');
    LifecyclePolicy.fromRules(KEEP_RELEASES).applyTo(repository);
    repository.addLifecycleRule({ maxImageCount: 3 });
    expect(() => Template.fromStack(stack)).toThrow('DuplicateLifecyclePolicy');
  });

  test('refuses an imported repository', () => {
    const imported = ecr.Repository.fromRepositoryName(newStack(), 'Imported', 'team/app');
    expect(() => LifecyclePolicy.fromRules(KEEP_RELEASES).applyTo(imported)).toThrow('ImportedRepository');
  });
});

describe('advice on a tag list that nobody can mistake', () => {
  const both = LifecyclePolicy.fromRules(LifecycleRule.keep({ images: ImageSelection.taggedWithAllOf('prod', 'signed') }));

  test('is not given where the author said "all of"', () => {
    expect(both.lint()).toEqual([]);
  });

  test('is given where only a text says so', () => {
    expect(LifecyclePolicy.fromText(both.toText()).lint()).toMatchObject([{ id: 'tagListIsAnd', rulePriorities: [1] }]);
  });
});
