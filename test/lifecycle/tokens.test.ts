import { App, Aws, CfnParameter, Duration, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { ExpireWhen, LifecycleGuard, ImageSelection, LifecyclePolicy, LifecyclePreviewGate, LifecycleRule } from '../../src';

type Values = Readonly<Record<string, string>>;

/** Evaluates functions as CloudFormation does at deployment, as far as these tests use them. */
function deployed(value: unknown, values: Values): string {
  if (typeof value === 'string') return value;
  const [[name, argument], ...others] = Object.entries(value as object);
  if (others.length > 0) throw new Error(`no intrinsic function: ${JSON.stringify(value)}`);
  switch (name) {
    case 'Ref':
      if (!(argument in values)) throw new Error(`no value for ${argument}`);
      return values[argument];
    case 'Fn::Join': {
      const [separator, parts] = argument;
      return parts.map((part: unknown) => deployed(part, values)).join(separator);
    }
    case 'Fn::Sub':
      return argument.replace(/\$\{([^}]+)\}/g, (_: string, ref: string) => deployed({ Ref: ref }, values));
    default:
      throw new Error(`unexpected ${name}`);
  }
}

interface Given {
  readonly number: number;
  readonly text: string;
}

/** The parameters, each created when it is read, because CDK warns about unused parameters. */
function parametersOf(stack: Stack): Given {
  return {
    get number() {
      return new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
    },
    get text() {
      return new CfnParameter(stack, 'Text').valueAsString;
    },
  };
}

const REPOSITORIES = {
  'an L2': (stack: Stack) => new ecr.Repository(stack, 'Repository'),
  'an L1': (stack: Stack) => new ecr.CfnRepository(stack, 'Repository'),
};

/** Returns the policy text of the repository and of the gate. */
function synthesize(rules: (given: Given) => LifecycleRule[], make: (stack: Stack) => ecr.IRepositoryRef = REPOSITORIES['an L2']) {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
  const repository = make(stack);
  LifecyclePolicy.fromRules(...rules(parametersOf(stack))).applyTo(repository);
  new LifecyclePreviewGate(stack, 'Gate', { repository, guards: [LifecycleGuard.maxImages(5)] });
  const template = Template.fromStack(stack);
  const [inRepository] = Object.values(template.findResources('AWS::ECR::Repository'));
  const [inGate] = Object.values(template.findResources('Custom::LifecyclePreviewGate'));
  return {
    ofRepository: inRepository.Properties.LifecyclePolicy.LifecyclePolicyText,
    ofGate: inGate.Properties.LifecyclePolicyText,
    guards: inGate.Properties.Guards,
  };
}

const VALUES = { 'Number': '12', 'Text': 'blue', 'AWS::Region': 'eu-west-1' };

const UNTAGGED = ImageSelection.untagged();
const expireAt = (count: number) => LifecycleRule.expire({ images: UNTAGGED, when: ExpireWhen.imageCountMoreThan(count) });

type Case = [name: string, rules: (given: Given) => LifecycleRule[], expected: object];

describe.each([
  ['a count', ({ number }) => [expireAt(number)], { selection: { countNumber: 12 } }],
  ['days', ({ number }) => [LifecycleRule.expire({ images: UNTAGGED, when: ExpireWhen.sinceImagePushed(Duration.days(number)) })],
    { selection: { countType: 'sinceImagePushed', countNumber: 12 } }],
  ['days in the archive', ({ number }) => [LifecycleRule.expireArchived({ images: UNTAGGED, sinceImageTransitioned: Duration.days(number) })],
    { selection: { countType: 'sinceImageTransitioned', countNumber: 12 } }],
  ['a priority', ({ number }) => [LifecycleRule.keep({ images: UNTAGGED, rulePriority: number })], { rulePriority: 12 }],
  ['a pattern', ({ text }) => [LifecycleRule.keep({ images: ImageSelection.tagged(text) })], { selection: { tagPatternList: ['blue'] } }],
  ['a joined pattern', ({ text }) => [LifecycleRule.keep({ images: ImageSelection.taggedWithAllOf(Fn.join('-', ['release', text, '*']), `${text}*`) })],
    { selection: { tagPatternList: ['release-blue-*', 'blue*'] } }],
  ['a pattern from Fn::Sub', () => [LifecycleRule.keep({ images: ImageSelection.tagged(Fn.sub('${AWS::Region}-*')) })],
    { selection: { tagPatternList: ['eu-west-1-*'] } }],
  ['a prefix', ({ text }) => [LifecycleRule.keep({ images: ImageSelection.taggedWithAllPrefixes('a', text) })], { selection: { tagPrefixList: ['a', 'blue'] } }],
  ['each of several patterns', ({ text }) => [LifecycleRule.keepForEachPattern([text])], { selection: { tagPatternList: ['blue'] } }],
  ['a description', ({ text }) => [LifecycleRule.keep({ images: UNTAGGED, description: `"${text}" in ${Aws.REGION}, déjà` })],
    { description: '"blue" in eu-west-1, déjà' }],
] satisfies Case[])('%s', (_, rules, expected) => {
  test.each(Object.entries(REPOSITORIES))('that is known only at deployment reaches %s and its gate', (__, make) => {
    const { ofRepository, ofGate } = synthesize(rules, make);
    expect(ofRepository).not.toEqual(expect.any(String));
    expect(JSON.parse(deployed(ofRepository, VALUES)).rules[0]).toMatchObject(expected);
    expect(ofGate).toEqual(ofRepository);
  });
});

