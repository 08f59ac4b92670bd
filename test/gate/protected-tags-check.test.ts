import { App, CfnParameter, Duration, Stack, Token } from 'aws-cdk-lib';
import { Annotations as Given, Match } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Annotations } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import {
  ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, LifecyclePolicy, LifecyclePolicyAttachment, LifecyclePreviewGate,
  LifecyclePreviewGates, LifecycleRule,
} from '../../src';

const ID = 'cdk-ecr-lifecycle:protectedTagsCanExpire';
const PR_COUNT = () => LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(20) });
const KEEP = () => LifecycleRule.keep({ images: ImageSelection.tagged('release-*') });
const PR_TEXT = LifecyclePolicy.fromRules(PR_COUNT()).toText();
const LIMITS = [LifecycleGuard.maxImages(50), LifecycleGuard.maxArchived(50)];
const PROTECTED = [...LIMITS, LifecycleGuard.protectTags('release-*')];
const FOREVER = [...LIMITS, LifecycleGuard.protectTagsForever('release-*')];

/** The constructs with a policy and a guard. Each gives the repository only the rule for `pr-*`, and returns the construct to acknowledge warnings on. */
const PLACES: [string, (stack: Stack, guards: LifecycleGuard[]) => IConstruct][] = [
  ['a GatedRepository', (stack, guards) => new GatedRepository(stack, 'Web', { lifecyclePolicy: LifecyclePolicy.fromRules(PR_COUNT()), guards })],
  ['a GatedRepository with the rules of CDK', (stack, guards) => {
    const repository = new GatedRepository(stack, 'Web', { guards });
    repository.addLifecycleRule({ tagPatternList: ['pr-*'], maxImageCount: 20 });
    return repository;
  }],
  ['the gate of an L1', (stack, guards) => new LifecyclePreviewGate(stack, 'Gate', {
    repository: new ecr.CfnRepository(stack, 'Web', { lifecyclePolicy: { lifecyclePolicyText: PR_TEXT } }), guards,
  })],
  ['the gate of an L2 that has a LifecyclePolicy', (stack, guards) => {
    const repository = new ecr.Repository(stack, 'Web');
    const policy = LifecyclePolicy.fromRules();
    policy.applyTo(repository);
    const gate = new LifecyclePreviewGate(stack, 'Gate', { repository, guards });
    policy.addRule(PR_COUNT());
    return gate;
  }],
  ['LifecyclePreviewGates', (stack, guards) => {
    LifecyclePreviewGates.of(stack).add({ guards });
    return new ecr.Repository(stack, 'Web', { lifecycleRules: [{ tagPatternList: ['pr-*'], maxImageCount: 20 }] });
  }],
  ['an attachment', (stack, guards) => new LifecyclePolicyAttachment(stack, 'Attachment', {
    repository: ecr.Repository.fromRepositoryName(stack, 'Web', 'shop/web'), lifecyclePolicy: LifecyclePolicy.fromRules(PR_COUNT()), guards,
  })],
];

function newStack(): Stack {
  return new Stack(new App({ analyticsReporting: false }), 'Shop');
}

/** Returns all warnings of an app, as a user reads them. */
function warningsIn(stack: Stack): string[] {
  return Given.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));
}

const synthesize = (stack: Stack) => () => (stack.node.root as App).synth();

describe.each(PLACES)('%s', (_, make) => {
  test('warns about the rule that can expire a protected image, with a hint', () => {
    const stack = newStack();
    make(stack, PROTECTED);
    expect(warningsIn(stack)).toEqual([
      'rule 1 can expire an image with the tags "release-1", "pr-1" when it selects more than 20 images, although a guard protects "release-*"; '
      + `put LifecycleRule.keep({ images: ImageSelection.tagged('release-*') }) before rule 1 [ack: ${ID}]`,
    ]);
  });

  test('can be acknowledged on the construct', () => {
    const stack = newStack();
    Annotations.of(make(stack, PROTECTED)).acknowledgeWarning(ID, 'releases never get the tag of a pull request');
    expect(warningsIn(stack)).toEqual([]);
  });

  test('with protectTagsForever, fails synthesis instead', () => {
    const stack = newStack();
    make(stack, FOREVER);
    expect(synthesize(stack)).toThrow(/UnprovenProtection: Shop\/\S+: rule 1 can expire an image with the tags "release-1", "pr-1"/);
  });
});

const policyOf = (...rules: LifecycleRule[]) => LifecyclePolicy.fromRules(...rules);
const gated = (guards: LifecycleGuard[], lifecyclePolicy?: LifecyclePolicy) => {
  const stack = newStack();
  return { stack, repository: new GatedRepository(stack, 'Web', { lifecyclePolicy, guards }) };
};

