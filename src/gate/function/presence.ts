import type { CfnResource } from 'aws-cdk-lib';

/**
 * Makes a resource part of the template only if the condition holds when the template is written. Options and gates can be added
 * until then, but resources cannot.
 */
export function includeIf(resource: CfnResource, isPresent: () => boolean): void {
  // CDK asks this protected method, also before it writes a dependency on the resource.
  Object.defineProperty(resource, 'shouldSynthesize', { value: isPresent });
}
