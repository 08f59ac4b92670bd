import type { AssemblyStack, ScopeFor } from './scope';
import { Fields, fieldsOf, isFields } from './template-values';

/** The resource types that preview a policy before it is applied. */
export const GATE_TYPES: readonly string[] = ['Custom::LifecyclePreviewGate', 'Custom::LifecyclePolicyAttachment'];

/** A gate or an attachment as its template declares it, with no value resolved. */
export interface AssemblyGate {
  readonly stack: AssemblyStack;
  readonly logicalId: string;
  readonly properties: Fields;
  /** The repository that depends on the gate. Absent for an attachment. */
  readonly repository?: Fields;
  readonly scopeFor: ScopeFor;
  /** The conditions of the gate and of the nested stacks that contain it, each in the scope of its own template. */
  readonly conditions: readonly ScopedCondition[];
  /** The values that `--parameters` gives. */
  readonly parameters: Fields;
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
