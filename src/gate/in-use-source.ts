import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { InUseSourceId } from '../core/judgement/guards/guard-kind';

/**
 * Who says which images are in use, in the account and region of the gate.
 *
 * What runs elsewhere, in another account or on machines of your own, nobody here can see: protect it by tag.
 */
export class InUseSource {
  /**
   * Asks Amazon ECS for the images of tasks, and of every task definition and revision that a service, an EventBridge rule or
   * a schedule of EventBridge Scheduler may start tasks of.
   *
   * A task definition that names a tag is looked up by that tag. Rules of all event buses and schedules of all groups count,
   * disabled ones too: they are enabled again when they are needed, and an expired image does not come back. A rule or a
   * schedule whose task definition was deregistered, or does not exist, uses no image. Not seen are task definitions that
   * only Step Functions, EventBridge Pipes or a program starts, while no task of them runs: protect their images by tag.
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
        sid: 'EventRules', // of the default event bus, and of all others: rule/bus/name
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
   * AWS Lambda: the images that functions run, their latest code and every published version, by digest.
   *
   * Lambda does not pull an image again after it was deployed: without this source such images look unused.
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
   * Needs continuous enhanced scanning of the repository. Inspector answers only for images that it monitors: the gate fails
   * with `UncoveredImage` if the policy would act on an image that Inspector does not list, or whose scan is not active, for
   * instance because the re-scan duration has passed. An image index is known if each of its parts is.
   *
   * @see https://docs.aws.amazon.com/inspector/latest/user/scanning-ecr.html
   */
  public static inspector(): InUseSource {
    return new InUseSource('inspector', (stack) => [
      new iam.PolicyStatement({
        sid: 'InspectorCoverage',
        actions: ['inspector2:ListCoverage'],
        resources: [stack.formatArn({ service: 'inspector2', resource: '/coverage/list', arnFormat: ArnFormat.NO_RESOURCE_NAME })],
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
