import { IAspect, Stack, Stage, Token } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IConstruct } from 'constructs';
import { hasGate } from './gate-mark';
import { GateProvider } from './gate-provider';
import { LifecyclePreviewGate, LifecyclePreviewGateOptions } from './lifecycle-preview-gate';
import { overriddenProperties } from './overrides';
import { isCfnRepository } from '../lifecycle/cfn-repository';

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
  }
}

/** What the aspect could not gate, to be said when the tree is finished; also of stages that it never came to. */
export function validateGating(stage: IConstruct): string[] {
  return stage.node.findAll().filter(isCfnRepository)
    .filter((repository) => !hasGate(repository) && optionsFor(repository) !== undefined && hasPolicy(repository))
    .map(({ node }) => `GateMissing: ${node.path} has a lifecycle policy and no gate, because its policy or its stage came too late for ` +
      'LifecyclePreviewGates; call LifecyclePreviewGates.of(…).add() when all stages are there, give aspects that bring policies ' +
      'a priority below 900, or make a LifecyclePreviewGate for it');
}

function gate(repository: ecr.CfnRepository): void {
  if (hasGate(repository)) return;
  const options = optionsFor(repository);
  if (options === undefined) return;
  GateProvider.of(Stack.of(repository));
  if (!hasPolicy(repository)) return;
  const { id, scope } = repository.node;
  // An L2 calls its L1 so.
  new LifecyclePreviewGate(scope as Construct, id === 'Resource' ? 'LifecyclePreviewGate' : `${id}LifecyclePreviewGate`, {
    ...options, repository,
  });
}

/** The innermost scope's. */
function optionsFor(repository: ecr.CfnRepository): LifecyclePreviewGateOptions | undefined {
  const scopes = repository.node.scopes.map(gateOptionsAt);
  return scopes.reverse().find((options) => options !== undefined);
}

/** Whether there is a policy by now. Rules may still come, so nothing may be fixed by looking. */
function hasPolicy(repository: ecr.CfnRepository): boolean {
  if (overriddenProperties(repository).length > 0) return true;
  const policy = repository.lifecyclePolicy;
  if (!Token.isUnresolved(policy)) return (policy as ecr.CfnRepository.LifecyclePolicyProperty | undefined)?.lifecyclePolicyText !== undefined;
  // An L2's policy is a lazy value, which up to some version of CDK keeps what it is resolved to first: rules that are added
  // later would be lost without a word. What derives from it keeps it for itself.
  return Stack.of(repository).resolve(Object.create(policy as object))?.lifecyclePolicyText !== undefined;
}

function constructsOfStage(construct: IConstruct): IConstruct[] {
  return [construct, ...construct.node.children.filter((child) => !Stage.isStage(child)).flatMap(constructsOfStage)];
}