test('a keep rule before the other rules is a proof for both guards', () => {
  const { stack } = gated([...PROTECTED, ...FOREVER], policyOf(KEEP(), PR_COUNT()));
  expect(warningsIn(stack)).toEqual([]);
  expect(synthesize(stack)).not.toThrow();
});

test('without a policy no image can expire', () => {
  const stack = newStack();
  new LifecyclePreviewGate(stack, 'Gate', { repository: new ecr.Repository(stack, 'Web'), guards: FOREVER });
  expect(synthesize(stack)).not.toThrow();
});

test('warns once about each pattern without a proof', () => {
  const { stack } = gated([...LIMITS, LifecycleGuard.protectTags('release-*', 'prod', 'dev'), LifecycleGuard.protectTags('prod')], policyOf(KEEP(), PR_COUNT()));
  expect(warningsIn(stack)).toEqual([expect.stringContaining('protects "prod"'), expect.stringContaining('protects "dev"')]);
});

test('a pattern of both guards is an error without a warning', () => {
  const { stack } = gated([...PROTECTED, ...FOREVER, LifecycleGuard.protectTagsForever('prod')], policyOf(PR_COUNT()));
  expect(synthesize(stack)).toThrow(/protects "release-\*"[^]*protects "prod"/);
});

test('both guards are the same for the Lambda function', () => {
  const wire = (guards: LifecycleGuard[]) => guards.map((guard) => guard._render());
  expect(wire(FOREVER)).toEqual(wire(PROTECTED));
  expect(FOREVER[2].id).toBe('protect-tags');
});

test.each<[string, (stack: Stack) => IConstruct]>([
  ['a pattern with a token', (stack) => {
    const images = ImageSelection.tagged(`pr-${Token.asString({ Ref: 'AWS::Region' })}-*`);
    return new GatedRepository(stack, 'Web', {
      lifecyclePolicy: policyOf(LifecycleRule.expire({ images, when: ExpireWhen.imageCountMoreThan(5) })), guards: stack.node.tryGetContext('guards'),
    });
  }],
  ['a text that is a parameter', (stack) => new LifecyclePreviewGate(stack, 'Gate', {
    repository: new ecr.CfnRepository(stack, 'Web', {
      lifecyclePolicy: { lifecyclePolicyText: new CfnParameter(stack, 'Policy').valueAsString },
    }),
    guards: stack.node.tryGetContext('guards'),
  })],
  ['an attachment with a token in its policy', (stack) => new LifecyclePolicyAttachment(stack, 'Attachment', {
    repository: ecr.Repository.fromRepositoryName(stack, 'Web', 'shop/web'),
    lifecyclePolicy: policyOf(
      LifecycleRule.expire({ images: ImageSelection.tagged(stack.region), when: ExpireWhen.sinceImagePushed(Duration.days(5)) })),
    guards: stack.node.tryGetContext('guards'),
  })],
])('%s: without a proof, protectTags adds no warning and protectTagsForever fails', (_, make) => {
  const silent = newStack();
  silent.node.setContext('guards', PROTECTED);
  make(silent);
  expect(warningsIn(silent)).toEqual([]);

  const strict = newStack();
  strict.node.setContext('guards', FOREVER);
  make(strict);
  expect(synthesize(strict)).toThrow(/UnprovenProtection: the lifecycle policy of Shop\/\S+ cannot be read at synthesis, .*release-\*/);
});

test('the two guards are different options for one scope', () => {
  const stack = newStack();
  LifecyclePreviewGates.of(stack).add({ guards: PROTECTED });
  expect(() => LifecyclePreviewGates.of(stack).add({ guards: FOREVER })).toThrow('ConflictingGateOptions');
});

test.each([[[]], [['']], [['a', Token.asString({ Ref: 'X' })]]])('protectTagsForever rejects the patterns %j', (patterns) => {
  expect(() => LifecycleGuard.protectTagsForever(...patterns)).toThrow('InvalidGuardPattern: protectTagsForever');
});

test('LifecyclePolicy.lint returns the same warnings about protected tags', () => {
  const [warning, ...others] = policyOf(PR_COUNT()).lint({ protectedTags: ['release-*', 'release-*'] });
  expect([warning.id, warning.rulePriorities, others]).toEqual(['protectedTagsCanExpire', [1], []]);
  const { stack } = gated(PROTECTED, policyOf(PR_COUNT()));
  expect(warningsIn(stack)).toEqual([`${warning.message} [ack: ${ID}]`]);
  expect(policyOf(KEEP(), PR_COUNT()).lint({ protectedTags: ['release-*'] })).toEqual([]);
});
