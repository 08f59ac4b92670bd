import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { POLICY } from './gated-app';
import {
  GatedRepository, InUseSource, LifecycleGateFunction, LifecycleGuard, LifecyclePolicyAttachment, LifecyclePreviewGates, RepositoryCreationScenario,
  RepositoryCreationTemplate, RepositoryPolicy,
} from '../../src';

/*
 * cdk-nag 3 is a validation plugin, which needs a newer aws-cdk-lib than this library. What remains is up to the configuration of the
 * function: docs/function.md has the option for each id.
 */

const { App, Stack } = cdk;
const isPlugin = 'Validations' in cdk;
/** Loaded only where it runs: the oldest supported aws-cdk-lib lacks what it needs. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const nag = (): any => require('cdk-nag-newest');
const PACKS = ['AwsSolutionsChecks', 'NIST80053R5Checks', 'HIPAASecurityChecks', 'PCIDSS321Checks'];

interface Violation {
  readonly ruleName: string;
  readonly violatingResources: readonly { readonly constructPath: string }[];
}

/** Synthesizes an app, and returns the findings as `id path`. */
function findings(build: (stack: cdk.Stack, app: cdk.App) => void, props: cdk.StackProps = {}): string[] {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Shop', props);
  build(stack, app);
  app.synth();
  const violations: Violation[] = PACKS.flatMap((pack) => new (nag()[pack])(app).validateScope(app).violations);
  return [...new Set(violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName} ${shortened(constructPath)}`)))].sort();
}

const shortened = (path: string) => path.replace('cdk-ecr-lifecycle.LifecyclePreviewGateProvider', 'Provider').replace(/^Shop\//, '');

const ALL_GUARDS = [LifecycleGuard.maxImages(5), LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda(), InUseSource.inspector())];

/** The findings that options of the function answer. */
const REMAINING = [
  ...['HIPAA.Security', 'NIST.800.53.R5'].flatMap((pack) => [`${pack}-LambdaConcurrency Provider/Handler/Resource`, `${pack}-LambdaDLQ Provider/Handler/Resource`]),
  ...['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'].flatMap((pack) => [
    `${pack}-CloudWatchLogGroupEncrypted Provider/Log/Resource`, `${pack}-LambdaInsideVPC Provider/Handler/Resource`,
  ]),
].sort();

const APPS: Array<[string, (stack: cdk.Stack, app: cdk.App) => void]> = [
  ['one repository', (stack) => { new GatedRepository(stack, 'Web', { lifecyclePolicy: POLICY() }); }],
  ['forty repositories, with all guards and a report bucket', (stack) => {
    const gateReportBucket = s3.Bucket.fromBucketName(stack, 'Reports', 'reports');
    for (let i = 0; i < 40; i++) new GatedRepository(stack, `Web${i}`, { repositoryName: i % 2 ? `team/app-${i}` : undefined, lifecyclePolicy: POLICY(), guards: ALL_GUARDS, gateReportBucket });
  }],
  ['attachments', (stack) => {
    for (const name of ['a', 'b']) {
      new LifecyclePolicyAttachment(stack, name, { repository: ecr.Repository.fromRepositoryName(stack, `Imported${name}`, name), lifecyclePolicy: POLICY(), guards: ALL_GUARDS });
    }
  }],
  ['gates of a whole app', (stack, app) => {
    new ecr.Repository(stack, 'Web', { lifecycleRules: [{ maxImageCount: 5 }] });
    LifecyclePreviewGates.of(app).add({ guards: ALL_GUARDS });
  }],
];

const CONFIGURED = (stack: cdk.Stack) => LifecycleGateFunction.of(stack).configure({
  vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['a'], privateSubnetIds: ['subnet-0123456789abcdef0'] }),
  logEncryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
  reservedConcurrentExecutions: 20,
  deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:eu-central-1:123456789012:dead'),
});

(isPlugin ? describe : describe.skip)('cdk-nag 3', () => {
  test.each(APPS)('%s: only findings remain that options answer', (_, build) => {
    expect(findings(build)).toEqual(REMAINING);
    expect(findings(build, { env: { account: '123456789012', region: 'eu-central-1' } })).toEqual(REMAINING);
  });

  test.each(APPS)('%s: with the options, none remains', (_, build) => {
    expect(findings((stack, app) => {
      build(stack, app);
      CONFIGURED(stack);
    })).toEqual([]);
  });

  test('a creation template has none, except for its inline policy', () => {
    expect(findings((stack) => {
      new RepositoryCreationTemplate(stack, 'Template', {
        prefix: 'mirror',
        appliedFor: [RepositoryCreationScenario.PULL_THROUGH_CACHE],
        lifecyclePolicy: POLICY(),
        resourceTags: { team: 'web' },
        encryption: ecr.RepositoryEncryption.KMS,
      });
    }).filter((id) => !id.includes('IAMNoInlinePolicy'))).toEqual([]);
  });

  test('a policy for an organization has its reason, unless another statement is open to all', () => {
    const open = (...more: RepositoryPolicy[]) => findings((stack) => {
      const repository = new GatedRepository(stack, 'Web', { repositoryPolicy: RepositoryPolicy.organizationPull('o-exampleorgid') });
      for (const policy of more) policy.applyTo(repository);
    }).filter((id) => id.includes('ECR'));
    expect(open()).toEqual([]);
    expect(open(RepositoryPolicy.fromStatements(new iam.PolicyStatement({ actions: ['ecr:BatchGetImage'], principals: [new iam.StarPrincipal()] }))))
      .toEqual(['AwsSolutions-ECR1 Web/Resource']);
  });

  test('as a plugin of an app, AwsSolutions has no finding, and the report of CDK is empty', () => {
    const app = new App({ analyticsReporting: false });
    const stack = new Stack(app, 'Shop');
    new GatedRepository(stack, 'Web', { lifecyclePolicy: POLICY(), guards: ALL_GUARDS });
    const { Validations } = cdk as any;
    Validations.of(app).addPlugins(new (nag().AwsSolutionsChecks)(app));
    expect(() => app.synth()).not.toThrow();
  });

  test('each acknowledgment has its reason, and other resources have none', () => {
    const app = new App({ analyticsReporting: false });
    const stack = new Stack(app, 'Shop');
    new GatedRepository(stack, 'Web', { lifecyclePolicy: POLICY(), guards: ALL_GUARDS });
    new s3.Bucket(stack, 'Own');
    app.synth();
    app.synth({ force: true });
    const acknowledged = stack.node.findAll().flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
      .flatMap(({ data }) => Object.entries<string>(data).map(([id, reason]) => ({ path: node.path, id, reason }))));
    expect(new Set(acknowledged.map(({ path, id }) => `${path} ${id}`)).size).toBe(acknowledged.length);
    for (const { path, reason } of acknowledged) {
      expect(path).toContain('LifecyclePreviewGateProvider');
      expect(reason.length).toBeGreaterThan(40);
    }
    expect(acknowledged.find(({ id }) => id.endsWith('-IAM5[Resource::*]'))!.reason).toMatch(/listing clusters.*ListFunctions|ListFunctions.*listing clusters/);
  });
});
