import { App, CfnParameter, Duration, Fn, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import {
  ExpireWhen, GatedRepository, ImageInventory, ImageSelection, LifecycleGuard, LifecyclePolicy, LifecyclePolicyAttachment, LifecyclePreviewGate,
  LifecycleRule,
} from '../../src';

/* Values that the CDK looks up in AWS after a first pass with dummy values, and tokens, which are known only at deployment. */

const ENV = { account: '111122223333', region: 'eu-west-1' };
const POLICY = LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) }),
);

/** Synthesizes a stack, and returns the reported lookups and the policy texts of the template. */
function synthesize(build: (stack: Stack, lookUp: (name: string) => string) => void, context: Record<string, string> = {}) {
  const answers = Object.entries(context).map(([name, value]) => [`ssm:account=${ENV.account}:parameterName=${name}:region=${ENV.region}`, value]);
  const app = new App({ analyticsReporting: false, context: Object.fromEntries(answers) });
  const stack = new Stack(app, 'Shop', { env: ENV });
  build(stack, (name) => ssm.StringParameter.valueFromLookup(stack, name));
  const assembly = app.synth();
  const resources = Object.values<{ Type: string; Properties: Record<string, never> }>(assembly.getStackByName('Shop').template.Resources);
  return {
    missing: (assembly.manifest.missing ?? []).map(({ key }) => key.split(':')[2]),
    gates: resources.filter(({ Type }) => Type.startsWith('Custom::Lifecycle')).map(({ Properties }) => Properties as Record<string, unknown>),
  };
}

describe('the first pass of a lookup', () => {
  const NAME = '/shop/policy';
  const build = (stack: Stack, lookUp: (name: string) => string) => {
    const policy = LifecyclePolicy.fromText(lookUp(NAME));
    policy.lint();
    policy.toText();
    new GatedRepository(stack, 'Web', {
      lifecyclePolicy: policy, keepProtectedTags: true, guards: [LifecycleGuard.protectTagsForever('release-*')],
    });
    new LifecyclePolicyAttachment(stack, 'Team', { repository: ecr.Repository.fromRepositoryName(stack, 'Imported', 'team/app'), lifecyclePolicy: policy });
    const repository = new ecr.CfnRepository(stack, 'Api', { lifecyclePolicy: { lifecyclePolicyText: lookUp(NAME) } });
    new LifecyclePreviewGate(stack, 'Gate', { repository, guards: [LifecycleGuard.protectTagsForever('v*')] });
  };

  test('has a text in place of the policy that ECR rejects', () => {
    const { missing, gates } = synthesize(build);
    expect(missing).toEqual(['parameterName=/shop/policy']);
    const texts = gates.map(({ LifecyclePolicyText }) => LifecyclePolicyText as string);
    expect(texts.map((text) => text.trim())).toEqual(Array(3).fill(`dummy-value-for-${NAME}`));
    // Rules of the CDK may check the length. The third text belongs to an L1, whose property is the user's own.
    expect(texts.map(({ length }) => length)).toEqual([100, 100, `dummy-value-for-${NAME}`.length]);
  });

  test('is followed by a pass with the policy, which is then checked', () => {
    const kept = LifecyclePolicy.fromRules(LifecycleRule.keepForEachPattern(['release-*', 'v*']), LifecycleRule.expire({
      images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(100),
    })).toText();
    const { missing, gates } = synthesize(build, { [NAME]: kept });
    expect(missing).toEqual([]);
    expect(gates.map(({ LifecyclePolicyText }) => LifecyclePolicyText)).toEqual([kept, kept, kept]);
    expect(() => synthesize(build, { [NAME]: 'x' })).toThrow('InvalidLifecyclePolicy');
    expect(() => synthesize(build, { [NAME]: POLICY.toText().replace('untagged', 'any') })).toThrow('UnprovenProtection');
  });

  test('accepts the dummy values of guards, and rejects them if no lookup is open', () => {
    const guarded = (stack: Stack, lookUp: (name: string) => string) => new GatedRepository(stack, 'Web', {
      lifecyclePolicy: POLICY,
      gateApprovedPreview: lookUp('/shop/approved'),
      guards: [
        LifecycleGuard.maxImages(Number(lookUp('/shop/max'))),
        LifecycleGuard.maxPercent(Number(lookUp('/shop/percent'))),
        LifecycleGuard.protectTags(...lookUp('/shop/tags').split(',')),
        LifecycleGuard.protectDigests(lookUp('/shop/digest')),
        LifecycleGuard.keepAtLeast(Number(lookUp('/shop/least')), ImageSelection.tagged(`${lookUp('/shop/tag')}-*`)),
      ],
    });
    expect(synthesize(guarded).missing).toHaveLength(7);
    const answers = {
      '/shop/approved': 'a'.repeat(16),
      '/shop/max': '5',
      '/shop/percent': '20',
      '/shop/tags': 'release-*,prod',
      '/shop/digest': `sha256:${'a'.repeat(64)}`,
      '/shop/least': '3',
      '/shop/tag': 'main',
    };
    const { missing, gates } = synthesize(guarded, answers);
    expect(missing).toEqual([]);
    expect(gates[0].Guards).toMatchObject([{ Limit: '5' }, { Percent: '20' }, { Patterns: ['release-*', 'prod'] }, {}, { Count: '3' }]);
    expect(() => synthesize(guarded, { ...answers, '/shop/max': 'many' })).toThrow('InvalidGuardLimit: Shop/Web/Gate: the guard max-images takes a number, got NaN');
    expect(() => synthesize(guarded, { ...answers, '/shop/tags': 'a b' })).toThrow('InvalidGuardPattern');
  });
});

describe('a token', () => {
  const text = new CfnParameter(new Stack(new App(), 'Stack'), 'Policy').valueAsString;

  test.each([
    ['a parameter', text], ['a part of the text', `{"rules":[{"rulePriority":1,"description":"${text}"}]}`], ['an import', Fn.importValue('Policy')],
  ])('is not the text of a policy: %s', (_, value) => {
    expect(() => LifecyclePolicy.fromText(value)).toThrow('UnresolvedLifecyclePolicy: fromText takes text that is known at synthesis, got a token, which is known only at '
      + 'deployment; build the policy with fromRules');
  });

  test('is not the text of images', () => {
    expect(() => ImageInventory.fromDescribeImages(text)).toThrow('UnresolvedImages: fromDescribeImages takes text that is known at synthesis, got a token');
  });

  test('is not a list of patterns', () => {
    const list = Fn.split(',', text);
    expect(() => LifecycleGuard.protectTags(...list)).toThrow('a pattern is a token, which is known only at deployment');
    expect(() => LifecycleGuard.protectDigests(...list)).toThrow('got a token, which is known only at deployment');
  });
});

test('the text of a policy can be the answer of ECR around it, and can begin with a byte order mark', () => {
  const answer = { registryId: '1', repositoryName: 'shop/web', lifecyclePolicyText: POLICY.toText(), lastEvaluatedAt: '2026-01-01T00:00:00Z' };
  for (const given of [JSON.stringify(answer), JSON.stringify(POLICY.toText()), `\ufeff${POLICY.toText()}`]) {
    expect(LifecyclePolicy.fromText(given).toText()).toBe(POLICY.toText());
  }
  expect(() => LifecyclePolicy.fromText(JSON.stringify({ policy: POLICY.toText() }))).toThrow('WrappedPolicy');
});
