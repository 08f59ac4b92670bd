import type { Guard } from '../../core/judgment/guards/guard';
import { needsOf } from '../../core/judgment/guards/guard';
import type { InUseSourceId } from '../../core/judgment/guards/guard-kind';
import type { AssemblyStack, Place } from '../assembly/scope';
import { partitionOf } from '../assembly/scope';

/** An action that a plan can call, and the resource that it is called on. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
}

/** A repository that a plan previews. */
export interface PreviewedRepository {
  /** The name, or the stack and the logical id of a repository whose name CloudFormation generates. */
  readonly repository: { readonly name: string } | { readonly stack: AssemblyStack; readonly logicalId: string };
  readonly place: Place;
  readonly guards: readonly Guard[];
}

/** Returns the permissions that a live plan of one repository needs. */
export function permissionsFor({ repository, place, guards }: PreviewedRepository): Permission[] {
  const { inventory, uses } = needsOf(guards);
  const arn = arnOf(place, 'ecr', `repository/${'name' in repository ? repository.name : generatedName(repository.stack, repository.logicalId)}`);
  const actions = [
    'ecr:StartLifecyclePolicyPreview', 'ecr:GetLifecyclePolicyPreview',
    // An image that would expire later may belong to an image index that is kept. The manifest of the index shows that.
    ...inventory ? ['ecr:DescribeImages', 'ecr:BatchGetImage'] : [],
  ];
  return [
    ...actions.map((action) => ({ action, resource: arn })),
    ...'name' in repository ? [] : stackPermissions(repository.stack, place),
    ...uses.length > 0 ? [READ_ACCOUNT] : [],
    ...uses.flatMap((source) => SOURCES[source](place)),
  ];
}

/** The permission to read the id of the account. AWS defines no resource for it. */
export const READ_ACCOUNT: Permission = { action: 'ecr:DescribeRegistry', resource: '*' };

const SOURCES: Readonly<Record<InUseSourceId, (place: Place) => Permission[]>> = {
  ecs: (place) => [
    // AWS defines no narrower resource for these.
    ...['ecs:ListClusters', 'ecs:ListServices', 'ecs:ListTasks', 'ecs:DescribeTaskDefinition', 'events:ListEventBuses', 'events:ListRules', 'scheduler:ListSchedules']
      .map((action) => ({ action, resource: '*' })),
    { action: 'ecs:DescribeServices', resource: arnOf(place, 'ecs', 'service/*') },
    // IAM checks both the service and its revision.
    ...['service/*', 'service-revision/*'].map((resource) => ({ action: 'ecs:DescribeServiceRevisions', resource: arnOf(place, 'ecs', resource) })),
    { action: 'ecs:DescribeTasks', resource: arnOf(place, 'ecs', 'task/*') },
    { action: 'events:ListTargetsByRule', resource: arnOf(place, 'events', 'rule/*') },
    { action: 'scheduler:GetSchedule', resource: arnOf(place, 'scheduler', 'schedule/*/*') },
  ],
  lambda: (place) => [
    { action: 'lambda:ListFunctions', resource: '*' },
    { action: 'lambda:GetFunction', resource: arnOf(place, 'lambda', 'function:*') },
  ],
  inspector: () => [{ action: 'inspector2:ListCoverage', resource: '*' }],
};

/** The names of nested stacks begin with the name of their parent stack. */
function stackPermissions({ stackName, nestedIn }: AssemblyStack, place: Place): Permission[] {
  const names = [stackName, ...nestedIn.length > 0 ? [`${stackName}-*`] : []];
  return names.map((name) => ({ action: 'cloudformation:DescribeStackResource', resource: arnOf(place, 'cloudformation', `stack/${name}/*`) }));
}

/** CloudFormation truncates longer names. */
const MAX_UNTRUNCATED_LENGTH = 180;

/** Returns a pattern for a generated name: `<stack>-<logical id>-<suffix>` in lower case. */
function generatedName({ stackName, nestedIn }: AssemblyStack, logicalId: string): string {
  // Repeated hyphens are dropped.
  const stack = `${stackName}${nestedIn.length > 0 ? '-*' : ''}`.toLowerCase().replace(/-+/g, '-');
  const name = `${stack}-${logicalId.toLowerCase()}`;
  return name.length <= MAX_UNTRUNCATED_LENGTH ? `${name}-*` : `*-${logicalId.toLowerCase().slice(0, 100)}*`;
}

/** Unknown parts are wildcards. Without a region, the partition is that of the commercial regions. */
function arnOf({ account = '*', region }: Place, service: string, resource: string): string {
  return `arn:${partitionOf(region) ?? 'aws'}:${service}:${region ?? '*'}:${account}:${resource}`;
}
