import { SimulatedClock } from './clock';
import { Call, Dispatcher } from './dispatcher';
import { LifecycleAction, runLifecycle } from './lifecycle-run';
import { Registry } from './registry';
import { HttpServer } from './server';
import type { Authorize, PrincipalOf } from '../http/authorization';
import { Faults } from '../http/faults';

export interface EmbeddedEcrOptions {
  /** The initial time of the simulated clock, in milliseconds since 1970. @default 2026-01-01T00:00:00Z */
  readonly now?: number;
  /** The real time until each answer. @default 0 */
  readonly latencyMs?: number;
  /** The real time that a preview stays IN_PROGRESS. @default 0: a preview is complete at the first read */
  readonly previewMs?: number;
  /** @default 111122223333 */
  readonly accountId?: string;
  /** @default us-east-1 */
  readonly region?: string;
  /** @default all callers may perform all actions */
  readonly authorize?: Authorize;
  /** @default no caller is a known role or user, so the pulls of all callers are recorded */
  readonly principalOf?: PrincipalOf;
  /** True if a push fails when layers of its manifest were not uploaded, as in the real service. @default false */
  readonly requireLayers?: boolean;
  /** @default any free port */
  readonly port?: number;
}

/**
 * Amazon ECR for development: an HTTP server on the loopback interface for the AWS SDKs and the AWS CLI.
 *
 * It evaluates policies with this library's own core. So tests against it prove how the library behaves around ECR, and
 * not how ECR evaluates policies.
 */
export class EmbeddedEcr {
  static async start(options: EmbeddedEcrOptions = {}): Promise<EmbeddedEcr> {
    const ecr = new EmbeddedEcr(options);
    await ecr.server.start(options.port);
    return ecr;
  }

  readonly registry: Registry;
  readonly clock: SimulatedClock;
  readonly faults = new Faults();
  private readonly dispatcher: Dispatcher;
  private readonly server: HttpServer;

  private constructor(options: EmbeddedEcrOptions) {
    this.clock = new SimulatedClock(options.now ?? Date.UTC(2026, 0, 1));
    this.registry = new Registry({
      clock: this.clock,
      accountId: options.accountId ?? '111122223333',
      region: options.region ?? 'us-east-1',
      previewMs: options.previewMs ?? 0,
    });
    const context = {
      registry: this.registry,
      clock: this.clock,
      requireLayers: options.requireLayers ?? false,
      endpoint: () => this.endpoint,
    };
    this.dispatcher = new Dispatcher(context, this.faults, options.authorize, options.principalOf);
    this.server = new HttpServer(this.dispatcher, this.registry, options.latencyMs ?? 0);
  }

  get endpoint(): string {
    return this.server.endpoint;
  }

  /** All calls so far, in order of arrival. */
  get calls(): readonly Call[] {
    return this.dispatcher.calls;
  }

  /** Advances the clock by 24 hours and applies the live policies. */
  runLifecycle(): LifecycleAction[] {
    return runLifecycle(this.registry, this.clock);
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
