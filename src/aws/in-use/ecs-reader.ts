import type { ECS, Failure, Service, ServiceRevision, Task } from '@aws-sdk/client-ecs';
import { allPages, batches, CallAction, makeCallAction, required } from './call-action';
import type { Call, CallOptions } from '../call';
import { GateError } from '../errors';

/** The maximum page size of ECS. */
const PAGE_SIZE = 100;
/** The maximum numbers of resources per request. */
const SERVICES_PER_CALL = 10;
const TASKS_PER_CALL = 100;
const REVISIONS_PER_CALL = 20;

const DESCRIBE_DEFINITION = 'ecs:DescribeTaskDefinition';

export interface DescribedDefinition {
  readonly arn: string;
  readonly status: string | undefined;
  /** The image URI of each container. */
  readonly images: readonly string[];
}

interface Described<T> {
  readonly found: readonly T[] | undefined;
  readonly failures: readonly Failure[] | undefined;
}

/** Reads the resources of ECS, all pages of each list. */
export class EcsReader {
  private readonly callAction: CallAction;
  private readonly definitions = new Map<string, Promise<DescribedDefinition>>();

  constructor(private readonly client: ECS, call: Call) {
    this.callAction = makeCallAction(call);
  }

  clusters(): Promise<string[]> {
    return allPages((nextToken) => this.callAction('ecs:ListClusters', async (options) => {
      const answer = await this.client.listClusters({ nextToken, maxResults: PAGE_SIZE }, options);
      return { items: answer.clusterArns, nextToken: answer.nextToken };
    }));
  }

  async services(cluster: string): Promise<Service[]> {
    const arns = await allPages((nextToken) => this.callAction('ecs:ListServices', async (options) => {
      const answer = await this.client.listServices({ cluster, nextToken, maxResults: PAGE_SIZE }, options);
      return { items: answer.serviceArns, nextToken: answer.nextToken };
    }));
    return this.describe('ecs:DescribeServices', arns, SERVICES_PER_CALL, async (services, options) => {
      const answer = await this.client.describeServices({ cluster, services }, options);
      return { found: answer.services, failures: answer.failures };
    });
  }

  /** Returns the tasks whose desired status is RUNNING, both those of services and standalone ones. */
  async tasks(cluster: string): Promise<Task[]> {
    const arns = await allPages((nextToken) => this.callAction('ecs:ListTasks', async (options) => {
      const answer = await this.client.listTasks({ cluster, nextToken, maxResults: PAGE_SIZE }, options);
      return { items: answer.taskArns, nextToken: answer.nextToken };
    }));
    return this.describe('ecs:DescribeTasks', arns, TASKS_PER_CALL, async (tasks, options) => {
      const answer = await this.client.describeTasks({ cluster, tasks }, options);
      return { found: answer.tasks, failures: answer.failures };
    });
  }

  /** Returns service revisions. ECS does not have those of deployments before 25 October 2024. */
  serviceRevisions(arns: readonly string[]): Promise<ServiceRevision[]> {
    return this.describe('ecs:DescribeServiceRevisions', arns, REVISIONS_PER_CALL, async (serviceRevisionArns, options) => {
      const answer = await this.client.describeServiceRevisions({ serviceRevisionArns }, options);
      return { found: answer.serviceRevisions, failures: answer.failures };
    });
  }

  /**
   * Returns a task definition. Services, rules and schedules may share one, so each is read once.
   *
   * @param taskDefinition An ARN, `family:revision`, or `family` for the newest active revision.
   */
  definition(taskDefinition: string): Promise<DescribedDefinition> {
    let definition = this.definitions.get(taskDefinition);
    if (!definition) {
      definition = this.describeDefinition(taskDefinition);
      this.definitions.set(taskDefinition, definition);
    }
    return definition;
  }

  private async describeDefinition(taskDefinition: string): Promise<DescribedDefinition> {
    const answer = await this.callAction(DESCRIBE_DEFINITION, (options) => this.client.describeTaskDefinition({ taskDefinition }, options));
    const { taskDefinitionArn = taskDefinition, status, containerDefinitions } = required(answer.taskDefinition, DESCRIBE_DEFINITION, `taskDefinition of ${taskDefinition}`);
    const containers = required(containerDefinitions, DESCRIBE_DEFINITION, `containerDefinitions of ${taskDefinition}`);
    return {
      arn: taskDefinitionArn,
      status,
      images: containers.map(({ name, image }) => required(image, DESCRIBE_DEFINITION, `the image of container ${name} of ${taskDefinition}`)),
    };
  }

  private async describe<T>(
    action: string, arns: readonly string[], batchSize: number, request: (arns: string[], options: CallOptions) => Promise<Described<T>>,
  ): Promise<T[]> {
    const answers = await Promise.all(batches(arns, batchSize).map(async (batch) => {
      const { found = [], failures = [] } = await this.callAction(action, (options) => request(batch, options));
      // A missing resource was deleted after it was listed, so it does not use an image. Any other failure leaves its use unknown.
      const failure = failures.find(({ reason }) => reason !== 'MISSING');
      if (failure) {
        const { arn, reason, detail } = failure;
        throw new GateError('UnknownImageUse', `${action} did not return ${arn}: ${[reason, detail].filter(Boolean).join(', ')}; try again`);
      }
      if (found.length + failures.length < batch.length) {
        throw new GateError('UnknownImageUse', `${action} returned ${found.length} of ${batch.length} resources; try again`);
      }
      return found;
    }));
    return answers.flat();
  }
}
