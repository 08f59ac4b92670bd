import { Account, Cluster, ecsArn, Service, ServiceRevision, Task, TaskDefinition } from './account';
import { Context, jsonTarget, Operation, pageOf } from './operation';
import { ServiceError } from '../http/errors';
import type { Input } from '../http/input';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ListClusters: {
    action: 'ecs:ListClusters',
    serve: (input, context) => list('clusterArns', context.account.clusters.map((cluster) => clusterArn(context.account, cluster)), 'clusters', input, context),
  },
  ListServices: {
    action: 'ecs:ListServices',
    serve: (input, context) => {
      const cluster = clusterIn(input, context.account);
      return list('serviceArns', cluster.services.map((service) => serviceArn(context.account, cluster, service)), `services of ${cluster.name}`, input, context, 10);
    },
  },
  ListTasks: {
    action: 'ecs:ListTasks',
    serve: (input, context) => {
      const cluster = clusterIn(input, context.account);
      const wanted = input.oneOf('desiredStatus', ['RUNNING', 'STOPPED']) ?? 'RUNNING';
      const tasks = cluster.tasks.filter(({ desiredStatus = 'RUNNING' }) => desiredStatus === wanted);
      return list('taskArns', tasks.map((task) => taskArn(context.account, cluster, task)), `tasks of ${cluster.name}`, input, context);
    },
  },
  DescribeServices: {
    action: 'ecs:DescribeServices',
    resources: (input) => input.texts('services'),
    serve: (input, { account }) => {
      const cluster = clusterIn(input, account);
      const known = new Map(cluster.services.map((service) => [serviceArn(account, cluster, service), service]));
      return described('services', input.texts('services', { min: 1, max: 10 }), known, (arn, service) => serviceOnWire(account, cluster, arn, service));
    },
  },
  DescribeTasks: {
    action: 'ecs:DescribeTasks',
    resources: (input) => input.texts('tasks'),
    serve: (input, { account }) => {
      const cluster = clusterIn(input, account);
      const known = new Map(cluster.tasks.map((task) => [taskArn(account, cluster, task), task]));
      return described('tasks', input.texts('tasks', { min: 1, max: 100 }), known, (arn, task) => taskOnWire(account, cluster, arn, task));
    },
  },
  DescribeServiceRevisions: {
    action: 'ecs:DescribeServiceRevisions',
    // AWS requires the permission for both the revision and its service.
    resources: (input) => input.texts('serviceRevisionArns').flatMap((arn) => [arn, arn.replace(':service-revision/', ':service/').replace(/\/[^/]*$/, '')]),
    serve: (input, { account }) => {
      const known = new Map(account.clusters.flatMap((cluster) => cluster.services.flatMap((service) => (service.revisions ?? [])
        .filter(({ missing }) => !missing)
        .map((revision) => [revisionArn(account, cluster, service, revision), { cluster, service, revision }] as const))));
      return described('serviceRevisions', input.texts('serviceRevisionArns', { min: 1, max: 20 }), known, (arn, { cluster, service, revision }) => ({
        serviceRevisionArn: arn,
        serviceArn: serviceArn(account, cluster, service),
        clusterArn: clusterArn(account, cluster),
        containerImages: revision.containers.map((container, i) => ({ containerName: `container-${i}`, ...container })),
      }));
    },
  },
  DescribeTaskDefinition: {
    action: 'ecs:DescribeTaskDefinition',
    serve: (input, { account }) => {
      const asked = input.text('taskDefinition');
      const found = definitionNamed(asked, account);
      if (!found) throw new ServiceError('ClientException', 'Unable to describe task definition.');
      const [family, revision] = found.name.split(':');
      return {
        taskDefinition: {
          taskDefinitionArn: definitionArn(account, found.name),
          family,
          revision: Number(revision),
          status: found.status ?? 'ACTIVE',
          containerDefinitions: found.images.map((image, i) => ({ name: `container-${i}`, image })),
        },
      };
    },
  },
};

/** The operations of Amazon ECS that find running images: JSON 1.1, with the operation in a header. */
export const ecsRoute = jsonTarget('AmazonEC2ContainerServiceV20141113', OPERATIONS);

