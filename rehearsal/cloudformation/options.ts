import type { Json } from './json';
import type { StackEvent, StackResource, StackStatus } from './stack';

export interface CloudFormationStandInOptions {
  /** Where AWS::ECR::Repository is created, and where functions find ECR. */
  readonly ecrEndpoint: string;
  /** @default '111122223333' */
  readonly accountId?: string;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** Told of every event as it happens; the operation waits for it. */
  readonly onEvent?: (event: StackEvent) => void | Promise<void>;
  /** The time at which functions run, in milliseconds since 1970. @default the real time */
  readonly now?: () => number;
  /** Cuts off every function after this long, however long its own Timeout is. */
  readonly functionTimeoutMs?: number;
  /** Gives up on every custom resource after this long, however long its own ServiceTimeout is. */
  readonly serviceTimeoutMs?: number;
  /** More variables for all functions: endpoints of further services. */
  readonly functionEnvironment?: Readonly<Record<string, string>>;
  /** Generated names of functions have no suffix, and a process serves all functions of one name, one after the other. */
  readonly keepsFunctionProcesses?: boolean;
}

export interface DeployOptions {
  /** Where `cdk synth` wrote to. */
  readonly assemblyDirectory: string;
  readonly stackName: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface StackOutcome {
  readonly status: StackStatus;
  /** Of this operation alone. */
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
