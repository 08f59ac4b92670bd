import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { ArchiveWhen, ExpireWhen, ImageSelection, LifecyclePolicy, LifecycleRule } from '../../src';

const rulesOf = (...rules: LifecycleRule[]) => JSON.parse(LifecyclePolicy.fromRules(...rules).toText()).rules;
const ruleOf = (rule: LifecycleRule) => rulesOf(rule)[0];

const V = ImageSelection.tagged('v*');
const ALL = ImageSelection.all();
const UNTAGGED = ImageSelection.untagged();
const MORE_THAN_5 = ExpireWhen.imageCountMoreThan(5);

const EXPIRES = { type: 'expire' };
const ARCHIVES = { type: 'transition', targetStorageClass: 'archive' };
const KEEPS = { countType: 'imageCountMoreThan', countNumber: 999_999 };

describe('the selection of images', () => {
  test.each([
    ['all', ALL, { tagStatus: 'any' }],
    ['untagged', UNTAGGED, { tagStatus: 'untagged' }],
    ['tagged', ImageSelection.tagged('release-*'), { tagStatus: 'tagged', tagPatternList: ['release-*'] }],
    ['four wildcards', ImageSelection.tagged('*a*b*c*'), { tagStatus: 'tagged', tagPatternList: ['*a*b*c*'] }],
    ['taggedWithAllOf', ImageSelection.taggedWithAllOf('prod', 'v*'), { tagStatus: 'tagged', tagPatternList: ['prod', 'v*'] }],
    ['taggedWithAllPrefixes', ImageSelection.taggedWithAllPrefixes('prod', 'v'), { tagStatus: 'tagged', tagPrefixList: ['prod', 'v'] }],
  ])('%s', (_, images, selection) => {
    expect(ruleOf(LifecycleRule.expire({ images, when: MORE_THAN_5 }))).toEqual({
      rulePriority: 1, selection: { ...selection, countType: 'imageCountMoreThan', countNumber: 5 }, action: EXPIRES,
    });
  });

  test.each([
    ['no pattern', ImageSelection.taggedWithAllOf(), 'EmptyList at rules[0].selection.tagPatternList'],
    ['no prefix', ImageSelection.taggedWithAllPrefixes(), 'EmptyList at rules[0].selection.tagPrefixList'],
    ['an empty prefix', ImageSelection.taggedWithAllPrefixes('a', ''), 'EmptyTag at rules[0].selection.tagPrefixList[1]'],
    ['five wildcards', ImageSelection.taggedWithAllOf('a', '*b*c*d*e*'), 'TooManyWildcards at rules[0].selection.tagPatternList[1]'],
  ])('rejects %s', (_, images, problem) => {
    expect(() => LifecyclePolicy.fromRules(LifecycleRule.keep({ images }))).toThrow(problem);
  });
});

