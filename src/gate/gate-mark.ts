import type { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { MisuseError } from '../construct/errors';

/** Stores the gate of a repository on its L1, so that it is found regardless of its place in the tree. */
const GATE = Symbol.for('cdk-ecr-lifecycle.LifecyclePreviewGate');

/** Marks a repository whose gate is switched off. */
const DISABLED = Symbol.for('cdk-ecr-lifecycle.DisabledGate');

interface Marked {
  [GATE]?: IConstruct;
  [DISABLED]?: true;
}

export function hasGate(repository: IConstruct): boolean {
  return (repository as Marked)[GATE] !== undefined;
}

/** Records the gate of a repository and rejects a second one: their previews would only wait for each other. */
export function markGated(repository: CfnResource, gate: IConstruct): void {
  const former = (repository as CfnResource & Marked)[GATE];
  if (former) {
    throw new MisuseError(
      'DuplicateGate',
      `${gate.node.path} is a second gate for ${repository.node.path}, which already has ${former.node.path}; put all guards into one gate`);
  }
  Object.defineProperty(repository, GATE, { value: gate });
}

/** Records that the repository gets no gate from `LifecyclePreviewGates`. */
export function markDisabled(repository: IConstruct): void {
  Object.defineProperty(repository, DISABLED, { value: true });
}

export function isDisabled(repository: IConstruct): boolean {
  return DISABLED in repository;
}
