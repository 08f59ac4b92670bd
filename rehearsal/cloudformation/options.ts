import type { Json } from './json';
import type { StackEvent, StackResource, StackStatus } from './stack';

export interface CloudFormationStandInOptions {
  /** The endpoint of the ECR that repositories are created in and that functions call. */
  readonly ecrEndpoint: string;
  /** @default '111122223333' */
  readonly accountId?: string;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** Receives each event as it happens; the operation waits for the returned promise. */
  readonly onEvent?: (event: StackEvent) => void | Promise<void>;
  /** Returns the time that functions see, in milliseconds since 1970. @default the real time */
  readonly now?: () => number;
  /** An upper limit of the timeout of each function. */
  readonly functionTimeoutMs?: number;
  /** An upper limit of the `ServiceTimeout` of each custom resource. */
  readonly serviceTimeoutMs?: number;
  /** Additional environment variables of all functions, such as the endpoints of further services. */
  readonly functionEnvironment?: Readonly<Record<string, string>>;
  /** Generates function names without a suffix, so that one process can serve all functions of one name, one after the other. */
  readonly keepsFunctionProcesses?: boolean;
}

export interface DeployOptions {
  /** The output directory of `cdk synth`. */
  readonly assemblyDirectory: string;
  readonly stackName: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface StackOutcome {
  readonly status: StackStatus;
  /** The events of this operation only. */
  readonly events: readonly StackEvent[];
  readonly outputs: Readonly<Record<string, Json>>;
}

export interface StackView {
  readonly name: string;
  readonly id: string;
  readonly status: StackStatus;
  readonly resources: Readonly<Record<string, StackResource>>;
  readonly outputs: Readonly<Record<string, Json>>;
  readonly events: readonly StackEvent[];
}