describe('actions and conditions', () => {
  test.each([
    ['expire by push age', LifecycleRule.expire({ images: V, when: ExpireWhen.sinceImagePushed(Duration.days(14)) }),
      { countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 }, EXPIRES],
    ['expire by count', LifecycleRule.expire({ images: V, when: MORE_THAN_5 }), { countType: 'imageCountMoreThan', countNumber: 5 }, EXPIRES],
    ['archive by pull age', LifecycleRule.archive({ images: V, when: ArchiveWhen.sinceImagePulled(Duration.days(90)) }),
      { countType: 'sinceImagePulled', countUnit: 'days', countNumber: 90 }, ARCHIVES],
    ['archive by push age', LifecycleRule.archive({ images: V, when: ArchiveWhen.sinceImagePushed(Duration.days(1)) }),
      { countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 }, ARCHIVES],
    ['archive by count', LifecycleRule.archive({ images: V, when: ArchiveWhen.imageCountMoreThan(1) }),
      { countType: 'imageCountMoreThan', countNumber: 1 }, ARCHIVES],
    ['keep', LifecycleRule.keep({ images: V }), KEEPS, EXPIRES],
    ['expireArchived', LifecycleRule.expireArchived({ images: V, sinceImageTransitioned: Duration.days(90) }),
      { storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 90 }, EXPIRES],
  ])('%s', (_, rule, condition, action) => {
    expect(ruleOf(rule)).toEqual({ rulePriority: 1, selection: { tagStatus: 'tagged', tagPatternList: ['v*'], ...condition }, action });
  });

  test('rejects fewer than 90 days in the archive', () => {
    const rule = (days: number) => LifecycleRule.expireArchived({ images: ALL, sinceImageTransitioned: Duration.days(days) });
    expect(() => LifecyclePolicy.fromRules(rule(89))).toThrow(/PrematureArchiveExpiry at rules\[0\].selection.countNumber: countNumber is 89, .*write 90 or more/);
    expect(() => LifecyclePolicy.fromRules(rule(0))).toThrow('countNumber is 0');
  });

  test.each([
    ['sinceImagePushed', (age: Duration) => ExpireWhen.sinceImagePushed(age)],
    ['sinceImagePushed', (age: Duration) => ArchiveWhen.sinceImagePushed(age)],
    ['sinceImagePulled', (age: Duration) => ArchiveWhen.sinceImagePulled(age)],
    ['sinceImageTransitioned', (age: Duration) => LifecycleRule.expireArchived({ images: ALL, sinceImageTransitioned: age })],
  ])('%s accepts only whole days', (name, make) => {
    expect(() => make(Duration.hours(100 * 24 + 1))).toThrow(`FractionalDays: ${name} takes whole days, got 100 days 1 hour; ECR has no smaller unit`);
    expect(() => make(Duration.hours(100 * 24))).not.toThrow();
  });

  test.each([0, -1, 2.5, NaN, Infinity, 1e300])('rejects a count of %p', (count) => {
    const rule = LifecycleRule.archive({ images: ALL, when: ArchiveWhen.imageCountMoreThan(count) });
    expect(() => LifecyclePolicy.fromRules(rule)).toThrow(`InvalidCountNumber at rules[0].selection.countNumber: countNumber is ${count}`);
  });
});

describe('one rule per pattern', () => {
  const patterns = ['release-*', 'prod'];
  const selections = patterns.map((pattern) => ({ tagStatus: 'tagged', tagPatternList: [pattern] }));

  test.each([
    ['keepForEachPattern', LifecycleRule.keepForEachPattern(patterns, { description: 'kept' }), KEEPS, EXPIRES],
    ['expireForEachPattern', LifecycleRule.expireForEachPattern(patterns, { when: MORE_THAN_5, description: 'kept', maxExpiring: 3 }),
      { countType: 'imageCountMoreThan', countNumber: 5 }, EXPIRES],
    ['archiveForEachPattern', LifecycleRule.archiveForEachPattern(patterns, { when: ArchiveWhen.sinceImagePulled(Duration.days(2)), description: 'kept' }),
      { countType: 'sinceImagePulled', countUnit: 'days', countNumber: 2 }, ARCHIVES],
  ])('%s', (_, rules, condition, action) => {
    expect(rulesOf(rules)).toEqual(selections.map((selection, i) => (
      { rulePriority: i + 1, description: 'kept', selection: { ...selection, ...condition }, action })));
  });

  test('keepForEachPattern works without options', () => {
    const [, second] = rulesOf(LifecycleRule.keepForEachPattern(patterns));
    expect(second).toEqual({ rulePriority: 2, selection: { ...selections[1], ...KEEPS }, action: EXPIRES });
  });

  test('the priorities of other rules, and an explicit priority, work as for all rules', () => {
    const keepers = LifecycleRule.keepForEachPattern(patterns, { rulePriority: 7 });
    const priorities = rulesOf(LifecycleRule.keep({ images: UNTAGGED }), keepers, LifecycleRule.expire({ images: ALL, when: MORE_THAN_5 }))
      .map((rule: { rulePriority: number }) => rule.rulePriority);
    expect(priorities).toEqual([1, 7, 8, 9]);
  });

  test('rejects an empty list of patterns', () => {
    expect(() => LifecycleRule.keepForEachPattern([])).toThrow('MissingPatterns: one rule per pattern takes a list of at least one pattern, got []');
  });

  test('keeps an image that matches any of the patterns, unlike one list of them', () => {
    const images = [
      { imageDigest: 'a', imageTags: ['prod'], imagePushedAt: '2025-01-01' },
      { imageDigest: 'b', imageTags: ['release-1'], imagePushedAt: '2025-01-01' },
    ];
    const sweep = LifecycleRule.expire({ images: ALL, when: ExpireWhen.sinceImagePushed(Duration.days(1)) });
    const fates = (...rules: LifecycleRule[]) => LifecyclePolicy.fromRules(...rules, sweep).simulate(images, { now: '2026-01-01' })
      .decisions.map(({ action }) => action);
    expect(fates(LifecycleRule.keepForEachPattern(patterns))).toEqual(['KEEP', 'KEEP']);
    expect(fates(LifecycleRule.keep({ images: ImageSelection.taggedWithAllOf(...patterns) }))).toEqual(['EXPIRE', 'EXPIRE']);
  });
});

