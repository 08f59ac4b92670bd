import * as path from 'path';
import { Aws, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { allowFunctionOptions, applyFunctionOptions, applyTags } from './function-properties';
import { GateLog } from './gate-log';
import { GateNetwork } from './gate-network';
import { GateRole } from './gate-role';
import { explainRuntime } from './nag-reasons';
import { PullExclusion, readsManifests } from './pull-exclusion';
import { RetainedPolicies } from './retained-policies';
import { RolePolicies } from './role-policies';
import { MEMORY_PATH } from '../../core/attachment/ledger';
import { EXCLUSION_VARIABLE } from '../../protocol/function-variables';

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
  readonly role: GateRole;
  readonly policies: RolePolicies;
  readonly attachments: RetainedPolicies;
  readonly exclusion: PullExclusion;
}

/**
 * The Lambda function of a stack, shared by all its gates. Without a gate it is an empty construct.
 *
 *     gate -> function (the bundle) -> its role and policies -> log group
 *                    |-> exclusion of its pulls, if any gate reads manifests
 *                    |-> security group, if it runs in a VPC
 *
 * Options of `LifecycleGateFunction` can be set until the template is written, and are read then. So resources that depend on an
 * option always exist as constructs, and decide at that time if they are in the template.
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
    applyTags(this);
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
    const log = new GateLog(this, 'Log');
    // A separate role: the managed policy that CDK would attach allows a function to write all logs of the account.
    const role = new GateRole(this, 'Role');
    const network = new GateNetwork(this, 'Network');
    const policies = new RolePolicies(role);
    role.delegateTo((statement) => policies.allow(statement));
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
        resources: [log.arn],
      }),
      new iam.PolicyStatement({
        sid: 'OwnStack',
        actions: ['cloudformation:DescribeStacks', 'cloudformation:DescribeStackResource'],
        resources: [this.stack.stackId],
      }));
    allowFunctionOptions(this, network, policies);
    const handler = new lambda.Function(this, 'Handler', {
      description: 'Previews ECR lifecycle policies before they are applied (cdk-ecr-lifecycle)',
      // A runtime that the region supports, in every partition. The bundle runs on Node.js 20 and later.
      runtime: lambda.determineLatestNodeRuntime(this),
      handler: 'index.handler',
      code: lambda.Code.fromAsset(BUNDLE),
      timeout: Duration.minutes(15),
      role,
      logGroup: log.own,
    });
    explainRuntime(handler.node.defaultChild as lambda.CfnFunction);
    const exclusion = new PullExclusion(this, 'PullExclusion', role.usedArn);
    handler.addEnvironment(EXCLUSION_VARIABLE, exclusion.reference);
    applyFunctionOptions(handler, { role, log, network });
    return { serviceToken: handler.functionArn, role, policies, attachments, exclusion };
  }
}
