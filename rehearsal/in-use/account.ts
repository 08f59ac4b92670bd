/** The workloads of an account, as plain data that tests may change between calls. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
  clusters: Cluster[];
  taskDefinitions: TaskDefinition[];
  /** The rules of EventBridge. The event buses are the default one and those of the rules. */
  rules: Rule[];
  /** The schedules of EventBridge Scheduler. */
  schedules: Schedule[];
  /** All versions of all functions, including `$LATEST`. */
  functions: FunctionVersion[];
  /** The coverage of Inspector; undefined if Inspector is not enabled. */
  coverage: Coverage[] | undefined;
}

export interface Cluster {
  readonly name: string;
  services: Service[];
  tasks: Task[];
}

/** A service; task definitions are named `family:revision`. */
export interface Service {
  readonly name: string;
  /** @default ACTIVE */
  status?: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  /** Undefined with an external deployment controller. */
  taskDefinition?: string;
  /** @default one deployment of the task definition */
  deployments?: string[];
  taskSets?: string[];
  /** @default none, as for services that were last deployed before 25 October 2024 */
  revisions?: ServiceRevision[];
}

export interface ServiceRevision {
  readonly id: string;
  readonly containers: readonly Container[];
  /** True if the revision is listed as current, but cannot be described. */
  readonly missing?: boolean;
}

export interface TaskDefinition {
  readonly name: string;
  /** The URIs of the images. */
  readonly images: readonly string[];
  /** `INACTIVE` after deregistration. @default ACTIVE */
  readonly status?: 'ACTIVE' | 'INACTIVE';
}

export interface Rule {
  readonly name: string;
  /** @default default */
  readonly bus?: string;
  /** @default ENABLED */
  readonly state?: 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  readonly targets: readonly Target[];
}

export interface Schedule {
  readonly name: string;
  /** @default default */
  readonly group?: string;
  /** @default ENABLED */
  readonly state?: 'ENABLED' | 'DISABLED';
  readonly target: Target;
}

/** A task definition (`family:revision` or `family`) or the ARN of any other target. */
export type Target = { readonly taskDefinition: string } | { readonly arn: string; readonly input?: string };

export interface Task {
  readonly id: string;
  readonly taskDefinition: string;
  /** The group, such as `service:web`. @default family:…, the group of a standalone task */
  readonly group?: string;
  /** @default RUNNING */
  readonly desiredStatus?: 'RUNNING' | 'STOPPED';
  readonly containers: readonly Container[];
}

export interface Container {
  readonly image?: string;
  readonly imageDigest?: string;
}

export interface FunctionVersion {
  readonly name: string;
  /** The version: `$LATEST`, `1`, … */
  readonly version: string;
  /** Undefined for a zip file. */
  readonly imageUri?: string;
  readonly resolvedImageUri?: string;
}

/** The coverage of a repository, or of one of its images if there is a digest. */
export interface Coverage {
  readonly repositoryName: string;
  readonly digest?: string;
  /** `OMITTED` if Inspector does not report it. @default 0 */
  readonly inUseCount?: number | 'OMITTED';
  /** `OMITTED` if Inspector does not report it. @default ACTIVE, with the reason SUCCESSFUL */
  readonly scanStatus?: { readonly statusCode: string; readonly reason: string } | 'OMITTED';
  /** The member account, if the account is a delegated administrator. @default the account itself */
  readonly accountId?: string;
}

export function emptyAccount(): Account {
  return {
    accountId: '111122223333', region: 'us-east-1', clusters: [], taskDefinitions: [], rules: [], schedules: [], functions: [], coverage: [],
  };
}

export function ecsArn({ region, accountId }: Account, resource: string): string {
  return `arn:aws:ecs:${region}:${accountId}:${resource}`;
}

/** Returns the members that targets of rules and schedules have in common. The ARN of an ECS target is that of the cluster. */
export function targetOnWire(account: Account, target: Target): { Arn: string; EcsParameters?: object; Input?: string } {
  if ('arn' in target) return { Arn: target.arn, ...(target.input !== undefined && { Input: target.input }) };
  const TaskDefinitionArn = ecsArn(account, `task-definition/${target.taskDefinition}`);
  return { Arn: ecsArn(account, 'cluster/main'), EcsParameters: { TaskDefinitionArn, TaskCount: 1, LaunchType: 'FARGATE' } };
}
