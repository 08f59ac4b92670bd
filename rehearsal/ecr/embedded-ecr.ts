import { SimulatedClock } from './clock';
import { Call, Dispatcher } from './dispatcher';
import { LifecycleAction, runLifecycle } from './lifecycle-run';
import { Registry } from './registry';
import { HttpServer } from './server';
import type { Authorize, PrincipalOf } from '../http/authorization';
import { Faults } from '../http/faults';

export interface EmbeddedEcrOptions {
  /** Where its own clock starts, in milliseconds since 1970. @default 2026-01-01T00:00:00Z */
  readonly now?: number;
  /** How long each answer takes, in real time. @default 0 */
  readonly latencyMs?: number;
  /** How long a preview stays IN_PROGRESS, in real time. @default 0: it is over when it is first asked for */
  readonly previewMs?: number;
  /** @default 111122223333 */
  readonly accountId?: string;
  /** @default us-east-1 */
  readonly region?: string;
  /** @default everybody may do everything */
  readonly authorize?: Authorize;
  /** @default no caller is a role or a user that could be excluded from the recording of pulls */
  readonly principalOf?: PrincipalOf;
  /** Whether a push fails when layers of its manifest were not uploaded, as in the real service. @default false */
  readonly requireLayers?: boolean;
}

/**
 * Amazon ECR for development: an HTTP server on the loopback interface that the AWS SDKs and the AWS CLI can talk to.
 *
 * It judges policies with this library's own core, so it proves how the library behaves around ECR, not how ECR judges.
 */
export class EmbeddedEcr {
  static async start(options: EmbeddedEcrOptions = {}): Promise<EmbeddedEcr> {
    const ecr = new EmbeddedEcr(options);
    await ecr.server.start();
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

  /** Every call so far, in the order of arrival. */
  get calls(): readonly Call[] {
    return this.dispatcher.calls;
  }

  /** "24 hours later": moves the clock a day on and does what the live policies say by then. */
  runLifecycle(): LifecycleAction[] {
    return runLifecycle(this.registry, this.clock);
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
