import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { synthesize, Resources } from './gated-app';
import {
  ArchiveWhen, ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, InUseSource, LifecyclePolicy, LifecyclePolicyAttachment,
  LifecyclePreviewGate, LifecyclePreviewGates, LifecycleRule, RepositoryCreationScenario, RepositoryCreationTemplate,
} from '../../src';

/*
 * Apps with the feature flags that `cdk init` sets, with the values that CDK recommends. One flag gives each function a log group with
 * the name that Lambda would choose, and CloudFormation rejects a second resource with the same physical name.
 */

// eslint-disable-next-line @typescript-eslint/no-require-imports
const RECOMMENDED: Record<string, unknown> = require('aws-cdk-lib/recommended-feature-flags.json');

const POLICY = () => LifecyclePolicy.fromRules(
  LifecycleRule.archive({ images: ImageSelection.all(), when: ArchiveWhen.sinceImagePulled(Duration.days(90)) }));
const UNTAGGED = () => LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) }));
const GUARDS = [LifecycleGuard.maxImages(10), LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda(), InUseSource.inspector())];
const RULES = [{ maxImageCount: 5 }];

const CONSTRUCTS: Record<string, (stack: Stack) => void> = {
  GatedRepository: (stack) => {
    for (const id of ['Web', 'Api']) new GatedRepository(stack, id, { repositoryName: id.toLowerCase(), lifecyclePolicy: POLICY(), guards: GUARDS });
  },
  LifecyclePreviewGate: (stack) => {
    const reportBucket = new s3.Bucket(stack, 'Reports');
    new LifecyclePreviewGate(stack, 'Gate', { repository: new ecr.Repository(stack, 'Web', { lifecycleRules: RULES }), guards: GUARDS, reportBucket });
  },
  LifecyclePreviewGates: (stack) => {
    new ecr.Repository(stack, 'Web', { lifecycleRules: RULES });
    LifecyclePreviewGates.of(stack).add({ guards: GUARDS });
  },
  LifecyclePolicyAttachment: (stack) => {
    const repository = ecr.Repository.fromRepositoryName(stack, 'Imported', 'shop/web');
    new LifecyclePolicyAttachment(stack, 'Attachment', { repository, lifecyclePolicy: UNTAGGED(), guards: GUARDS });
  },
  RepositoryCreationTemplate: (stack) => {
    new RepositoryCreationTemplate(stack, 'Template', {
      prefix: 'mirror', appliedFor: [RepositoryCreationScenario.PULL_THROUGH_CACHE], lifecyclePolicy: UNTAGGED(), resourceTags: { team: 'web' },
    });
  },
};

function build(context: Record<string, unknown>, ...builds: Array<(stack: Stack) => void>): Resources {
  const app = new App({ analyticsReporting: false, context });
  const stack = new Stack(app, 'Shop');
  for (const one of builds) one(stack);
  return synthesize(app).reduce((all, resources) => ({ ...all, ...resources }), {});
}

/** Returns the explicit physical names in the template, by type. */
function namesIn(resources: Resources): string[] {
  return Object.values(resources).flatMap(({ Type, Properties = {} }) => Object.entries(Properties)
    .filter(([property]) => /^(Name|\w+Name)$/.test(property) && property !== 'PolicyName' && !Type.startsWith('Custom::'))
    .map(([property, name]) => `${Type} ${property} ${JSON.stringify(name)}`));
}

describe.each(Object.entries(CONSTRUCTS))('%s', (name, construct) => {
  test.each<[string, Record<string, unknown>]>([
    ['all recommended flags', RECOMMENDED],
    ['only log groups managed by CDK', { '@aws-cdk/aws-lambda:useCdkManagedLogGroup': true }],
    ['no flags', {}],
  ])('with %s: at most one log group, and no two resources with the same name', (_, context) => {
    const resources = build(context, construct);
    const names = namesIn(resources);
    expect(names).toEqual([...new Set(names)]);
    const groups = Object.values(resources).filter(({ Type }) => Type === 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(name === 'RepositoryCreationTemplate' ? 0 : 1);
  });
});

test('several of them in one stack, with all recommended flags', () => {
  const resources = build(RECOMMENDED, CONSTRUCTS.LifecyclePolicyAttachment, CONSTRUCTS.LifecyclePreviewGate, CONSTRUCTS.RepositoryCreationTemplate);
  const names = namesIn(resources);
  expect(names).toEqual([...new Set(names)]);
  expect(Object.values(resources).filter(({ Type }) => Type === 'AWS::Logs::LogGroup')).toHaveLength(1);
});
