/** What runs in an account, as plain data: change it as you like between two calls. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
  clusters: Cluster[];
  taskDefinitions: TaskDefinition[];
  /** EventBridge rules. Event buses are those that rules are on, and the default one. */
  rules: Rule[];
  /** Of EventBridge Scheduler. */
  schedules: Schedule[];
  /** Every version of every function, `$LATEST` too. */
  functions: FunctionVersion[];
  /** What Inspector covers; undefined where it is not enabled. */
  coverage: Coverage[] | undefined;
}

export interface Cluster {
  readonly name: string;
  services: Service[];
  tasks: Task[];
}

/** Task definitions are named `family:revision`. */
export interface Service {
  readonly name: string;
  /** @default ACTIVE */
  status?: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  /** Absent with an external deployment controller. */
  taskDefinition?: string;
  /** @default one, of the task definition */
  deployments?: string[];
  taskSets?: string[];
  /** @default none, as for services that were last deployed before 25 October 2024 */
  revisions?: ServiceRevision[];
}

export interface ServiceRevision {
  readonly id: string;
  readonly containers: readonly Container[];
  /** Listed as current, but not to be described. */
  readonly missing?: boolean;
}

export interface TaskDefinition {
  readonly name: string;
  /** Image URIs. */
  readonly images: readonly string[];
  /** INACTIVE: deregistered. @default ACTIVE */
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

/** A task of a task definition, `family:revision` or `family`, or anything else by its ARN. */
export type Target = { readonly taskDefinition: string } | { readonly arn: string; readonly input?: string };

export interface Task {
  readonly id: string;
  readonly taskDefinition: string;
  /** `service:web`. @default family:…, of a task that somebody started by itself */
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
  /** `$LATEST`, `1`, … */
  readonly version: string;
  /** Absent: a zip file. */
  readonly imageUri?: string;
  readonly resolvedImageUri?: string;
}

/** A repository, or with a digest an image of it. */
export interface Coverage {
  readonly repositoryName: string;
  readonly digest?: string;
  /** `UNSAID`: Inspector reports none. @default 0 */
  readonly inUseCount?: number | 'UNSAID';
  /** `UNSAID`: Inspector reports none. @default ACTIVE, with the reason SUCCESSFUL */
  readonly scanStatus?: { readonly statusCode: string; readonly reason: string } | 'UNSAID';
  /** Of a member, if the account administers others. @default the account itself */
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

/** A target as rules and schedules have it in common: Amazon ECS is told as the cluster that the task starts in. */
export function targetOnWire(account: Account, target: Target): { Arn: string; EcsParameters?: object; Input?: string } {
  if ('arn' in target) return { Arn: target.arn, ...(target.input !== undefined && { Input: target.input }) };
  const TaskDefinitionArn = ecsArn(account, `task-definition/${target.taskDefinition}`);
  return { Arn: ecsArn(account, 'cluster/main'), EcsParameters: { TaskDefinitionArn, TaskCount: 1, LaunchType: 'FARGATE' } };
}
