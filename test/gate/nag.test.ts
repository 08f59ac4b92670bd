import { App, Aspects, Duration, NestedStack, Stack, StackProps } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, INagLogger, NagLoggerNonComplianceData } from 'cdk-nag';
import {
  ArchiveWhen, LifecycleGuard, GatedRepository, ImageSelection, InUseSource, LifecyclePolicy, LifecyclePolicyAttachment, LifecyclePreviewGate,
  LifecyclePreviewGates, LifecycleRule, RepositoryPolicy,
} from '../../src';

/* All findings of AwsSolutionsChecks on the resources of this library have a reason. */

const POLICY = () => LifecyclePolicy.fromRules(
  LifecycleRule.archive({ images: ImageSelection.all(), when: ArchiveWhen.sinceImagePulled(Duration.days(90)) }));
const RULES = [{ maxImageCount: 5 }];

const ALL_GUARDS = [
  LifecycleGuard.maxImages(50), LifecycleGuard.maxPercent(5), LifecycleGuard.maxArchived(5), LifecycleGuard.protectTags('release-*'),
  LifecycleGuard.protectDigests(`sha256:${'0'.repeat(64)}`), LifecycleGuard.protectPushedWithin(Duration.days(3)),
  LifecycleGuard.protectPulledWithin(Duration.days(30)), LifecycleGuard.protectNewest(3), LifecycleGuard.keepAtLeast(3),
  LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda(), InUseSource.inspector()),
];

/** One finding: the rule, the part of the resource, and the reason if it has one. */
interface Finding {
  readonly path: string;
  readonly what: string;
  readonly reason?: string;
}

class Findings implements INagLogger {
  public readonly all: Finding[] = [];
  /** Rules that cdk-nag cannot evaluate. */
  public readonly undecided: Finding[] = [];

  public onCompliance() {}
  public onNotApplicable() {}
  public onNonCompliance(data: NagLoggerNonComplianceData) {
    this.all.push(this.finding(data));
  }
  public onSuppressed({ suppressionReason, ...data }: Parameters<INagLogger['onSuppressed']>[0]) {
    this.all.push({ ...this.finding(data), reason: suppressionReason });
  }
  public onError(data: Parameters<INagLogger['onError']>[0]) {
    this.undecided.push({ path: data.resource.node.path, what: data.ruleId });
  }
  public onSuppressedError({ errorSuppressionReason, ...data }: Parameters<INagLogger['onSuppressedError']>[0]) {
    this.undecided.push({ path: data.resource.node.path, what: data.ruleId, reason: errorSuppressionReason });
  }

  private finding({ resource, ruleId, findingId }: NagLoggerNonComplianceData): Finding {
    return { path: resource.node.path, what: findingId ? `${ruleId}[${findingId}]` : ruleId };
  }
}

const PROVIDER = /cdk-ecr-lifecycle\.LifecyclePreviewGateProvider/;

function check(build: (app: App, stack: Stack) => void, props: StackProps, aspectStabilization: boolean): Findings {
  const app = new App({ analyticsReporting: false, context: { '@aws-cdk/core:aspectStabilization': aspectStabilization } });
  const findings = new Findings();
  build(app, new Stack(app, 'Shop', props));
  Aspects.of(app).add(new AwsSolutionsChecks({ reports: false, additionalLoggers: [findings] }));
  app.synth();
  return findings;
}

const APPS: Array<[string, (app: App, stack: Stack) => void]> = [
  ['repositories with their own gate, with all guards', (_, stack) => {
    new GatedRepository(stack, 'Web', { lifecyclePolicy: POLICY(), guards: ALL_GUARDS });
    new GatedRepository(stack, 'Named', { repositoryName: 'team/app', lifecyclePolicy: POLICY(), guards: ALL_GUARDS });
  }],
  ['a gate for a plain repository, and a bucket for reports', (_, stack) => {
    const reportBucket = s3.Bucket.fromBucketName(stack, 'Reports', 'reports');
    new LifecyclePreviewGate(stack, 'Gate', { repository: new ecr.Repository(stack, 'Web', { lifecycleRules: RULES }), reportBucket });
  }],
  ['policies attached to existing repositories', (_, stack) => {
    for (let i = 0; i < 80; i++) {
      new LifecyclePolicyAttachment(stack, `Attachment${i}`, {
        repository: ecr.Repository.fromRepositoryName(stack, `Imported${i}`, `team/app-${i}`), lifecyclePolicy: POLICY(), guards: ALL_GUARDS,
      });
    }
  }],
  ['gates for the whole app, also in a nested stack, and with policies that are added late', (app, stack) => {
    for (let i = 0; i < 80; i++) new ecr.Repository(stack, `Web${i}`, { lifecycleRules: RULES });
    new ecr.Repository(new NestedStack(stack, 'Nested'), 'Inner', { lifecycleRules: RULES });
    new ecr.Repository(stack, 'Late');
    new ecr.Repository(new Stack(app, 'Other'), 'Late');
    Aspects.of(app).add({ visit: (node) => node instanceof ecr.Repository && node.node.id === 'Late' && node.addLifecycleRule(RULES[0]) });
    LifecyclePreviewGates.of(app).add({ guards: ALL_GUARDS });
  }],
];

