import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { InUseSourceId } from '../core/judgment/guards/guard-kind';

/**
 * A service that reports images as in use, in the account and region of the gate.
 *
 * A gate cannot see images that run in another account, in another region or outside of AWS. Protect those images by tag.
 *
 * @example
 * new GatedRepository(this, 'Repository', {
 *   guards: [LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda())],
 * });
 */
export class InUseSource {
  /**
   * Reports the images of Amazon ECS tasks, and of the task definitions that services, EventBridge rules and schedules can start.
   *
   * An image that a task definition names by a tag is looked up by that tag. Rules of all event buses and schedules of all groups
   * count, including disabled ones, because they may be enabled again, and an expired image cannot be restored. A rule or a schedule
   * whose task definition is deregistered or does not exist uses no image. The gate does not see task definitions that only Step
   * Functions, EventBridge Pipes or a program starts, unless one of their tasks is running. Protect their images by tag.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/scheduling_tasks.html
   */
  public static ecs(): InUseSource {
    return new InUseSource('ecs', (stack) => [
      new iam.PolicyStatement({
        sid: 'EcsListing', // AWS defines no resource for these calls
        actions: ['ecs:ListClusters', 'ecs:ListServices', 'ecs:ListTasks', 'ecs:DescribeTaskDefinition'],
        resources: ['*'],
      }),
      new iam.PolicyStatement({
        sid: 'EcsReading',
        actions: ['ecs:DescribeServices', 'ecs:DescribeServiceRevisions', 'ecs:DescribeTasks'],
        resources: ['service', 'service-revision', 'task'].map((resource) => stack.formatArn({ service: 'ecs', resource, resourceName: '*' })),
      }),
      new iam.PolicyStatement({
        sid: 'EventListing', // AWS defines no resource for these calls
        actions: ['events:ListEventBuses', 'events:ListRules', 'scheduler:ListSchedules'],
        resources: ['*'],
      }),
      new iam.PolicyStatement({
        sid: 'EventRules', // of the default event bus, and of all other buses: rule/bus/name
        actions: ['events:ListTargetsByRule'],
        resources: [stack.formatArn({ service: 'events', resource: 'rule', resourceName: '*' })],
      }),
      new iam.PolicyStatement({
        sid: 'Schedules',
        actions: ['scheduler:GetSchedule'],
        resources: [stack.formatArn({ service: 'scheduler', resource: 'schedule', resourceName: '*/*' })],
      }),
    ]);
  }

  /**
   * Reports the images of AWS Lambda functions, by digest.
   *
   * The latest code and every published version count. Lambda does not pull an image again after its deployment, so images of
   * functions look unused without this source.
   */
  public static lambda(): InUseSource {
    return new InUseSource('lambda', (stack) => [
      new iam.PolicyStatement({
        sid: 'LambdaListing', // AWS defines no resource for this call
        actions: ['lambda:ListFunctions'],
        resources: ['*'],
      }),
      new iam.PolicyStatement({
        sid: 'LambdaReading',
        actions: ['lambda:GetFunction'],
        resources: [stack.formatArn({ service: 'lambda', resource: 'function', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME })],
      }),
    ]);
  }

  /**
   * Reports images that Amazon Inspector has seen running on ECS or EKS.
   *
   * The repository needs continuous enhanced scanning. Inspector only covers images that it monitors: the gate fails with
   * `UncoveredImage` if the policy would act on an image that Inspector does not list, or whose scan is not active, for example
   * because the re-scan duration has passed. An image index is covered if all images that it refers to are covered.
   *
   * @see https://docs.aws.amazon.com/inspector/latest/user/scanning-ecr.html
   */
  public static inspector(): InUseSource {
    return new InUseSource('inspector', () => [
      new iam.PolicyStatement({
        sid: 'InspectorCoverage', // AWS defines no resource for this call
        actions: ['inspector2:ListCoverage'],
        resources: ['*'],
      }),
    ]);
  }

  private constructor(
    /** @internal */
    public readonly _id: InUseSourceId,
    private readonly permissions: (stack: Stack) => iam.PolicyStatement[],
  ) {}

  /** @internal */
  public _permissions(stack: Stack): iam.PolicyStatement[] {
    return this.permissions(stack);
  }
}
