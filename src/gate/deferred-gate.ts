import type { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { stageOf, visitRepositories } from './visit-repositories';
import { isCfnRepository } from '../construct/cfn-repository';
import { mayHavePolicy } from '../construct/rendered-repository';

/** Stores the function that creates the resources of a gate once its repository has a policy. */
const CREATE = Symbol.for('cdk-ecr-lifecycle.DeferredGate');

/** Marks a stage that creates deferred gates. */
const VISITED = Symbol.for('cdk-ecr-lifecycle.DeferredGates');

interface Deferred {
  [CREATE]?: () => void;
}

/**
 * Defers the resources of a gate, because a repository without a lifecycle policy needs no function.
 *
 * Rules that are added later, also by other aspects, still get their gate.
 */
export function deferGate(repository: CfnResource, create: () => void): void {
  Object.defineProperty(repository, CREATE, { value: create, configurable: true });
  const stage = stageOf(repository);
  visitRepositories(stage, VISITED, { repository: createIfNeeded }, () => stage.node.findAll()
    .filter((construct) => isDeferred(construct) && isCfnRepository(construct) && mayHavePolicy(construct))
    .filter((construct) => stageOf(construct) === stage)
    .map(({ node }) => `MissingGate: ${node.path} got its lifecycle policy too late for its gate; add rules before synthesis, or give the `
      + 'aspect that adds them a priority below 900'));
}

/** True if the repository has a gate without resources. */
export function isDeferred(construct: IConstruct): boolean {
  return CREATE in construct;
}

/** Records that the gate has its resources. */
export function endDeferral(repository: CfnResource): void {
  delete (repository as CfnResource & Deferred)[CREATE];
}

function createIfNeeded(repository: CfnResource): void {
  if (isDeferred(repository) && mayHavePolicy(repository)) (repository as CfnResource & Deferred)[CREATE]?.();
}