test('many values at once leave the rest of the policy as it is', () => {
  const { ofRepository } = synthesize(({ number, text }) => [
    LifecycleRule.keep({ images: ImageSelection.tagged(`${text}-*`), description: text }),
    LifecycleRule.expire({ images: UNTAGGED, when: ExpireWhen.sinceImagePushed(Duration.days(number)), rulePriority: 5 }),
    LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(number) }),
  ]);
  expect(JSON.parse(deployed(ofRepository, VALUES))).toEqual({
    rules: [
      {
        rulePriority: 1,
        description: 'blue',
        selection: { tagStatus: 'tagged', tagPatternList: ['blue-*'], countType: 'imageCountMoreThan', countNumber: 999_999 },
        action: { type: 'expire' },
      },
      {
        rulePriority: 5,
        selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 12 },
        action: { type: 'expire' },
      },
      {
        rulePriority: 6,
        selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 12 },
        action: { type: 'expire' },
      },
    ],
  });
});

test('a value that is resolved at synthesis needs no function', () => {
  const { ofRepository } = synthesize(() => [
    LifecycleRule.keep({ images: ImageSelection.tagged(Lazy.string({ produce: () => 'late-*' })) }),
    expireAt(Lazy.number({ produce: () => 3 })),
  ]);
  expect(JSON.parse(ofRepository).rules.map(({ selection }: { selection: object }) => selection)).toMatchObject([
    { tagPatternList: ['late-*'] }, { countNumber: 3 },
  ]);
});

test('the rules without tokens are still checked', () => {
  expect(() => synthesize(({ number }) => [expireAt(number), LifecycleRule.keep({ images: ImageSelection.tagged('') })])).toThrow('EmptyTag at rules[1]');
  expect(() => synthesize(({ number }) => [
    LifecycleRule.keep({ images: UNTAGGED, rulePriority: number }),
    LifecycleRule.keep({ images: UNTAGGED, rulePriority: 3 }),
  ])).toThrow('DuplicateUntagged at rules[1]');
});

describe('priorities that are tokens', () => {
  test('leave the priority of the next rule unknown', () => {
    expect(() => synthesize(({ number }) => [
      LifecycleRule.keep({ images: UNTAGGED, rulePriority: number }),
      LifecycleRule.keep({ images: ImageSelection.all() }),
    ])).toThrow('UnknownRulePriority: a rule after a rule whose priority is a token has no known priority; set its rulePriority');
  });

  test('also if the rule is added later', () => {
    const number = new CfnParameter(new Stack(new App(), 'Stack'), 'Number', { type: 'Number' }).valueAsNumber;
    const policy = LifecyclePolicy.fromRules(LifecycleRule.keep({ images: UNTAGGED, rulePriority: number }));
    expect(() => policy.addRule(LifecycleRule.keep({ images: ImageSelection.all() }))).toThrow('UnknownRulePriority');
  });

  test('can be combined with explicit priorities', () => {
    const { ofRepository } = synthesize(({ number }) => [
      LifecycleRule.keep({ images: UNTAGGED, rulePriority: number }), LifecycleRule.keep({ images: ImageSelection.all(), rulePriority: 100 }),
    ]);
    expect(JSON.parse(deployed(ofRepository, VALUES)).rules).toMatchObject([{ rulePriority: 12 }, { rulePriority: 100 }]);
  });

  test('identify the rule of a budget for the gate', () => {
    const { guards } = synthesize(({ number }) => [
      LifecycleRule.expire({ images: UNTAGGED, when: ExpireWhen.imageCountMoreThan(3), rulePriority: number, maxExpiring: 7 }),
    ]);
    expect(guards).toContainEqual({ Id: 'max-expiring', RulePriority: { Ref: 'Number' }, Limit: '7' });
  });
});

describe('rejects tokens that are not sufficient', () => {
  test('a token for a whole list of patterns', () => {
    const list = new CfnParameter(new Stack(new App(), 'Stack'), 'List', { type: 'CommaDelimitedList' }).valueAsList;
    const message = 'UnresolvedPatterns: one rule per pattern takes a list that is known at synthesis';
    expect(() => LifecycleRule.keepForEachPattern(list)).toThrow(message);
    expect(() => LifecycleRule.expireForEachPattern(list, { when: ExpireWhen.imageCountMoreThan(1) })).toThrow(message);
  });

  test('a token for maxExpiring, which needs a number', () => {
    expect(() => synthesize(({ number }) => [
      LifecycleRule.expire({ images: UNTAGGED, when: ExpireWhen.imageCountMoreThan(3), maxExpiring: number }),
    ])).toThrow('InvalidRuleBudget');
  });

  test('a time whose unit is not days', () => {
    expect(() => synthesize(({ number }) => [LifecycleRule.expire({ images: UNTAGGED, when: ExpireWhen.sinceImagePushed(Duration.hours(number)) })])).toThrow('Duration');
  });
});
