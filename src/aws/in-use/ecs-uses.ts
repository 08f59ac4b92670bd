import type { ECS, Service, Task } from '@aws-sdk/client-ecs';
import { isDefined, unlessDeleted } from './call-action';
import { EcsReader } from './ecs-reader';
import { taskStarts, usesOfStart } from './ecs-starts';
import { ImageUse, RepositoryAddress, resolvedUseOf, useOf } from './image-use';
import type { EventBridge, Scheduler } from './task-start-clients';
import type { Call } from '../call';

/** The clients of ECS, and of the services that start its tasks by rule or by schedule. */
export interface EcsClients {
  readonly ecs: ECS;
  readonly eventBridge: EventBridge;
  readonly scheduler: Scheduler;
}

/**
 * Returns the images of this repository that ECS runs, or may have to pull at any moment:
 *
 *   a task      the digests that its containers run
 *   a service   the images of its task definition, and those of all its deployments and task sets, rollback targets included
 *   a service   the digests that ECS has resolved for its revisions. The tag may have moved since. A service that is scaled to
 *               zero has no task that shows these digests, but its future tasks pull them
 *   a start     the images of each task definition that an EventBridge rule or a schedule starts, also between two runs
 *
 * Task definitions that only Step Functions or a program starts are not found while none of their tasks is running.
 */
export async function ecsUses(clients: EcsClients, call: Call, repository: RepositoryAddress): Promise<readonly ImageUse[]> {
  const reader = new EcsReader(clients.ecs, call);
  const [running, started] = await Promise.all([usesOfClusters(reader, repository), usesOfStarts(clients, call, reader, repository)]);
  return [...running, ...started];
}

async function usesOfStarts(
  { eventBridge, scheduler }: EcsClients, call: Call, reader: EcsReader, repository: RepositoryAddress,
): Promise<ImageUse[]> {
  const starts = await taskStarts(eventBridge, scheduler, call);
  const uses = await Promise.all(starts.map((start) => usesOfStart(start, reader, repository)));
  return uses.flat();
}

async function usesOfClusters(reader: EcsReader, repository: RepositoryAddress): Promise<ImageUse[]> {
  const clusters = await reader.clusters();
  const uses = await Promise.all(clusters.map(async (cluster) => {
    const [ofServices, ofTasks] = await Promise.all([
      usesOfServices(reader, cluster, repository),
      usesOfTasks(reader, cluster, repository),
    ].map((work) => unlessDeleted(work, 'ClusterNotFoundException')));
    return [...ofServices ?? [], ...ofTasks ?? []];
  }));
  return uses.flat();
}

async function usesOfServices(reader: EcsReader, cluster: string, repository: RepositoryAddress): Promise<ImageUse[]> {
  const services = (await reader.services(cluster)).filter(({ status }) => status !== 'INACTIVE');
  const names = new Map(services.map((service) => [service.serviceArn, `ECS service ${lastPart(cluster)}/${service.serviceName}`]));
  const [byDefinition, byRevision] = await Promise.all([
    Promise.all(services.map((service) => usesOfDefinitions(reader, definitionsOf(service), repository, names.get(service.serviceArn)!))),
    usesOfRevisions(reader, services, names, repository),
  ]);
  return [...byDefinition.flat(), ...byRevision];
}

async function usesOfRevisions(
  reader: EcsReader, services: readonly Service[], names: ReadonlyMap<string | undefined, string>, repository: RepositoryAddress,
): Promise<ImageUse[]> {
  const arns = services.flatMap(({ currentServiceRevisions }) => currentServiceRevisions ?? []).map(({ arn }) => arn).filter(isDefined);
  const revisions = await reader.serviceRevisions(arns);
  return revisions
    .flatMap(({ serviceArn, containerImages }) => (containerImages ?? []).map(({ image, imageDigest }) =>
      resolvedUseOf(image, imageDigest, repository, names.get(serviceArn) ?? `ECS service ${lastPart(serviceArn)}`)))
    .filter(isDefined);
}

async function usesOfTasks(reader: EcsReader, cluster: string, repository: RepositoryAddress): Promise<ImageUse[]> {
  const tasks = await reader.tasks(cluster);
  const uses = await Promise.all(tasks.map(async (task) => {
    const { containers = [], taskDefinitionArn } = task;
    const usedBy = nameOf(task, lastPart(cluster));
    // Old agents and newly placed tasks do not report all images, so the images of the task definition count as well.
    const isIncomplete = containers.length === 0 || containers.some(({ image }) => image === undefined);
    return [
      ...containers.map(({ image, imageDigest }) => resolvedUseOf(image, imageDigest, repository, usedBy)).filter(isDefined),
      ...await usesOfDefinitions(reader, isIncomplete ? [taskDefinitionArn] : [], repository, usedBy),
    ];
  }));
  return uses.flat();
}

async function usesOfDefinitions(
  reader: EcsReader, definitions: readonly (string | undefined)[], repository: RepositoryAddress, usedBy: string,
): Promise<ImageUse[]> {
  const described = await Promise.all([...new Set(definitions)].filter(isDefined).map((definition) => reader.definition(definition)));
  return described.flatMap(({ images }) => images).map((image) => useOf(image, repository, usedBy)).filter(isDefined);
}

function definitionsOf({ taskDefinition, deployments, taskSets }: Service): (string | undefined)[] {
  return [taskDefinition, ...[...deployments ?? [], ...taskSets ?? []].map((part) => part.taskDefinition)];
}

/** Tasks are short-lived, so they are named by their service or their task definition. */
function nameOf({ group, taskDefinitionArn }: Task, cluster: string): string {
  return group?.startsWith('service:')
    ? `ECS service ${cluster}/${group.slice('service:'.length)}`
    : `ECS task ${cluster}/${lastPart(taskDefinitionArn)}`;
}

/** Returns `shop` of `arn:aws:ecs:us-east-1:111122223333:cluster/shop`. */
function lastPart(arn: string | undefined): string {
  return arn?.split('/').at(-1) ?? 'unknown';
}
