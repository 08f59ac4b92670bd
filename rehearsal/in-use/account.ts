/** What runs in an account, as plain data: change it as you like between two calls. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
  clusters: Cluster[];
  taskDefinitions: TaskDefinition[];
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
}

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
  return { accountId: '111122223333', region: 'us-east-1', clusters: [], taskDefinitions: [], functions: [], coverage: [] };
}

export function ecsArn({ region, accountId }: Account, resource: string): string {
  return `arn:aws:ecs:${region}:${accountId}:${resource}`;
}
