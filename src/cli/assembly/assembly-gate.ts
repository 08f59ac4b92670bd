import type { AssemblyStack, ScopeFor } from './scope';
import { Fields, fieldsOf, isFields } from './template-values';

/** The resource types that preview a policy before it is applied. */
export const GATE_TYPES: readonly string[] = ['Custom::LifecyclePreviewGate', 'Custom::LifecyclePolicyAttachment'];

/** The place of a resource in the assembly. */
export interface ResourcePlace {
  readonly stack: AssemblyStack;
  readonly logicalId: string;
  /** The path of the construct, such as `Shop/Web`. Absent if the app omits the paths from its templates. */
  readonly path?: string;
}

/** A resource as its template declares it, with no value resolved. */
interface AssemblyResource extends ResourcePlace {
  readonly properties: Fields;
  readonly scopeFor: ScopeFor;
  /** The conditions of the resource and of the stacks that contain it, each in the scope of its own template. */
  readonly conditions: readonly ScopedCondition[];
  /** The values that `--parameters` gives. */
  readonly parameters: Fields;
}

/** A gate or an attachment. */
export interface AssemblyGate extends AssemblyResource {
  /** The repository that depends on the gate. Absent for an attachment. */
  readonly repository?: { readonly path?: string; readonly resource: Fields };
}

/** A repository, or a template for the repositories that ECR creates by itself. */
export interface AssemblyRepository extends AssemblyResource {
  readonly isCreationTemplate: boolean;
  /** The gates that the repository depends on. */
  readonly gates: readonly Omit<AssemblyGate, 'parameters'>[];
}

export interface ScopedCondition {
  /** The logical id of the condition. Undefined if the resource has none. */
  readonly condition: unknown;
  readonly scopeFor: ScopeFor;
}

export function isGate({ Type }: Fields): boolean {
  return typeof Type === 'string' && GATE_TYPES.includes(Type);
}

export function resourcesOf(template: unknown): [logicalId: string, resource: Fields][] {
  return Object.entries(fieldsOf(fieldsOf(template).Resources)).filter((entry): entry is [string, Fields] => isFields(entry[1]));
}

/** Returns the name of a resource in messages: the path of its construct, or else its stack and logical id. */
export function labelOf({ stack, logicalId, path }: ResourcePlace): string {
  return path ?? `${stack.displayName}/${logicalId}`;
}

/** Returns the path of the construct that a user wrote, without the ids of the resource below it. */
export function constructPathOf(resource: Fields): string | undefined {
  const path = fieldsOf(resource.Metadata)['aws:cdk:path'];
  if (typeof path !== 'string') return undefined;
  return path.replace(/\/Default$/, '').replace(/\/Resource([0-9a-f]{8})?$/, '');
}
