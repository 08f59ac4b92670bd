import type { CfnResource } from 'aws-cdk-lib';

/* The options of a function decide about resources and properties when the template is written. */

/**
 * Makes a resource part of the template only if the condition holds when the template is written. Options and gates can be added
 * until then, but resources cannot.
 */
export function includeIf(resource: CfnResource, isPresent: () => boolean): void {
  // CDK asks this protected method, also before it writes a dependency on the resource.
  Object.defineProperty(resource, 'shouldSynthesize', { value: isPresent });
}

/**
 * Reads a property of a resource each time that it is needed, so that options can be set until the template is written. A value that
 * is assigned later, for example by an aspect, takes precedence.
 *
 * @param token A lazy token for the same value, which CDK writes into the template. A linter such as cdk-nag reads the property
 * itself, and would take a token that resolves to nothing for a value.
 */
export function readLate<T extends CfnResource, K extends keyof T>(resource: T, name: K, read: () => T[K], token: T[K]): void {
  resource[name] = token;
  // In newer versions of CDK, a property is an accessor of the class, and in older ones, it is a field.
  const accessor = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(resource), name);
  let assigned: { readonly value: T[K] } | undefined;
  Object.defineProperty(resource, name, {
    enumerable: true,
    configurable: true,
    get: () => (assigned ? assigned.value : read()),
    set: (value: T[K]) => {
      assigned = { value };
      accessor?.set?.call(resource, value);
    },
  });
}
