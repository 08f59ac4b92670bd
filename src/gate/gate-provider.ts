import * as path from 'path';
import { Aws, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { LastingPolicies } from './lasting-policies';
import { explainRuntime } from './nag-reasons';
import { RolePolicies } from './role-policies';
import { MEMORY_PATH } from '../core/attachment/ledger';

/** Part of every gate's identity: a change would replace the provider under gates that are deployed. */
const ID = 'cdk-ecr-lifecycle.LifecyclePreviewGateProvider';

const BUNDLE = path.join(__dirname, '..', '..', 'assets', 'lifecycle-preview-gate');

/** The longest that a gate may take: a Lambda has 15 minutes, and the answer needs a moment. */
export const LONGEST_TIMEOUT = Duration.minutes(14);

/** After this CloudFormation no longer waits for an answer, should one ever be lost. */
export const SERVICE_TIMEOUT = Duration.minutes(15);

/** What there is once a stack has a gate. */
interface Parts {
  readonly serviceToken: string;
  readonly role: iam.Role;
  readonly policies: RolePolicies;
  readonly attachments: LastingPolicies;
}

/**
 * The one Lambda and the one provider of a stack, however many gates it has. Without a gate it is an empty construct.
 *
 *     gate -> framework function (CDK) -> handler (the bundle) -> its role and policies
 *                      |-> policy to write the log -> log group
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
        actions: ['ecr:StartLifecyclePolicyPreview', 'ecr:GetLifecyclePolicyPreview'],
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
  }

  private get built(): Parts {
    this.parts ??= this.build();
    return this.parts;
  }

  private build(): Parts {
    // Roles of its own: the managed policy that CDK would attach lets a function write every log of the account.
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const policies = new RolePolicies(role);
    const attachments = new LastingPolicies(
      role, 'Attachments', ['ecr:GetLifecyclePolicy', 'ecr:PutLifecyclePolicy', 'ecr:DeleteLifecyclePolicy'],
      new iam.PolicyStatement({
        sid: 'AttachmentMemory',
        actions: ['ssm:GetParameter', 'ssm:PutParameter', 'ssm:DeleteParameter'],
        // The name that the deployment gives: products and stack sets are deployed under others than CDK knows.
        resources: [this.stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: `${MEMORY_PATH}/${Aws.STACK_NAME}/*` })],
      }));
    policies.allow(new iam.PolicyStatement({
      sid: 'OwnStack',
      actions: ['cloudformation:DescribeStacks', 'cloudformation:DescribeStackResource'],
      resources: [this.stack.stackId],
    }));
    const handler = new lambda.Function(this, 'Handler', {
      description: 'Previews ECR lifecycle policies before they are applied (cdk-ecr-lifecycle)',
      // What the framework's function beside it runs on: one that the region has, in every partition. The bundle runs on
      // Node.js 20 and later.
      runtime: lambda.determineLatestNodeRuntime(this),
      handler: 'index.handler',
      code: lambda.Code.fromAsset(BUNDLE),
      timeout: Duration.minutes(15),
      memorySize: 512,
      role,
    });
    const serviceToken = this.buildProvider(role, handler);
    for (const construct of this.node.findAll()) {
      if (CfnResource.isCfnResource(construct) && construct.cfnResourceType === lambda.CfnFunction.CFN_RESOURCE_TYPE_NAME) explainRuntime(construct);
    }
    return { serviceToken, role, policies, attachments };
  }

  private buildProvider(role: iam.Role, handler: lambda.Function): string {
    const frameworkRole = new iam.Role(this, 'FrameworkRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    frameworkRole.addToPolicy(new iam.PolicyStatement({
      actions: ['lambda:InvokeFunction', 'lambda:GetFunction'],
      resources: [handler.functionArn],
    }));
    const logGroup = new logs.LogGroup(this, 'Log', {
      // The default name of the handler's log: the framework names it to people when a gate fails.
      logGroupName: `/aws/lambda/${handler.functionName}`,
      retention: logs.RetentionDays.ONE_YEAR,
      // Why images went is asked after the stack is gone, too, and repositories outlive their stacks. What was written
      // expires all the same, and the random suffix of the name keeps the next stack clear of it. A stack whose creation
      // fails leaves nothing behind.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // Not below a role in the tree: the handler waits for its role, and the log's name waits for the handler.
    const logPolicy = new iam.CfnPolicy(this, 'LogPolicy', {
      policyName: 'WriteLog',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: logGroup.logGroupArn }],
      },
      roles: [role.roleName, frameworkRole.roleName],
    });
    // Synchronous on purpose: with an isComplete handler, events with a long policy do not fit Step Functions.
    const provider = new Provider(this, 'Provider', {
      onEventHandler: handler,
      // CDK would allow it every version of the handler.
      frameworkOnEventRole: frameworkRole.withoutPolicyUpdates(),
      logGroup,
    });
    provider.node.addDependency(logPolicy);
    return provider.serviceToken;
  }
}
