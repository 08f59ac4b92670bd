import { Fields, fieldsOf, isFields, KnownAtDeployment, resolveValue, TemplateScope } from './template-values';
import type { Parsed, Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';
import { decodeGateProperties, GateProperties } from '../../protocol/gate-properties';

/** The custom resources that preview a policy before it is applied. */
export const GATE_TYPES: readonly string[] = ['Custom::LifecyclePreviewGate', 'Custom::LifecyclePolicyAttachment'];

/** A stack of the assembly, nested ones too. */
export interface StackOfAssembly {
  /** As people know it: `Shop`, `Prod/Shop`, and for a nested stack `Shop/Nested`. */
  readonly displayName: string;
  /** The name of the deployed stack, or of the one that this is nested in. */
  readonly stackName: string;
  /** From the outermost stack inwards: the logical ids of the nested stacks on the way to this one. */
  readonly nestedIn: readonly string[];
  /** Absent when it is known only where the stack is deployed to. */
  readonly account?: string;
  readonly region?: string;
}

/** A gate, or an attachment, as it stands in a template. */
export interface GateResource {
  readonly stack: StackOfAssembly;
  readonly logicalId: string;
  readonly properties: Fields;
  /** The repository that waits for the gate. An attachment has none. */
  readonly repository?: Fields;
}

export function isGate({ Type }: Fields): boolean {
  return typeof Type === 'string' && GATE_TYPES.includes(Type);
}

/** These say nothing about what a gate would say, and often get their values at the deployment. */
const NOT_ASKED_FOR = ['ServiceToken', 'ServiceTimeout', 'ReportBucket', 'Trigger', 'RepositoryFingerprint'];

/** What the Lambda would be told. All that is not known before the deployment is a problem. */
export function propertiesOf({ properties }: GateResource, scope: TemplateScope): Parsed<GateProperties> {
  const problems: Problem[] = [];
  const resolved: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(properties)) {
    if (NOT_ASKED_FOR.includes(name)) continue;
    try {
      resolved[name] = resolveValue(value, scope);
    } catch (error) {
      if (!(error instanceof KnownAtDeployment)) throw error;
      problems.push({
        code: 'UnresolvedValue',
        path: name,
        message: `${show(error.expression)} ${error.message}; give parameters with --parameters, and the region with --region`,
      });
    }
  }
  return problems.length > 0 ? { ok: false, problems } : decodeGateProperties(resolved);
}

/** The policy alone: looking at it takes nothing else. Undefined when there is none, or none that is known by now. */
export function policyTextOf({ properties }: GateResource, scope: TemplateScope): string | undefined {
  const text = resolveValue(properties.LifecyclePolicyText, scope);
  return typeof text === 'string' ? text : undefined;
}

/** The patterns of tags that the gate's guards protect. They are refused as tokens, so that a template always spells them. */
export function protectedTagsOf({ properties }: GateResource): string[] {
  const guards: unknown[] = Array.isArray(properties.Guards) ? properties.Guards : [];
  return guards.map(fieldsOf).flatMap(({ Id, Patterns }) => (Id === 'protect-tags' && Array.isArray(Patterns) ? Patterns.map(String) : []));
}

/**
 * Returns the reason if the gate would preview another policy than CloudFormation applies. Throws what only the deployment knows.
 *
 * The constructs rule this out; a template may have been changed since, or come from an earlier version of them.
 */
export function bypassOf({ repository, properties }: GateResource, scope: TemplateScope): string | undefined {
  if (!repository) return 'no repository depends on it';
  const { LifecyclePolicy: policy, ...rest } = fieldsOf(repository.Properties);
  const generated = Object.keys(rest).find((key) => key.startsWith('Fn::'));
  if (generated !== undefined) throw new KnownAtDeployment({ [generated]: rest[generated] });
  const applied = fieldsOf(resolveValue(policy, scope)).LifecyclePolicyText;
  const previewed = resolveValue(properties.LifecyclePolicyText, scope);
  return applied === previewed ? undefined : `the policy that its repository gets is another one than it previews: ${show(applied ?? 'none')}`;
}

/** True if the gate's properties name this pseudo parameter, also in a condition, so that it has to be found out. */
export function asksFor({ properties }: GateResource, pseudoParameter: string, { conditions }: Pick<TemplateScope, 'conditions'>): boolean {
  const asked = JSON.stringify(Object.entries(properties).filter(([name]) => !NOT_ASKED_FOR.includes(name)));
  return asked.includes(pseudoParameter) || (asked.includes('"Fn::If"') && JSON.stringify(conditions).includes(pseudoParameter));
}

export function resourcesOf(template: unknown): [logicalId: string, resource: Fields][] {
  return Object.entries(fieldsOf(fieldsOf(template).Resources)).filter((entry): entry is [string, Fields] => isFields(entry[1]));
}
