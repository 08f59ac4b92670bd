import { AssemblyGate, AssemblyRepository, labelOf, ResourcePlace, ScopedCondition } from './assembly-gate';
import type { Given, Place } from './scope';
import { Fields, fieldsOf, holds, resolveValue, TemplateScope, UnresolvedValueError } from './template-values';
import { oneLine } from '../../core/text/one-line';
import type { Parsed, Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';
import { decodeGateProperties, GateProperties } from '../../protocol/gate-properties';
import { commandError, problemsError, UNRESOLVED_VALUE_HINT } from '../errors';

/** A value, or the error that explains why it is unknown. */
export type Resolved<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** A gate of the assembly with every value that is known before the deployment. */
export interface ResolvedGate extends ResourcePlace {
  /** The path of the construct of its repository. Absent for an attachment, or if the app omits paths. */
  readonly repositoryPath?: string;
  /** The account and the region that the values are resolved for. */
  readonly place: Place;
  /** False if the condition of the gate, or of a nested stack that contains it, is known to be false. */
  readonly isCreated: boolean;
  /** The properties that the Lambda would receive. Unknown, too, if the gate would not preview the policy that CloudFormation applies. */
  readonly properties: Resolved<GateProperties>;
}

/** A policy of the assembly with every value that is known before the deployment. */
export interface ResolvedPolicy extends ResourcePlace {
  readonly place: Place;
  readonly isCreated: boolean;
  /** The name of the repository, or its logical id while it has no name. Absent for a creation template. */
  readonly repository?: Resolved<GateProperties['repository']>;
  /** True if a gate or an attachment protects the images of the repository. */
  readonly hasGate: boolean;
  readonly isCreationTemplate: boolean;
  readonly policyText: Resolved<string | undefined>;
  /** The tag patterns that the guards of its gates protect. */
  readonly protectedTags: readonly string[];
}

/** Properties that do not influence a judgment. Many of them get their values only at the deployment. */
const UNUSED_PROPERTIES = ['ServiceToken', 'ServiceTimeout', 'ReportBucket', 'Trigger', 'RepositoryFingerprint'];

/** Resolves a gate. Everything that the commands know about a gate comes from this value. */
export function resolveGate(gate: AssemblyGate, place: Place): ResolvedGate {
  const { stack, logicalId, path, repository } = gate;
  const { scope, created, isCreated } = creationOf(gate, place);
  return {
    stack,
    logicalId,
    path,
    repositoryPath: repository?.path,
    place,
    isCreated,
    properties: created.ok ? attempt(() => propertiesOf(gate, scope, isCreated)) : created,
  };
}

/** Resolves the policy of a repository or of a creation template, with or without a gate. */
export function resolveRepository(repository: AssemblyRepository, place: Place): ResolvedPolicy {
  const { stack, logicalId, path, isCreationTemplate, properties, gates } = repository;
  const { scope, isCreated } = creationOf(repository, place);
  const policyOf = (value: unknown) => (isCreationTemplate ? value : fieldsOf(value).LifecyclePolicyText);
  return {
    stack,
    logicalId,
    path,
    place,
    isCreated,
    isCreationTemplate,
    ...(!isCreationTemplate && { repository: attempt(() => nameIn(resolveValue(properties.RepositoryName, scope), logicalId)) }),
    hasGate: gates.length > 0,
    policyText: attempt(() => textIn(policyOf(resolveValue(withoutTransform(properties).LifecyclePolicy, scope)), repository)),
    protectedTags: gates.flatMap(protectedTagsOf),
  };
}

/** Resolves the policy of a gate that no repository depends on: an attachment, or a gate in a template that was changed. */
export function resolveDetachedPolicy(gate: AssemblyGate, place: Place): ResolvedPolicy {
  const { stack, logicalId, path, properties } = gate;
  const { scope, isCreated } = creationOf(gate, place);
  return {
    stack,
    logicalId,
    path,
    place,
    isCreated,
    isCreationTemplate: false,
    repository: attempt(() => nameIn(resolveValue(properties.RepositoryName, scope), logicalId)),
    hasGate: true,
    policyText: attempt(() => textIn(resolveValue(properties.LifecyclePolicyText, scope), gate)),
    protectedTags: protectedTagsOf(gate),
  };
}

function creationOf({ scopeFor, conditions, parameters }: AssemblyGate | AssemblyRepository, place: Place) {
  const given: Given = { ...place, parameters };
  const created = attempt(() => conditions.every((each) => mayHold(each, given)));
  return { scope: scopeFor(given), created, isCreated: !created.ok || created.value };
}

function nameIn(name: unknown, logicalId: string): GateProperties['repository'] {
  return typeof name === 'string' ? { name, logicalId } : { logicalId };
}

function textIn(text: unknown, place: ResourcePlace): string | undefined {
  if (text === undefined || typeof text === 'string') return text;
  throw commandError('UnknownProperties', `the lifecycle policy of ${labelOf(place)} is not text: ${show(text)}; CloudFormation requires JSON as text`);
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
  const subject = `the gate ${labelOf(gate)}`;
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
  const { LifecyclePolicy: policy } = withoutTransform(fieldsOf(repository.resource.Properties));
  const applied = fieldsOf(resolveValue(policy, scope)).LifecyclePolicyText;
  const previewed = resolveValue(properties.LifecyclePolicyText, scope);
  return applied === previewed ? undefined : `the policy of its repository differs from the policy that it previews: ${show(applied ?? 'none')}`;
}

/** Throws if a transform may change the properties at the deployment. */
function withoutTransform(properties: Fields): Fields {
  const transform = Object.keys(properties).find((key) => key.startsWith('Fn::'));
  if (transform !== undefined) throw new UnresolvedValueError({ [transform]: properties[transform] });
  return properties;
}

/** Reads the patterns from the template: the constructs reject tokens in them, so no value has to be resolved. */
function protectedTagsOf({ properties }: Pick<AssemblyGate, 'properties'>): string[] {
  const guards: unknown[] = Array.isArray(properties.Guards) ? properties.Guards : [];
  return guards.map(fieldsOf).flatMap(({ Id, Patterns }) => (Id === 'protect-tags' && Array.isArray(Patterns) ? Patterns.map(String) : []));
}
