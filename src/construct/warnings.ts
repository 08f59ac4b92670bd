import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** The key under which every version of aws-cdk-lib stores the acknowledgments in the app. */
const ACKNOWLEDGMENTS = Symbol.for('@aws-cdk/core.Acknowledgements');

interface Acknowledgments {
  /** True if a warning is acknowledged on a parent of a path. */
  has(path: string, id: string): boolean;
}

/**
 * Adds a warning that can be acknowledged on the construct, on each of its parents, and on the app.
 *
 * @param id The id without `cdk-ecr-lifecycle:`.
 */
export function addWarning(scope: IConstruct, id: string, message: string): void {
  const publicId = `cdk-ecr-lifecycle:${id}`;
  if (!isAcknowledged(scope, publicId)) Annotations.of(scope).addWarningV2(publicId, message);
}

/**
 * Finds acknowledgments that CDK overlooks if the warning follows them: those on the app in all versions, and those on the construct
 * itself in older versions. Many warnings follow, because they are known only at the end of synthesis.
 */
function isAcknowledged(scope: IConstruct, id: string): boolean {
  const acknowledgments = (scope.node.root as IConstruct & { [ACKNOWLEDGMENTS]?: Acknowledgments })[ACKNOWLEDGMENTS];
  // CDK searches the parents of a path. The path of the app is empty.
  return acknowledgments !== undefined && [`${scope.node.path}/child`, '//child'].some((path) => acknowledgments.has(path, id));
}
