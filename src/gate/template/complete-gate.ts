import { carryPolicy } from './carried-policy';
import { fingerprintRepository } from './fingerprint';
import { References } from './references';
import type { Resources, Template, TemplateResource } from './template';
import { isNoValue } from '../../construct/expression';
import { isObject } from '../../core/text/json';
import type { Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';

/** A gate and its repository, by their logical ids in the template. */
export interface GatePair {
  readonly gateId: string;
  readonly gatePath: string;
  readonly repositoryId: string;
  readonly repositoryPath: string;
  /** The `ServiceToken` that the gate must have. */
  readonly serviceToken: unknown;
  /** The gate's own properties that an override changes. */
  readonly overridden: readonly string[];
}

/** The facts about a stack that its template does not contain. */
export interface StackFacts {
  readonly account: string | undefined;
  readonly tags: unknown;
}

export const REPOSITORY_TYPE = 'AWS::ECR::Repository';
export const GATE_TYPE = 'Custom::LifecyclePreviewGate';

/**
 * Copies the properties of the repository that the gate needs from the finished template into the gate, and checks that the
 * repository cannot be updated without its gate.
 *
 * @param references The references of this template, which the completed gate changes.
 */
export function completeGate(template: Template, pair: GatePair, references: References, { account, tags }: StackFacts): Problem[] {
  const resources: Resources = template.Resources ?? {};
  const [gate, repository] = [resources[pair.gateId], resources[pair.repositoryId]];
  const bypasses = bypassesOf(gate, repository, pair);
  if (bypasses.length > 0) return bypasses.map((message) => ({ code: 'BypassedGate', path: pair.repositoryPath, message }));

  const properties = repository.Properties ?? {};
  const { text, problems } = carryPolicy(properties.LifecyclePolicy, pair.repositoryPath, account);
  const isSecret = (name: string) => String(template.Parameters?.[name]?.NoEcho) === 'true';
  const isForbidden = (parameterOrResource: string) => isSecret(parameterOrResource) || references.leadsTo(parameterOrResource, pair.gateId);
  const name = isNoValue(properties.RepositoryName) ? undefined : properties.RepositoryName;
  const { Condition: _, ...rest } = gate;
  resources[pair.gateId] = {
    ...rest,
    ...(repository.Condition !== undefined && { Condition: repository.Condition }),
    Properties: {
      ...gate.Properties,
      ...(name !== undefined && { RepositoryName: name }),
      RepositoryLogicalId: pair.repositoryId,
      ...(text !== undefined && { LifecyclePolicyText: text }),
      RepositoryFingerprint: fingerprintRepository(properties, tags, isForbidden),
    },
  };
  references.forget(pair.gateId);
  return [...problems, ...transformProblems(repository, pair)];
}

/** Returns the reasons why the repository could be updated without its gate. */
function bypassesOf(gate: TemplateResource | undefined, repository: TemplateResource | undefined, pair: GatePair): string[] {
  const { gateId, gatePath, serviceToken, overridden } = pair;
  if (!repository) return ['the repository is missing from the template; keep it, or remove its gate as well'];
  if (!gate) return [`its gate ${gatePath} is missing from the template; keep it, or remove the lifecycle policy`];
  const { ServiceToken: token } = gate.Properties ?? {};
  const waits = [repository.DependsOn].flat().includes(gateId);
  return [
    ...(repository.Type === REPOSITORY_TYPE ? [] : [`its type is overridden with ${show(repository.Type)}; remove the override`]),
    ...(waits ? [] : [`it does not depend on its gate ${gatePath}: DependsOn is ${show(repository.DependsOn ?? 'absent')}; `
      + 'add dependencies with addDependency instead of an override']),
    ...(gate.Type === GATE_TYPE ? [] : [`the type of its gate ${gatePath} is overridden with ${show(gate.Type)}; remove the override`]),
    ...(JSON.stringify(token) === JSON.stringify(serviceToken) ? [] : [`the ServiceToken of its gate ${gatePath} is overridden `
      + `with ${show(token)}; remove the override`]),
    ...(overridden.length === 0 ? [] : [`properties of its gate ${gatePath} are overridden: ${overridden.join(', ')}; `
      + 'use the options of the gate']),
  ];
}

/** Returns a problem for a transform in the repository: it may return other properties than it gets. */
function transformProblems(repository: TemplateResource, { repositoryPath }: GatePair): Problem[] {
  const generated = Object.keys(repository.Properties ?? {}).filter((key) => key.startsWith('Fn::'));
  if (!hasKey(repository, 'Fn::Transform') && generated.length === 0) return [];
  return [{
    code: 'UnreadablePolicy',
    path: repositoryPath,
    message: `${generated[0] ?? 'Fn::Transform'} in the repository may change its policy after synthesis, so its gate cannot preview it; `
      + 'write the properties without it',
  }];
}

function hasKey(value: unknown, key: string): boolean {
  if (Array.isArray(value)) return value.some((item) => hasKey(item, key));
  return isObject(value) && (key in value || Object.values(value).some((item) => hasKey(item, key)));
}
