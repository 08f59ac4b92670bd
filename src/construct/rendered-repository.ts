import { CfnResource, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Stack, StringConcat, Tokenization } from 'aws-cdk-lib';
import { fieldOf } from './cfn-repository';
import { valueOrMistake } from './errors';
import { isNoValue } from './expression';

type Fields = Readonly<Record<string, unknown>>;

/** The parts of a `CfnResource` that every version of CDK has, and that its type declarations leave out. */
interface Internals {
  readonly cfnProperties: Fields;
  readonly rawOverrides: { readonly Properties?: Fields };
  _toCloudFormation(): object;
}

/**
 * Returns one property with its overrides, as the template would have it now. Resolves nothing else of the resource.
 *
 * A lazy value may cache the result of its resolution: read the policy only at the end of synthesis (validations and later).
 */
export function renderedProperty(repository: CfnResource, name: string): unknown {
  const stack = Stack.of(repository);
  const { declared, overrides } = propertiesOf(repository);
  if (!(name in overrides)) {
    const value: unknown = stack.resolve(declared[name] ?? declared[fieldOf(name)]);
    if (typeof value !== 'object') return value;
  }
  // Only CDK itself knows the names within an object, and how an override is merged into it.
  const pick = (all: Fields) => Object.fromEntries(Object.entries(all).filter(([key]) => key === name || key === fieldOf(name)));
  const reduced: Internals = Object.create(repository, {
    cfnProperties: { value: pick(declared) },
    rawOverrides: { value: { Properties: pick(overrides) } },
  });
  const { Resources } = stack.resolve(reduced._toCloudFormation());
  return Object.values<{ readonly Properties?: Fields }>(Resources)[0].Properties?.[name];
}

/** Returns the text of the lifecycle policy as the template would have it now: undefined without a policy, or an expression. */
export function renderedPolicyText(repository: CfnResource): unknown {
  const policy = renderedProperty(repository, 'LifecyclePolicy') as Fields | undefined;
  return policy === undefined || isNoValue(policy) ? undefined : policy.LifecyclePolicyText ?? policy;
}

/**
 * Returns true if the repository already has a lifecycle policy in any form, or may get one from a transform.
 *
 * Can be called at any time: no lazy value caches the result of its resolution.
 */
export function mayHavePolicy(repository: CfnResource): boolean {
  const { declared, overrides } = propertiesOf(repository);
  const properties: Fields = { ...declared, ...'LifecyclePolicy' in overrides && { lifecyclePolicy: undefined }, ...overrides };
  return Object.entries(properties).some(([key, value]) => {
    if (!/^([lL]ifecyclePolicy$|Fn::)/.test(key) || value === undefined) return false;
    const attempt = valueOrMistake(() => resolveUncached(repository, value));
    if ('mistake' in attempt) return true; // a typed policy without rules, which may still get some
    const resolved = attempt.value;
    const isEmpty = typeof resolved === 'object' && resolved !== null && Object.values(resolved).every((inner) => inner === undefined);
    return resolved !== undefined && !isEmpty && !isNoValue(resolved);
  });
}

/**
 * Returns the tags that a resource has now. Tags with generated keys or values are left out.
 *
 * Can be called at any time: no lazy value caches the result of its resolution.
 */
export function declaredTags(resource: CfnResource): { readonly Key: string; readonly Value: string }[] {
  const { declared, overrides } = propertiesOf(resource);
  const tags: unknown = resolveUncached(resource, [overrides.Tags ?? declared.Tags ?? declared.tags ?? []].flat());
  const fields = (tags as unknown[]).map((tag) => tag as Fields);
  return fields.map(({ Key, key, Value, value }) => ({ Key: String(Key ?? key), Value: String(Value ?? value) }));
}

/** Returns the names of the properties that an override sets. */
export function overriddenProperties(resource: CfnResource): string[] {
  return Object.keys(propertiesOf(resource).overrides);
}

function resolveUncached(scope: CfnResource, value: unknown): unknown {
  return Tokenization.resolve(value, { scope, resolver: new UncachedResolver(new StringConcat()) });
}

/** Resolves a copy of each token, so that a lazy value caches its result in the copy. */
class UncachedResolver extends DefaultTokenResolver {
  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    return super.resolveToken(Object.create(token), context, postProcessor);
  }
}

function propertiesOf(resource: CfnResource): { readonly declared: Fields; readonly overrides: Fields } {
  const { cfnProperties, rawOverrides } = resource as unknown as Internals;
  return { declared: cfnProperties, overrides: rawOverrides.Properties ?? {} };
}
