import type { AssemblyGate, ScopedCondition } from './assembly-gate';
import type { AssemblyStack, Given, Place } from './scope';
import { fieldsOf, holds, resolveValue, TemplateScope, UnresolvedValueError } from './template-values';
import { oneLine } from '../../core/text/one-line';
import type { Parsed, Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';
import { decodeGateProperties, GateProperties } from '../../protocol/gate-properties';
import { commandError, problemsError, UNRESOLVED_VALUE_HINT } from '../errors';

/** A value, or the error that explains why it is unknown. */
export type Resolved<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** A gate of the assembly with every value that is known before the deployment. */
export interface ResolvedGate {
  readonly stack: AssemblyStack;
  readonly logicalId: string;
  /** The account and the region that the values are resolved for. */
  readonly place: Place;
  /** False if the condition of the gate, or of a nested stack that contains it, is known to be false. */
  readonly isCreated: boolean;
  /** The properties that the Lambda would receive. Unknown, too, if the gate would not preview the policy that CloudFormation applies. */
  readonly properties: Resolved<GateProperties>;
  /** The policy by itself, which can be known although other properties are not. */
  readonly policyText: Resolved<string | undefined>;
  /** The tag patterns that the gate's guards protect. */
  readonly protectedTags: readonly string[];
}

/** Properties that do not influence a judgment. Many of them get their values only at the deployment. */
const UNUSED_PROPERTIES = ['ServiceToken', 'ServiceTimeout', 'ReportBucket', 'Trigger', 'RepositoryFingerprint'];

/** Resolves a gate. Everything that the commands know about a gate comes from this value. */
export function resolveGate(gate: AssemblyGate, place: Place): ResolvedGate {
  const { stack, logicalId, parameters } = gate;
  const given: Given = { ...place, parameters };
  const scope = gate.scopeFor(given);
  const created = attempt(() => gate.conditions.every((each) => mayHold(each, given)));
  const isCreated = !created.ok || created.value;
  return {
    stack,
    logicalId,
    place,
    isCreated,
    properties: created.ok ? attempt(() => propertiesOf(gate, scope, isCreated)) : created,
    policyText: attempt(() => policyTextOf(gate, scope)),
    protectedTags: protectedTagsOf(gate),
  };
}

/** Returns a resolved value, or throws the error that explains why it is unknown. */
export function valueOf<T>(resolved: Resolved<T>): T {
  if (!resolved.ok) throw resolved.error;
  return resolved.value;
}

/** True if the value of a gate's property depends on this pseudo parameter, directly or by a condition. */
export function refersTo({ properties, scopeFor, parameters }: AssemblyGate, pseudoParameter: string): boolean {
  const text = JSON.stringify(Object.entries(properties).filter(([name]) => !UNUSED_PROPERTIES.includes(name)));
  const conditions = () => JSON.stringify(scopeFor({ parameters }).conditions);
  return text.includes(pseudoParameter) || (text.includes('"Fn::If"') && conditions().includes(pseudoParameter));
}

function attempt<T>(resolve: () => T): Resolved<T> {
  try {
    return { ok: true, value: resolve() };
  } catch (error) {
    return { ok: false, error };
  }
}

function mayHold({ condition, scopeFor }: ScopedCondition, given: Given): boolean {
  try {
    return holds(condition, scopeFor(given));
  } catch (error) {
    if (error instanceof UnresolvedValueError) return true;
    throw error;
  }
}

function propertiesOf(gate: AssemblyGate, scope: TemplateScope, isCreated: boolean): GateProperties {
  const subject = `the gate ${gate.logicalId} of stack ${gate.stack.displayName}`;
  const properties = decodedProperties(gate, scope);
  if (!properties.ok) throw problemsError('UnknownProperties', subject, properties.problems);
  const bypass = isCreated && properties.value.purpose === 'GATE' ? bypassOf(gate, scope) : undefined;
  if (bypass !== undefined) {
    throw commandError('BypassedGate', oneLine(`${subject} does not protect any image: ${bypass}; run cdk synth again with this version`));
  }
  return properties.value;
}

function decodedProperties({ properties }: AssemblyGate, scope: TemplateScope): Parsed<GateProperties> {
  const problems: Problem[] = [];
  const resolved: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(properties)) {
    if (UNUSED_PROPERTIES.includes(name)) continue;
    try {
      resolved[name] = resolveValue(value, scope);
    } catch (error) {
      if (!(error instanceof UnresolvedValueError)) throw error;
      problems.push({ code: 'UnresolvedValue', path: name, message: `${show(error.expression)} ${error.message}; ${UNRESOLVED_VALUE_HINT}` });
    }
  }
  return problems.length > 0 ? { ok: false, problems } : decodeGateProperties(resolved);
}

/**
 * Returns the reason if the gate would not preview the policy that CloudFormation applies.
 *
 * The constructs rule this out, but a template may have been changed after synthesis, or come from an earlier version.
 */
function bypassOf({ repository, properties }: AssemblyGate, scope: TemplateScope): string | undefined {
  if (!repository) return 'no repository depends on it';
  const { LifecyclePolicy: policy, ...others } = fieldsOf(repository.Properties);
  const transform = Object.keys(others).find((key) => key.startsWith('Fn::'));
  if (transform !== undefined) throw new UnresolvedValueError({ [transform]: others[transform] });
  const applied = fieldsOf(resolveValue(policy, scope)).LifecyclePolicyText;
  const previewed = resolveValue(properties.LifecyclePolicyText, scope);
  return applied === previewed ? undefined : `the policy of its repository differs from the policy that it previews: ${show(applied ?? 'none')}`;
}

function policyTextOf({ properties }: AssemblyGate, scope: TemplateScope): string | undefined {
  const text = resolveValue(properties.LifecyclePolicyText, scope);
  return typeof text === 'string' ? text : undefined;
}

/** Reads the patterns from the template: the constructs reject tokens in them, so no value has to be resolved. */
function protectedTagsOf({ properties }: AssemblyGate): string[] {
  const guards: unknown[] = Array.isArray(properties.Guards) ? properties.Guards : [];
  return guards.map(fieldsOf).flatMap(({ Id, Patterns }) => (Id === 'protect-tags' && Array.isArray(Patterns) ? Patterns.map(String) : []));
}
