import * as path from 'path';
import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { explainRuntime } from './nag-reasons';
import { PullExclusion, readsManifests } from './pull-exclusion';
import { RetainedPolicies } from './retained-policies';
import { RolePolicies } from './role-policies';
import { MEMORY_PATH } from '../../core/attachment/ledger';

/** Part of every gate's identity. A change would replace the provider of deployed gates. */
const ID = 'cdk-ecr-lifecycle.LifecyclePreviewGateProvider';

const BUNDLE = path.join(__dirname, '..', '..', '..', 'assets', 'lifecycle-preview-gate');

/** The maximum duration of a gate. A Lambda function has 15 minutes, and the gate needs some of them to respond. */
export const MAX_TIMEOUT = Duration.minutes(14);

/**
 * The time that CloudFormation waits for a response, which is the maximum that it accepts. It starts when CloudFormation sends the
 * event, and Lambda queues the event while it throttles. So the time must cover minutes of throttling and a whole run. Otherwise a
 * rollback would fail in a busy account. It is also the delay after a crash, which is rare: the function responds to its own errors.
 */
export const SERVICE_TIMEOUT = Duration.hours(1);

/** The resources that exist once a stack has a gate. */
interface Parts {
  readonly serviceToken: string;
  readonly role: iam.Role;
  readonly policies: RolePolicies;
  readonly attachments: RetainedPolicies;
  readonly exclusion: PullExclusion;
}

/**
 * The Lambda function of a stack, shared by all its gates. Without a gate it is an empty construct.
 *
 *     gate -> function (the bundle) -> its role and policies -> log group
 *                    |-> exclusion of its pulls, if any gate reads manifests
 *
 * CloudFormation invokes the function directly: its ARN is the gates' service token, and CloudFormation rejects a changed token.
 * INVARIANT: the function's logical id is the same in every version, and it is never replaced (a test contains the literal id).
 *
 * Lambda's defaults for asynchronous invocations fit: an event waits up to 6 hours while Lambda throttles, and a failed
 * invocation is retried twice. So there is no `AWS::Lambda::EventInvokeConfig`.
 */
export class GateProvider extends Construct {
  /** Finds or creates the provider of a stack. A new provider has no resources yet. */
  public static of(stack: Stack): GateProvider {
    return stack.node.tryFindChild(ID) as GateProvider | undefined ?? new GateProvider(stack, ID);
  }

  private parts?: Parts;
  private readonly reportBuckets = new Set<s3.IBucket>();

  private constructor(private readonly stack: Stack, id: string) {
    super(stack, id);
  }

  public get serviceToken(): string {
    return this.built.serviceToken;
  }

  /** Allows the function to preview one more repository, and adds the other statements that the gate of this repository needs. */
  public allowPreviewOf(repositoryArn: string, ...more: iam.PolicyStatement[]): void {
    this.allow(
      new iam.PolicyStatement({
        actions: ['ecr:StartLifecyclePolicyPreview', 'ecr:GetLifecyclePolicyPreview', 'ecr:GetLifecyclePolicy'],
        resources: [repositoryArn],
      }),
      ...more);
  }

  /** Allows the function to put a policy on one more repository, and to delete it. */
  public allowAttachingTo(repositoryArn: string): void {
    this.built.attachments.allowOn(repositoryArn);
  }

  /** Allows the function to store reports in a bucket. */
  public allowReportsTo(bucket: s3.IBucket): void {
    if (this.reportBuckets.has(bucket)) return;
    this.reportBuckets.add(bucket);
    // Not grantPut, which also allows tagging, locking and aborting uploads.
    this.allow(new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects('*')] }));
    bucket.encryptionKey?.grant(this.built.role, 'kms:GenerateDataKey');
  }

  /** Adds statements to the role. Statements with the same sid are added once. */
  public allow(...statements: iam.PolicyStatement[]): void {
    this.built.policies.allow(...statements);
    if (readsManifests(statements)) this.built.exclusion.enable();
  }

  private get built(): Parts {
    this.parts ??= this.build();
    return this.parts;
  }

  private build(): Parts {
    const logGroup = new logs.LogGroup(this, 'Log', {
      // No explicit name: a feature flag of CDK or an aspect of the organization may declare `/aws/lambda/<function>`, and
      // CloudFormation rejects a second log group of the same name. With a generated name, a later stack cannot collide with it.
      retention: logs.RetentionDays.ONE_YEAR,
      // The log records why images expired. Users may need it after the stack is deleted, because repositories outlive their
      // stacks. Log events still expire. A stack whose creation fails does not retain the log group.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // A separate role: the managed policy that CDK would attach allows a function to write all logs of the account.
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const policies = new RolePolicies(role);
    const attachments = new RetainedPolicies(
      role, 'Attachments', ['ecr:GetLifecyclePolicy', 'ecr:PutLifecyclePolicy', 'ecr:DeleteLifecyclePolicy'],
      new iam.PolicyStatement({
        sid: 'AttachmentMemory',
        actions: ['ssm:GetParameter', 'ssm:PutParameter', 'ssm:DeleteParameter'],
        // The stack name of the deployment: products and stack sets are deployed under names that CDK does not know.
        resources: [this.stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: `${MEMORY_PATH}/${Aws.STACK_NAME}/*` })],
      }));
    policies.allow(
      new iam.PolicyStatement({
        sid: 'OwnLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
      new iam.PolicyStatement({
        sid: 'OwnStack',
        actions: ['cloudformation:DescribeStacks', 'cloudformation:DescribeStackResource'],
        resources: [this.stack.stackId],
      }));
    const handler = new lambda.Function(this, 'Handler', {
      description: 'Previews ECR lifecycle policies before they are applied (cdk-ecr-lifecycle)',
      // A runtime that the region supports, in every partition. The bundle runs on Node.js 20 and later.
      runtime: lambda.determineLatestNodeRuntime(this),
      handler: 'index.handler',
      code: lambda.Code.fromAsset(BUNDLE),
      timeout: Duration.minutes(15),
      memorySize: 512,
      role,
      logGroup,
    });
    explainRuntime(handler.node.defaultChild as lambda.CfnFunction);
    const exclusion = new PullExclusion(this, 'PullExclusion', role);
    // The variable makes the function, and thus each gate, depend on the exclusion. The function does not read it.
    handler.addEnvironment('PULL_TIME_UPDATE_EXCLUSION', exclusion.reference);
    return { serviceToken: handler.functionArn, role, policies, attachments, exclusion };
  }
}
