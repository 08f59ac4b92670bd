import type { ECS, Failure, Service, ServiceRevision, Task } from '@aws-sdk/client-ecs';
import { allPages, Ask, asking, batches, present } from './asking';
import type { Call, CallOptions } from '../call';
import { GateError } from '../errors';

/** The most that ECS lists, or takes, a call. */
const PAGE_SIZE = 100;
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

/** What there is in ECS, all pages of it. */
export class EcsReader {
  private readonly ask: Ask;
  private readonly definitions = new Map<string, Promise<DescribedDefinition>>();

  constructor(private readonly client: ECS, call: Call) {
    this.ask = asking(call);
  }

  clusters(): Promise<string[]> {
    return allPages((nextToken) => this.ask('ecs:ListClusters', async (options) => {
      const answer = await this.client.listClusters({ nextToken, maxResults: PAGE_SIZE }, options);
      return { items: answer.clusterArns, nextToken: answer.nextToken };
    }));
  }

  async services(cluster: string): Promise<Service[]> {
    const arns = await allPages((nextToken) => this.ask('ecs:ListServices', async (options) => {
      const answer = await this.client.listServices({ cluster, nextToken, maxResults: PAGE_SIZE }, options);
      return { items: answer.serviceArns, nextToken: answer.nextToken };
    }));
    return this.describe('ecs:DescribeServices', arns, SERVICES_PER_CALL, async (services, options) => {
      const answer = await this.client.describeServices({ cluster, services }, options);
      return { found: answer.services, failures: answer.failures };
    });
  }

  /** All that shall run: those of services and those started by themselves. */
  async tasks(cluster: string): Promise<Task[]> {
    const arns = await allPages((nextToken) => this.ask('ecs:ListTasks', async (options) => {
      const answer = await this.client.listTasks({ cluster, nextToken, maxResults: PAGE_SIZE }, options);
      return { items: answer.taskArns, nextToken: answer.nextToken };
    }));
    return this.describe('ecs:DescribeTasks', arns, TASKS_PER_CALL, async (tasks, options) => {
      const answer = await this.client.describeTasks({ cluster, tasks }, options);
      return { found: answer.tasks, failures: answer.failures };
    });
  }

  /** Those from before 25 October 2024 are not known to ECS any more. */
  serviceRevisions(arns: readonly string[]): Promise<ServiceRevision[]> {
    return this.describe('ecs:DescribeServiceRevisions', arns, REVISIONS_PER_CALL, async (serviceRevisionArns, options) => {
      const answer = await this.client.describeServiceRevisions({ serviceRevisionArns }, options);
      return { found: answer.serviceRevisions, failures: answer.failures };
    });
  }

  /**
   * Services, rules and schedules may share a task definition, so each one is asked for once.
   *
   * @param taskDefinition ARN, `family:revision`, or `family` for the newest active revision
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
    const answer = await this.ask(DESCRIBE_DEFINITION, (options) => this.client.describeTaskDefinition({ taskDefinition }, options));
    const { taskDefinitionArn = taskDefinition, status, containerDefinitions } = present(answer.taskDefinition, DESCRIBE_DEFINITION, `taskDefinition of ${taskDefinition}`);
    const containers = present(containerDefinitions, DESCRIBE_DEFINITION, `containerDefinitions of ${taskDefinition}`);
    return {
      arn: taskDefinitionArn,
      status,
      images: containers.map(({ name, image }) => present(image, DESCRIBE_DEFINITION, `the image of container ${name} of ${taskDefinition}`)),
    };
  }

  private async describe<T>(
    action: string, arns: readonly string[], atOnce: number, request: (arns: string[], options: CallOptions) => Promise<Described<T>>,
  ): Promise<T[]> {
    const answers = await Promise.all(batches(arns, atOnce).map(async (batch) => {
      const { found = [], failures = [] } = await this.ask(action, (options) => request(batch, options));
      // What has gone since it was listed uses nothing. Whatever else is not told might.
      const failure = failures.find(({ reason }) => reason !== 'MISSING');
      if (failure) {
        const { arn, reason, detail } = failure;
        throw new GateError('UnknownImageUse', `${action} does not tell of ${arn}: ${[reason, detail].filter(Boolean).join(', ')}; try again`);
      }
      if (found.length + failures.length < batch.length) {
        throw new GateError('UnknownImageUse', `${action} tells of ${found.length} out of ${batch.length} that it was asked for; try again`);
      }
      return found;
    }));
    return answers.flat();
  }
}
