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
import { MEMORY_PATH } from '../core/attachment/ledger';

/** Part of every gate's identity: a change would replace the provider under gates that are deployed. */
const ID = 'cdk-ecr-lifecycle.LifecyclePreviewGateProvider';

const BUNDLE = path.join(__dirname, '..', '..', 'assets', 'lifecycle-preview-gate');

/** The longest that a gate may take: a Lambda has 15 minutes, and the answer needs a moment. */
export const MAX_TIMEOUT = Duration.minutes(14);

/**
 * CloudFormation waits this long for an answer: the most that it takes. It counts from the moment when it sends the event, and
 * Lambda queues the event for as long as it throttles. The time must therefore hold minutes of throttling and a whole run, or
 * a rollback would fail over a busy account. It also is what a crash costs, which is rare: the function answers its failures.
 */
export const SERVICE_TIMEOUT = Duration.hours(1);

/** What there is once a stack has a gate. */
interface Parts {
  readonly serviceToken: string;
  readonly role: iam.Role;
  readonly policies: RolePolicies;
  readonly attachments: RetainedPolicies;
  readonly exclusion: PullExclusion;
}

/**
 * The one Lambda function of a stack, however many gates it has. Without a gate it is an empty construct.
 *
 *     gate -> function (the bundle) -> its role and policies -> log group
 *                    |-> exclusion of its pulls, if some gate reads manifests
 *
 * CloudFormation invokes the function directly: its ARN is the gates' service token, which CloudFormation never lets change.
 * INVARIANT: the function's logical id is the same in every version, and it is never replaced (a test has the literal id).
 *
 * Lambda's defaults for asynchronous invocations are right: an event waits up to 6 hours while Lambda throttles, and a failed
 * invocation is repeated twice. So there is no `AWS::Lambda::EventInvokeConfig`.
 */
export class GateProvider extends Construct {
  /** Finds the place, or makes it, without any resource yet. */
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

  /** Lets the Lambda preview one more repository, and what else the gate of this repository needs. */
  public allowPreviewOf(repositoryArn: string, ...more: iam.PolicyStatement[]): void {
    this.allow(
      new iam.PolicyStatement({
        actions: ['ecr:StartLifecyclePolicyPreview', 'ecr:GetLifecyclePolicyPreview', 'ecr:GetLifecyclePolicy'],
        resources: [repositoryArn],
      }),
      ...more);
  }

  /** Lets the Lambda put a policy on one more repository, and take it off again. */
  public allowAttachingTo(repositoryArn: string): void {
    this.built.attachments.allowOn(repositoryArn);
  }

  /** Lets the Lambda store reports. */
  public allowReportsTo(bucket: s3.IBucket): void {
    if (this.reportBuckets.has(bucket)) return;
    this.reportBuckets.add(bucket);
    // Not grantPut: that also allows to tag, to lock and to abort uploads.
    this.allow(new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects('*')] }));
    bucket.encryptionKey?.grant(this.built.role, 'kms:GenerateDataKey');
  }

  /** A statement with a sid stands in the role once, however many gates ask for it. */
  public allow(...statements: iam.PolicyStatement[]): void {
    this.built.policies.allow(...statements);
    if (readsManifests(statements)) this.built.exclusion.need();
  }

  private get built(): Parts {
    this.parts ??= this.build();
    return this.parts;
  }

  private build(): Parts {
    const logGroup = new logs.LogGroup(this, 'Log', {
      // No name: CDK, by a feature flag, or an aspect of the organization may declare `/aws/lambda/<function>`, and
      // CloudFormation refuses a second log group of one name. A generated name also keeps the next stack clear of it.
      retention: logs.RetentionDays.ONE_YEAR,
      // The log tells why images expired. This is asked after the stack is deleted, too, and repositories outlive their
      // stacks. What was written expires all the same. A stack whose creation fails leaves nothing behind.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // A role of its own: the managed policy that CDK would attach lets a function write every log of the account.
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const policies = new RolePolicies(role);
    const attachments = new RetainedPolicies(
      role, 'Attachments', ['ecr:GetLifecyclePolicy', 'ecr:PutLifecyclePolicy', 'ecr:DeleteLifecyclePolicy'],
      new iam.PolicyStatement({
        sid: 'AttachmentMemory',
        actions: ['ssm:GetParameter', 'ssm:PutParameter', 'ssm:DeleteParameter'],
        // The name that the deployment gives: products and stack sets are deployed under others than CDK knows.
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
      // One that the region has, in every partition. The bundle runs on Node.js 20 and later.
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
    // The function waits for the exclusion by it, and so does each gate. The function itself does not read it.
    handler.addEnvironment('PULL_TIME_UPDATE_EXCLUSION', exclusion.reference);
    return { serviceToken: handler.functionArn, role, policies, attachments, exclusion };
  }
}
