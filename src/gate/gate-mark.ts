import type { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { MisuseError } from '../construct/errors';

/** Where a repository keeps its gate. On the L1, so that it is found wherever in the tree the gate stands. */
const GATE = Symbol.for('cdk-ecr-lifecycle.LifecyclePreviewGate');

interface Marked {
  [GATE]?: IConstruct;
}

export function hasGate(repository: CfnResource): boolean {
  return (repository as CfnResource & Marked)[GATE] !== undefined;
}

/** Two previews of one repository would only wait for each other, and the stricter guards decide anyway. */
export function markGated(repository: CfnResource, gate: IConstruct): void {
  const former = (repository as CfnResource & Marked)[GATE];
  if (former) {
    throw new MisuseError(
      'DuplicateGate',
      `${gate.node.path} is a second gate for ${repository.node.path}, which has ${former.node.path}; put all guards into one gate`);
  }
  Object.defineProperty(repository, GATE, { value: gate });
}
