import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ECRClient } from '@aws-sdk/client-ecr';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { EventBus } from './eventbridge/event-bus.js';
import { ClientSettings, InUseClients, loadInUseClients } from './in-use/clients';
import { loadS3 } from './s3/report-bucket';
import { loadSsm } from './ssm/parameter-memory';
import type { InUseSourceId } from '../core/judgment/guards/guard-kind';

/** The AWS clients of the gate. Clients that few gates need are loaded on first use. */
export interface Clients {
  readonly ecr: ECRClient;
  readonly cloudFormation: CloudFormationClient;
  /** The number of calls per operation since the last reset, retries included. */
  readonly calls: CallCounter;
  inUse(sources: readonly InUseSourceId[]): Promise<InUseClients>;
  s3(): Promise<S3Client>;
  ssm(): Promise<SSMClient>;
  events(): Promise<EventBus>;
}

export function makeClients(settings: ClientSettings): Clients {
  const calls = new CallCounter();
  let inUse: InUseClients = {};
  let s3: S3Client | undefined;
  let ssm: SSMClient | undefined;
  let events: EventBus | undefined;
  return {
    ecr: calls.countCallsOf(new ECRClient(settings)),
    cloudFormation: calls.countCallsOf(new CloudFormationClient(settings)),
    calls,
    inUse: async (sources) => {
      const wanted = sources.filter((source) => !inUse[source]);
      const loaded = await loadInUseClients(wanted, settings);
      for (const client of Object.values(loaded)) if (client) calls.countCallsOf(client);
      inUse = { ...inUse, ...Object.fromEntries(Object.entries(loaded).filter(([, client]) => client)) };
      return inUse;
    },
    s3: async () => {
      s3 ??= calls.countCallsOf(loadS3(settings));
      return s3;
    },
    ssm: async () => {
      ssm ??= calls.countCallsOf(loadSsm(settings));
      return ssm;
    },
    events: async () => {
      events ??= calls.countCallsOf(new (await import('./eventbridge/event-bus.js')).EventBus(settings));
      return events;
    },
  };
}

interface Middleware {
  add(middleware: unknown, options: { readonly step: 'deserialize'; readonly name: string }): void;
}

/** Counts the requests that are sent, each retry of the SDK included. */
export class CallCounter {
  private counts: Record<string, number> = {};

  reset(): void {
    this.counts = {};
  }

  snapshot(): Readonly<Record<string, number>> {
    return { ...this.counts };
  }

  countCallsOf<T extends { readonly middlewareStack: object }>(client: T): T {
    const count = (next: (args: unknown) => unknown, { commandName }: { commandName?: string }) => (args: unknown) => {
      const operation = (commandName ?? 'unknown').replace(/Command$/, '');
      this.counts[operation] = (this.counts[operation] ?? 0) + 1;
      return next(args);
    };
    (client.middlewareStack as Middleware).add(count, { step: 'deserialize', name: 'countCalls' });
    return client;
  }
}
