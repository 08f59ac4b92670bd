import { CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { hasGate, isDisabled } from './gate-mark';
import type { LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';
import type { LifecyclePreviewGatesOptions } from './lifecycle-preview-gates-options';
import { stageOf } from './visit-repositories';
import { isCfnRepository } from '../construct/cfn-repository';

/** Stores the gate options of a scope for the repositories below it. */
const OPTIONS = Symbol.for('cdk-ecr-lifecycle.LifecyclePreviewGates');

interface Scope {
  [OPTIONS]?: LifecyclePreviewGatesOptions;
}

export function gateOptionsAt(scope: IConstruct): LifecyclePreviewGatesOptions | undefined {
  return (scope as Scope)[OPTIONS];
}

export function setGateOptionsAt(scope: IConstruct, options: LifecyclePreviewGatesOptions): void {
  Object.defineProperty(scope, OPTIONS, { value: options });
}

/** Returns the options of the gate that a repository, or the declaration of one, must get; undefined if it gets none. */
export function optionsFor(declaration: IConstruct): LifecyclePreviewGateOptions | undefined {
  const scope = governingScope(declaration);
  const { enabled = true, exclude = [], ...options } = (scope && gateOptionsAt(scope)) ?? { enabled: false };
  return enabled && !isDisabled(declaration) && !exclude.some((exclusion) => exclusion._matches(declaration)) ? options : undefined;
}

export function mustHaveGate(declaration: IConstruct): boolean {
  return optionsFor(declaration) !== undefined;
}

/** True if the tags of a repository can exclude it, which are complete only after other aspects have visited it. */
export function dependsOnTags(repository: CfnResource): boolean {
  const scope = governingScope(repository);
  return (scope && gateOptionsAt(scope)?.exclude)?.some(({ _isByPlace }) => !_isByPlace) ?? false;
}

/** The exclusions of a scope that apply to no repository which would otherwise get a gate. */
export interface UnusedExclusions {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** A stack whose output shows warnings about the scope. */
  readonly stack?: Stack;
}

export function unusedExclusions(scope: IConstruct): UnusedExclusions {
  const { enabled = true, exclude = [] } = gateOptionsAt(scope) ?? {};
  const below = scope.node.findAll().filter(isCfnRepository).filter((repository) => governingScope(repository) === scope);
  const unused = enabled ? exclude.filter(({ _matches }) => !below.some((repository) => _matches(repository) && !hasGate(repository))) : [];
  const messageOf = ({ _description, _matches }: typeof unused[number]) => {
    const gated = below.find((repository) => _matches(repository));
    return gated
      ? `${_description} is excluded, but ${gated.node.path} has its own gate; set gateEnabled to false on a GatedRepository, or remove its gate`
      : `${_description} is excluded, but no repository below ${scope.node.path || 'the app'} matches it that gets its options from there; `
        + 'correct the exclusion, or remove it';
  };
  return {
    errors: unused.filter(({ _isByPlace }) => _isByPlace).map((exclusion) => `UnusedExclusion: ${messageOf(exclusion)}`),
    warnings: unused.filter(({ _isByPlace }) => !_isByPlace).map(messageOf),
    stack: [...below.map((repository) => Stack.of(repository)), ...scope.node.findAll().filter(Stack.isStack)]
      .find((stack) => stageOf(stack) === stageOf(scope)),
  };
}

/** Returns the innermost scope with options. */
function governingScope(construct: IConstruct): IConstruct | undefined {
  return construct.node.scopes.reverse().find((scope) => gateOptionsAt(scope) !== undefined);
}
