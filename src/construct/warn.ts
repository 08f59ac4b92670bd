import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The acknowledgments of an app by path, and then by id. All supported versions of CDK store them here. */
const ACKNOWLEDGEMENTS = Symbol.for('@aws-cdk/core.Acknowledgements');

interface Acknowledging {
  readonly [ACKNOWLEDGEMENTS]?: { readonly acks?: ReadonlyMap<string, { has(id: string): boolean }> };
}

/** Adds a warning with the id `cdk-ecr-lifecycle:<id>`, which can be acknowledged on the construct or anywhere above it. */
export function warn(scope: IConstruct, id: string, message: string): void {
  const fullId = `cdk-ecr-lifecycle:${id}`;
  // CDK does not look for acknowledgments on the app, whose path is empty, if the warning is added after them.
  const onApp = (scope.node.root as Acknowledging)[ACKNOWLEDGEMENTS]?.acks?.get('');
  if (!onApp?.has(fullId)) Annotations.of(scope).addWarningV2(fullId, message);
}
