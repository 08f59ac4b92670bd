import type { ECS, ECSClientConfig } from '@aws-sdk/client-ecs';
import type { Inspector2 } from '@aws-sdk/client-inspector2';
import type { Lambda } from '@aws-sdk/client-lambda';
import type { EventBridge, Scheduler } from './task-start-clients.js';
import type { InUseSourceId } from '../../core/judgment/guards/guard-kind';

/** One client per service. The source `ecs` needs three. */
export interface InUseClients {
  readonly ecs?: ECS;
  readonly eventBridge?: EventBridge;
  readonly scheduler?: Scheduler;
  readonly lambda?: Lambda;
  readonly inspector?: Inspector2;
}

/** The settings that the clients of all services share. */
export type ClientSettings = Pick<ECSClientConfig, 'region' | 'endpoint' | 'credentials' | 'maxAttempts' | 'retryMode' | 'requestHandler'>;

/**
 * Makes the clients of these sources, and loads only their packages.
 *
 * Modules that every gate loads import only types from these packages, so a gate without the guard never runs them.
 */
export async function loadInUseClients(sources: readonly InUseSourceId[], settings: ClientSettings = {}): Promise<InUseClients> {
  const load = <T>(id: InUseSourceId, make: () => Promise<T>) => (sources.includes(id) ? make() : undefined);
  const [ecs, eventBridge, scheduler, lambda, inspector] = await Promise.all([
    load('ecs', async () => new (await import('@aws-sdk/client-ecs')).ECS(settings)),
    load('ecs', async () => new (await import('./task-start-clients.js')).EventBridge(settings)),
    load('ecs', async () => new (await import('./task-start-clients.js')).Scheduler(settings)),
    load('lambda', async () => new (await import('@aws-sdk/client-lambda')).Lambda(settings)),
    load('inspector', async () => new (await import('@aws-sdk/client-inspector2')).Inspector2(settings)),
  ]);
  return { ecs, eventBridge, scheduler, lambda, inspector };
}
