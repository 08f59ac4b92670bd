import { CfnResource, IAspect, Stack, Stage } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IConstruct } from 'constructs';
import { hasGate } from './gate-mark';
import { GateProvider } from './gate-provider';
import { LifecyclePreviewGate } from './lifecycle-preview-gate';
import type { LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';
import { TemplateGates } from './template/template-gates';
import { isCfnRepository } from '../construct/cfn-repository';
import { mayHavePolicy } from '../construct/rendered-repository';

/** Where a scope keeps how the repositories below it are gated. */
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
 * Goes through one stage, or an app without the stages in it, and gates what is to be gated.
 *
 * How CDK walks a tree decides how this is done. Without the feature flag `@aws-cdk/core:aspectStabilization` it visits each
 * construct once, parents first, and a construct's list of children is read when its own visit is over. So what an aspect
 * adds further up is not visited: no tags, no permissions boundary, no cdk-nag. With the flag it starts over until nothing
 * is left to do, 100 times at most, and each visit in which roles are made costs one start. Therefore
 *
 * - all that can be known at the first visit, of the stage itself, is done then: one start, and all is visited later;
 * - a stack whose repositories have no policy yet is given the empty construct of the provider, as its last child; should
 *   another aspect bring a policy, what goes in there is still visited;
 * - a repository is looked at again with its parent and by itself, after the other aspects have been there.
 */
export class GatingAspect implements IAspect {
  constructor(private readonly stage: IConstruct) {}

  public visit(node: IConstruct): void {
    const repositories = (node === this.stage ? constructsOfStage(node) : [node, ...node.node.children]).filter(isCfnRepository);
    for (const repository of repositories) gate(repository);
    if (Stack.isStack(node)) TemplateGates.of(node).require((scope) => optionsFor(scope) !== undefined);
  }
}

/** What the aspect could not gate, to be said when the tree is finished; also of stages that it never came to. */
export function validateGating(stage: IConstruct): string[] {
  return stage.node.findAll().filter(isCfnRepository)
    .filter((repository) => !hasGate(repository) && optionsFor(repository) !== undefined && mayHavePolicy(repository))
    .map(({ node }) => `MissingGate: ${node.path} has a lifecycle policy and no gate, because its policy or its stage came too late for ` +
      'LifecyclePreviewGates; call LifecyclePreviewGates.of(…).add() when all stages are there, give aspects that bring policies ' +
      'a priority below 900, or make a LifecyclePreviewGate for it');
}

function gate(repository: CfnResource): void {
  if (hasGate(repository)) return;
  const options = optionsFor(repository);
  if (options === undefined) return;
  GateProvider.of(Stack.of(repository));
  if (!mayHavePolicy(repository)) return;
  const { id, scope } = repository.node;
  // An L2 calls its L1 so.
  new LifecyclePreviewGate(scope as Construct, id === 'Resource' ? 'LifecyclePreviewGate' : `${id}LifecyclePreviewGate`, {
    ...options, repository: repository as IConstruct as ecr.IRepositoryRef,
  });
}

/** The innermost scope's. */
function optionsFor(construct: IConstruct): LifecyclePreviewGateOptions | undefined {
  const scopes = construct.node.scopes.map(gateOptionsAt);
  return scopes.reverse().find((options) => options !== undefined);
}

function constructsOfStage(construct: IConstruct): IConstruct[] {
  return [construct, ...construct.node.children.filter((child) => !Stage.isStage(child)).flatMap(constructsOfStage)];
}