function list(name: string, arns: readonly string[], scope: string, input: Input, { pageSize }: Context, byDefault = 100): object {
  const wanted = input.optionalInteger('maxResults', { min: 1, max: 100 }) ?? byDefault;
  const { items, nextToken } = pageOf(arns, { scope, token: input.optionalText('nextToken'), atMost: Math.min(wanted, pageSize) });
  return { [name]: items, nextToken };
}

function described<T>(name: string, asked: readonly string[], known: ReadonlyMap<string, T>, onWire: (arn: string, found: T) => object): object {
  return {
    [name]: asked.filter((arn) => known.has(arn)).map((arn) => onWire(arn, known.get(arn)!)),
    failures: asked.filter((arn) => !known.has(arn)).map((arn) => ({ arn, reason: 'MISSING' })),
  };
}

/** Finds a task definition. A family without a revision means its newest ACTIVE revision. */
function definitionNamed(asked: string, account: Account): TaskDefinition | undefined {
  const revisionOf = ({ name }: TaskDefinition) => Number(name.split(':')[1]);
  const [newest] = account.taskDefinitions
    .filter(({ name, status = 'ACTIVE' }) => name.split(':')[0] === asked && status === 'ACTIVE')
    .sort((a, b) => revisionOf(b) - revisionOf(a));
  return newest ?? account.taskDefinitions.find(({ name }) => name === asked || definitionArn(account, name) === asked);
}

function clusterIn(input: Input, account: Account): Cluster {
  const asked = input.optionalText('cluster') ?? 'default';
  const cluster = account.clusters.find((candidate) => asked === candidate.name || asked === clusterArn(account, candidate));
  if (!cluster) throw new ServiceError('ClusterNotFoundException', 'Cluster not found.');
  return cluster;
}

function serviceOnWire(account: Account, cluster: Cluster, arn: string, service: Service): object {
  const { name, status = 'ACTIVE', taskDefinition, taskSets = [], revisions } = service;
  const { deployments = taskDefinition === undefined ? [] : [taskDefinition] } = service;
  return {
    serviceArn: arn,
    serviceName: name,
    clusterArn: clusterArn(account, cluster),
    status,
    ...(taskDefinition !== undefined && { taskDefinition: definitionArn(account, taskDefinition) }),
    deployments: deployments.map((definition, i) => ({
      id: `ecs-svc/${i}`, status: i === 0 ? 'PRIMARY' : 'ACTIVE', taskDefinition: definitionArn(account, definition),
    })),
    taskSets: taskSets.map((definition, i) => ({ id: `ecs-svc/${i}`, status: 'ACTIVE', taskDefinition: definitionArn(account, definition) })),
    ...(revisions && { currentServiceRevisions: revisions.map((revision) => ({ arn: revisionArn(account, cluster, service, revision) })) }),
  };
}

function taskOnWire(account: Account, cluster: Cluster, arn: string, { taskDefinition, group, desiredStatus = 'RUNNING', containers }: Task): object {
  return {
    taskArn: arn,
    clusterArn: clusterArn(account, cluster),
    taskDefinitionArn: definitionArn(account, taskDefinition),
    group: group ?? `family:${taskDefinition.split(':')[0]}`,
    desiredStatus,
    lastStatus: desiredStatus,
    containers: containers.map((container, i) => ({ name: `container-${i}`, taskArn: arn, ...container })),
  };
}

const clusterArn = (account: Account, { name }: Cluster) => ecsArn(account, `cluster/${name}`);
const serviceArn = (account: Account, cluster: Cluster, { name }: Service) => ecsArn(account, `service/${cluster.name}/${name}`);
const taskArn = (account: Account, cluster: Cluster, { id }: Task) => ecsArn(account, `task/${cluster.name}/${id}`);
const definitionArn = (account: Account, name: string) => ecsArn(account, `task-definition/${name}`);
const revisionArn = (account: Account, cluster: Cluster, service: Service, { id }: ServiceRevision) =>
  ecsArn(account, `service-revision/${cluster.name}/${service.name}/${id}`);