describe.each(APPS)('%s', (_name, build) => {
  describe.each<[string, StackProps]>([['in any region', {}], ['in China', { env: { account: '123456789012', region: 'cn-north-1' } }]])('%s', (_where, props) => {
    test.each([true, false])('every finding has its reason (aspect stabilization %p)', (aspectStabilization) => {
      const { all, undecided } = check(build, props, aspectStabilization);
      expect([...all, ...undecided].filter(({ reason }) => reason === undefined)).toEqual([]);
      expect(undecided).toEqual([]);
      // Only the provider has findings. A gate and the policy of a repository never have one.
      expect(all.filter(({ path }) => !PROVIDER.test(path))).toEqual([]);
      for (const { reason } of all) expect(reason!.length).toBeGreaterThan(40);
    });
  });
});

test('each finding has the reason that belongs to it', () => {
  const { all } = check((_, stack) => {
    const reportBucket = s3.Bucket.fromBucketName(stack, 'Reports', 'reports');
    new GatedRepository(stack, 'Web', { lifecyclePolicy: POLICY(), guards: ALL_GUARDS, gateReportBucket: reportBucket });
    const repository = ecr.Repository.fromRepositoryName(stack, 'Imported', 'team/app');
    new LifecyclePolicyAttachment(stack, 'Attachment', { repository, lifecyclePolicy: POLICY() });
  }, {}, true);
  const expected: Array<[rule: RegExp, reason: RegExp]> = [
    [/^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:ecr:<AWS::Region>:<AWS::AccountId>:repository\/\*-web[0-9a-f]{8}-\*\]$/, /generates the name/],
    [/^AwsSolutions-IAM5\[Resource::\*\]$/, /ListCoverage.*listing clusters.*listing event buses.*ListFunctions/],
    ...['service', 'service-revision', 'task'].map((type): [RegExp, RegExp] =>
      [new RegExp(`^AwsSolutions-IAM5\\[Resource::arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:${type}/\\*\\]$`), /reads all services and tasks/]),
    [/^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule\/\*\]$/, /reads all rules/],
    [/^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule\/\*\/\*\]$/, /reads all schedules/],
    [/^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:\*\]$/, /reads all functions/],
    [/^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:s3:::reports\/\*\]$/, /key of the report bucket/],
    [/^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter\/cdk-ecr-lifecycle\/<AWS::StackName>\/\*\]$/, /attachments remember/],
  ];
  const answered = all.filter(({ what }) => what !== 'AwsSolutions-L1');
  for (const [rule, reason] of expected) {
    const found = answered.filter(({ what }) => rule.test(what));
    expect(found.map((finding) => finding.reason)).toEqual([expect.stringMatching(reason)]);
  }
  expect(answered).toHaveLength(expected.length);
  // Only if cdk-nag knows a newer runtime than the one that this aws-cdk-lib chooses for regions.
  for (const { reason } of all.filter(({ what }) => what === 'AwsSolutions-L1')) expect(reason).toMatch(/CDK chooses the newest Node\.js/);
});

test('nothing else in the template is suppressed', () => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Shop');
  const bucket = new s3.Bucket(stack, 'Own');
  new GatedRepository(stack, 'Web', { lifecyclePolicy: POLICY(), guards: ALL_GUARDS });
  const findings = new Findings();
  Aspects.of(stack).add(new AwsSolutionsChecks({ reports: false, additionalLoggers: [findings] }));
  (stack.node.root as App).synth();
  const own = findings.all.filter(({ path }) => path.startsWith(bucket.node.path));
  expect(own.length).toBeGreaterThan(0);
  expect(own.filter(({ reason }) => reason !== undefined)).toEqual([]);
});

test('a policy for an organization has its reason, unless another statement is open to all', () => {
  const reasonsFor = (...more: RepositoryPolicy[]) => check((_, stack) => {
    const repository = new GatedRepository(stack, 'Web', { repositoryPolicy: RepositoryPolicy.organizationPull('o-exampleorgid') });
    for (const policy of more) policy.applyTo(repository);
  }, {}, true).all.filter(({ what }) => what === 'AwsSolutions-ECR1').map(({ reason }) => reason);
  expect(reasonsFor()).toEqual([expect.stringMatching(/condition on the organization/)]);
  const open = RepositoryPolicy.fromStatements(new iam.PolicyStatement({ actions: ['ecr:BatchGetImage'], principals: [new iam.StarPrincipal()] }));
  expect(reasonsFor(open)).toEqual([undefined]);
});
