import type { ECS, ECSClientConfig } from '@aws-sdk/client-ecs';
import type { Inspector2 } from '@aws-sdk/client-inspector2';
import type { Lambda } from '@aws-sdk/client-lambda';
import type { EventBridge } from './eventbridge-client.js';
import type { Scheduler } from './scheduler-client.js';
import type { InUseSourceId } from '../../core/judgement/guards/guard-kind';

/** A client for each service that is asked. The source `ecs` asks three. */
export interface InUseClients {
  readonly ecs?: ECS;
  readonly eventBridge?: EventBridge;
  readonly scheduler?: Scheduler;
  readonly lambda?: Lambda;
  readonly inspector?: Inspector2;
}

/** What the clients of all services have in common. */
export type ClientSettings = Pick<ECSClientConfig, 'region' | 'endpoint' | 'credentials' | 'maxAttempts' | 'retryMode' | 'requestHandler'>;

/**
 * Makes the clients of these sources, and loads no others.
 *
 * Nothing that a gate loads at its start imports more than types from these packages: a gate without the guard never runs them.
 */
export async function loadInUseClients(sources: readonly InUseSourceId[], settings: ClientSettings = {}): Promise<InUseClients> {
  const load = <T>(id: InUseSourceId, make: () => Promise<T>) => (sources.includes(id) ? make() : undefined);
  const [ecs, eventBridge, scheduler, lambda, inspector] = await Promise.all([
    load('ecs', async () => new (await import('@aws-sdk/client-ecs')).ECS(settings)),
    load('ecs', async () => new (await import('./eventbridge-client.js')).EventBridge(settings)),
    load('ecs', async () => new (await import('./scheduler-client.js')).Scheduler(settings)),
    load('lambda', async () => new (await import('@aws-sdk/client-lambda')).Lambda(settings)),
    load('inspector', async () => new (await import('@aws-sdk/client-inspector2')).Inspector2(settings)),
  ]);
  return { ecs, eventBridge, scheduler, lambda, inspector };
}
