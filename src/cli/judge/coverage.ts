import type { ResolvedPolicy } from '../assembly/resolve-gate';

/** The repositories of an app that no gate covers. */
export interface Coverage {
  /** The repositories with a lifecycle policy. A deployment applies it without a preview. */
  readonly withoutGate: readonly UncoveredRepository[];
  /** The repositories without a lifecycle policy, which need no gate. */
  readonly withoutPolicy: readonly UncoveredRepository[];
}

export interface UncoveredRepository {
  readonly stack: string;
  readonly logicalId: string;
  /** The path of the construct. Absent if the app omits the paths from its templates. */
  readonly path?: string;
  /** Absent if CloudFormation generates the name, or the name is known only at the deployment. */
  readonly repositoryName?: string;
}

/**
 * Returns the repositories without a gate.
 *
 * A repository whose policy is known only at the deployment counts as one with a policy. Creation templates have no images to preview,
 * so they need no gate.
 */
export function coverageOf(repositories: readonly ResolvedPolicy[]): Coverage {
  const uncovered = repositories.filter(({ isCreated, isCreationTemplate, hasGate }) => isCreated && !isCreationTemplate && !hasGate);
  const hasPolicy = ({ policyText }: ResolvedPolicy) => !policyText.ok || policyText.value !== undefined;
  return {
    withoutGate: uncovered.filter(hasPolicy).map(describe),
    withoutPolicy: uncovered.filter((each) => !hasPolicy(each)).map(describe),
  };
}

function nameOf({ repository }: ResolvedPolicy): string | undefined {
  return repository?.ok && 'name' in repository.value ? repository.value.name : undefined;
}

function describe(repository: ResolvedPolicy): UncoveredRepository {
  const { stack, logicalId, path } = repository;
  const name = nameOf(repository);
  return { stack: stack.displayName, logicalId, ...(path !== undefined && { path }), ...(name !== undefined && { repositoryName: name }) };
}