describe('the options of all rules', () => {
  test('accept priorities with gaps and in any order', () => {
    const text = rulesOf(
      LifecycleRule.expire({ images: V, when: MORE_THAN_5, rulePriority: 20 }),
      LifecycleRule.keep({ images: UNTAGGED, rulePriority: 7 }),
      LifecycleRule.archive({ images: ImageSelection.tagged('x'), when: ArchiveWhen.imageCountMoreThan(1), rulePriority: 1000 }),
      LifecycleRule.expireArchived({ images: V, sinceImageTransitioned: Duration.days(90) }),
    );
    expect(text.map(({ rulePriority }: { rulePriority: number }) => rulePriority)).toEqual([20, 7, 1000, 1001]);
  });

  test.each([[0], [-3], [1.5]])('reject a priority of %p', (priority) => {
    expect(() => LifecyclePolicy.fromRules(LifecycleRule.keep({ images: V, rulePriority: priority }))).toThrow(`rulePriority is ${priority}`);
  });

  test('reject a duplicate priority', () => {
    const rules = [LifecycleRule.keep({ images: V, rulePriority: 4 }), LifecycleRule.keep({ images: UNTAGGED, rulePriority: 4 })];
    expect(() => LifecyclePolicy.fromRules(...rules)).toThrow('DuplicatePriority at rules[1].rulePriority: rulePriority is 4');
  });

  test.each(['releases are kept', 'Aufräumen „alt“ – 清理 🧹', 'a "quoted" \\ back\nslash', ''])('accept the description %j', (description) => {
    expect(ruleOf(LifecycleRule.keep({ images: V, description }))).toMatchObject({ description });
    expect(ruleOf(LifecycleRule.keep({ images: V }))).not.toHaveProperty('description');
  });

  test('do not add maxExpiring to the text', () => {
    const rule = (maxExpiring?: number) => LifecycleRule.expire({ images: V, when: MORE_THAN_5, maxExpiring });
    expect(LifecyclePolicy.fromRules(rule(200)).toText()).toBe(LifecyclePolicy.fromRules(rule()).toText());
    expect(ruleOf(LifecycleRule.expireArchived({ images: V, sinceImageTransitioned: Duration.days(90), maxExpiring: 0 }))).not.toHaveProperty('maxExpiring');
  });

  test.each([-1, 0.5, NaN, Infinity])('reject a maxExpiring of %p', (maxExpiring) => {
    const message = `InvalidRuleBudget: maxExpiring takes a whole number of at least 0, got ${maxExpiring}`;
    expect(() => LifecycleRule.expire({ images: V, when: MORE_THAN_5, maxExpiring })).toThrow(message);
    expect(() => LifecycleRule.expireForEachPattern(['a'], { when: MORE_THAN_5, maxExpiring })).toThrow(message);
  });
});

