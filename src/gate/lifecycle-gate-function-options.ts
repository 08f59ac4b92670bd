import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';

/**
 * Options for the functions behind the gates.
 *
 * If scopes are nested, each option has the value of the innermost scope that sets it. Maps and lists are never merged.
 */
export interface LifecycleGateFunctionOptions {
  /**
   * Excludes the manifests that a gate reads from the recorded pull times of images.
   *
   * A gate reads the manifests of image indexes, and ECR records that as a pull unless the role of the function is excluded. Each
   * stack whose gates read manifests adds one `AWS::ECR::PullTimeUpdateExclusion`. An account can have at most 100 exclusions per
   * region. Without the exclusion, `protectPulledWithin` and lifecycle rules that act on the pull age treat the images that a gate
   * has read as pulled.
   *
   * @default true
   * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RegisterPullTimeUpdateExclusion.html
   */
  readonly excludePulls?: boolean;

  /**
   * The VPC in which the function runs.
   *
   * The function needs a way to the AWS services that it calls, and to Amazon S3, where CloudFormation expects its response. That
   * is a NAT gateway, VPC endpoints or a proxy. Without it, a deployment, a rollback or a deletion waits for an hour and then fails.
   *
   * @default the function does not run in a VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of the VPC in which the function runs.
   *
   * A function in a public subnet has no access to the internet.
   *
   * @default the private subnets of the VPC, as `IVpc.selectSubnets` chooses them
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of the function in the VPC.
   *
   * They must allow outbound HTTPS.
   *
   * @default each stack creates one security group, which allows all outbound traffic
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Environment variables of the function.
   *
   * `HTTPS_PROXY` and `NO_PROXY` apply to the calls to AWS services and to the response to CloudFormation. `NODE_EXTRA_CA_CERTS` is
   * the path of a file with certificates, for example in a layer below `/opt`. The variables that the library sets itself are
   * rejected.
   *
   * @default no additional variables
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
   */
  readonly environment?: { [name: string]: string };

  /**
   * Layers of the function, for example with the certificates of a proxy.
   *
   * @default no layers
   */
  readonly layers?: lambda.ILayerVersion[];

  /**
   * The log group of the function.
   *
   * It replaces the log group that the stack creates otherwise, so `logRetention` and `logEncryptionKey` have no effect on it.
   *
   * @default each stack with a gate creates a log group, which is retained when the stack is deleted
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * The time for which the log is kept.
   *
   * The log records which images a policy was allowed to expire.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * The KMS key that encrypts the log.
   *
   * The policy of the key must allow the service principal of CloudWatch Logs to use it. Otherwise, the log group cannot be created.
   *
   * @default CloudWatch Logs encrypts the log with a key of its own
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   */
  readonly logEncryptionKey?: kms.IKey;

  /**
   * The memory of the function in MB, from 256 to 10,240.
   *
   * @default 512, which is enough for repositories with 100,000 images
   */
  readonly memorySize?: number;

  /**
   * The role of the function.
   *
   * Lambda must be allowed to assume it. The library attaches the permissions of the gates to it, unless the role is imported with
   * `mutable: false`. Then the role needs the permissions before the first gate runs.
   *
   * @default each stack with a gate creates a role
   */
  readonly role?: iam.IRole;

  /**
   * The permissions boundary of the role that the stack creates.
   *
   * It has no effect on a role that is passed as `role`. A boundary that `PermissionsBoundary.of` applies takes precedence.
   *
   * @default no permissions boundary
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * The maximum number of managed policies per role in the account, from 1 to 25.
   *
   * Permissions that do not fit into the inline policy of a role are attached as managed policies. Synthesis fails with
   * `ExceededPolicyQuota` if there are more than this number. Set it if AWS has raised the quota of the account.
   *
   * @default 10, the default quota of IAM
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
   */
  readonly managedPolicyQuota?: number;

  /**
   * The maximum number of gates of a stack that run at the same time.
   *
   * It is reserved from the concurrency of the account. Further gates wait in the queue of Lambda, and CloudFormation waits for each
   * gate for an hour at most. A low number makes deployments of many repositories slow, and rollbacks too.
   *
   * @default no reserved concurrency
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * The queue for events that the function could not handle after three attempts.
   *
   * @default no queue
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * Controls whether AWS X-Ray traces the function.
   *
   * @default Tracing.DISABLED
   */
  readonly tracing?: lambda.Tracing;

  /**
   * The processor architecture of the function.
   *
   * @default the default of Lambda, which is x86_64
   */
  readonly architecture?: lambda.Architecture;

  /**
   * Tags of the function, of its role, of its log group and of its security group.
   *
   * They take precedence over tags from `Tags.of` with the same keys.
   *
   * @default no additional tags
   */
  readonly tags?: { [key: string]: string };

  /**
   * The event bus that receives an event for each gate that fails or warns.
   *
   * The function waits for the event bus for a few seconds at most, after it has responded to CloudFormation, and a failure does not change
   * the verdict. The bus must be in the region of the stack.
   *
   * @default no events
   */
  readonly eventBus?: events.IEventBus;
}
