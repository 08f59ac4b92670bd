import { CfnResource, IAspect, Stack, Stage } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IConstruct } from 'constructs';
import { GateProvider } from './function/gate-provider';
import { hasGate } from './gate-mark';
import { LifecyclePreviewGate } from './lifecycle-preview-gate';
import type { LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';
import { TemplateGates } from './template/template-gates';
import { isCfnRepository } from '../construct/cfn-repository';
import { mayHavePolicy } from '../construct/rendered-repository';

/** Stores the gate options of a scope for the repositories below it. */
const OPTIONS = Symbol.for('cdk-ecr-lifecycle.LifecyclePreviewGates');

interface Scope {
  [OPTIONS]?: LifecyclePreviewGateOptions;
}

export function gateOptionsAt(scope: IConstruct): LifecyclePreviewGateOptions | undefined {
  return (scope as Scope)[OPTIONS];
}

export function setGateOptionsAt(scope: IConstruct, options: LifecyclePreviewGateOptions): void {
  Object.defineProperty(scope, OPTIONS, { value: options });
}

/**
 * Visits one stage, or an app without its stages, and adds the gates.
 *
 * The implementation depends on how CDK visits a tree. Without the feature flag `@aws-cdk/core:aspectStabilization`, CDK visits each
 * construct once, parents first, and reads the children of a construct after its own visit. Constructs that an aspect adds further
 * up are not visited: they get no tags, no permissions boundary, no cdk-nag checks. With the flag, CDK starts over until nothing
 * changes, at most 100 times, and each visit that creates roles costs one start. Therefore:
 *
 * - The visit of the stage itself adds all gates that are known by then. That takes one start, and all of them are visited later.
 * - A stack whose repositories have no policy yet gets the empty construct of the provider, as its last child. If another aspect
 *   adds a policy later, the resources in that construct are still visited.
 * - A repository is checked again with its parent and by itself, after the other aspects have visited it.
 */
export class GatingAspect implements IAspect {
  constructor(private readonly stage: IConstruct) {}

  public visit(node: IConstruct): void {
    const repositories = (node === this.stage ? constructsOfStage(node) : [node, ...node.node.children]).filter(isCfnRepository);
    for (const repository of repositories) gate(repository);
    if (Stack.isStack(node)) TemplateGates.of(node).require((scope) => optionsFor(scope) !== undefined);
  }
}

/** Returns an error for each repository that the aspect could not gate when the tree is finished, also in stages that it did not visit. */
export function validateGating(stage: IConstruct): string[] {
  return stage.node.findAll().filter(isCfnRepository)
    .filter((repository) => !hasGate(repository) && optionsFor(repository) !== undefined && mayHavePolicy(repository))
    .map(({ node }) => `MissingGate: ${node.path} has a lifecycle policy but no gate, because its policy or its stage was added too late for ` +
      'LifecyclePreviewGates; call LifecyclePreviewGates.of(…).add() after all stages are created, give aspects that add policies ' +
      'a priority below 900, or create a LifecyclePreviewGate for it');
}

function gate(repository: CfnResource): void {
  if (hasGate(repository)) return;
  const options = optionsFor(repository);
  if (options === undefined) return;
  GateProvider.of(Stack.of(repository));
  if (!mayHavePolicy(repository)) return;
  const { id, scope } = repository.node;
  // The id of an L1 in its L2.
  new LifecyclePreviewGate(scope as Construct, id === 'Resource' ? 'LifecyclePreviewGate' : `${id}LifecyclePreviewGate`, {
    ...options, repository: repository as IConstruct as ecr.IRepositoryRef,
  });
}

/** Returns the options of the innermost scope. */
function optionsFor(construct: IConstruct): LifecyclePreviewGateOptions | undefined {
  const scopes = construct.node.scopes.map(gateOptionsAt);
  return scopes.reverse().find((options) => options !== undefined);
}

function constructsOfStage(construct: IConstruct): IConstruct[] {
  return [construct, ...construct.node.children.filter((child) => !Stage.isStage(child)).flatMap(constructsOfStage)];
}