describe('several rules', () => {
  const expire = (images: ImageSelection) => LifecycleRule.expire({ images, when: MORE_THAN_5 });
  const expireArchived = (images: ImageSelection) => LifecycleRule.expireArchived({ images, sinceImageTransitioned: Duration.days(90) });

  test('any and untagged are allowed in both storage classes, also on an L2', () => {
    const policy = LifecyclePolicy.fromRules(expire(UNTAGGED), expire(ALL), expireArchived(UNTAGGED), expireArchived(ALL));
    const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
    policy.applyTo(new ecr.Repository(stack, 'Repository'));
    Template.fromStack(stack).hasResourceProperties('AWS::ECR::Repository', { LifecyclePolicy: { LifecyclePolicyText: policy.toText() } });
  });

  test.each([
    ['a duplicate any', [expire(ALL), expire(ALL)], 'DuplicateAny at rules[1]'],
    ['a duplicate untagged', [expire(UNTAGGED), LifecycleRule.keep({ images: UNTAGGED })], 'DuplicateUntagged at rules[1]'],
    ['a duplicate any in the archive', [expireArchived(ALL), expireArchived(ALL)], 'DuplicateAny at rules[1]'],
    ['any before others', [expire(ALL), expireArchived(V), expire(V)], 'MisplacedAnyRule at rules[0]'],
    ['a duplicate prefix', [expire(ImageSelection.taggedWithAllPrefixes('v')), expire(ImageSelection.taggedWithAllPrefixes('v', 'w'))], 'DuplicatePrefix at rules[1]'],
    ['51 rules', [LifecycleRule.keepForEachPattern(Array.from({ length: 51 }, (_, i) => `v${i}`))], 'TooManyRules at rules: rules has 51 rules'],
  ])('rejects %s', (_, rules, problem) => {
    expect(() => LifecyclePolicy.fromRules(...rules)).toThrow(problem);
  });

  test('rejects a text that becomes too long, also with a rule that is added later', () => {
    const rules = (length: number) => LifecycleRule.keepForEachPattern(['a', 'b', 'c'], { description: 'ü'.repeat(length) });
    const policy = LifecyclePolicy.fromRules(rules(10_000));
    expect(() => LifecyclePolicy.fromRules(rules(10_240))).toThrow(/OversizedLifecyclePolicy: the text has 3\d{4} characters, more than the 30720/);
    expect(() => policy.addRule(LifecycleRule.keep({ images: UNTAGGED, description: 'x'.repeat(500) }))).toThrow('OversizedLifecyclePolicy');
    // A rejected rule does not change the policy.
    expect(policy.toText()).toBe(LifecyclePolicy.fromRules(rules(10_000)).toText());
  });
});

describe('an existing text', () => {
  const every = LifecyclePolicy.fromRules(
    LifecycleRule.keep({ images: ImageSelection.taggedWithAllOf('a*', '*b'), description: 'ü', rulePriority: 3 }),
    LifecycleRule.expire({ images: ImageSelection.taggedWithAllPrefixes('p'), when: ExpireWhen.sinceImagePushed(Duration.days(3)) }),
    LifecycleRule.archive({ images: ALL, when: ArchiveWhen.sinceImagePulled(Duration.days(9)) }),
    LifecycleRule.expireArchived({ images: UNTAGGED, sinceImageTransitioned: Duration.days(91) }),
  ).toText();

  test.each([['compact', every], ['indented', JSON.stringify(JSON.parse(every), null, 4)]])('%s keeps its meaning', (_, text) => {
    expect(LifecyclePolicy.fromText(text).toText()).toBe(every);
  });

  test.each([
    ['10 MB of JSON', JSON.stringify({ rules: ['x'.repeat(10_000_000)] }), 'OversizedLifecyclePolicy: the text has 10000014 characters'],
    ['10 MB of spaces', ' '.repeat(10_000_000), 'OversizedLifecyclePolicy: the text has 10000000 characters'],
    ['brackets that never close', '['.repeat(30_000), 'MalformedJson'],
    ['lists in lists', `{"rules":${'['.repeat(15_000)}${']'.repeat(15_000)}}`, 'WrongType at rules[0]: rules[0] is [[[[[[[[…'],
    ['objects in objects', `${'{"rules":'.repeat(3000)}1${'}'.repeat(3000)}`, 'WrongType at rules'],
    ['duplicate keys on all levels', `${'{"a":1,"a":'.repeat(2500)}1${'}'.repeat(2500)}`, 'DuplicateKey at a.a.a'],
  ])('rejects %s without a stack overflow', (_, text, problem) => {
    expect(() => LifecyclePolicy.fromText(text)).toThrow('InvalidLifecyclePolicy');
    expect(() => LifecyclePolicy.fromText(text)).toThrow(problem);
  });
});
