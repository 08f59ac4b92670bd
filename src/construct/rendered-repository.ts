import { CfnResource, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Stack, StringConcat, Tokenization } from 'aws-cdk-lib';

type Fields = Readonly<Record<string, unknown>>;

/** The parts of a `CfnResource` that every version of CDK has, and that its type declarations leave out. */
interface Internals {
  readonly cfnProperties: Fields;
  readonly rawOverrides: { readonly Properties?: Fields };
  _toCloudFormation(): object;
}

/**
 * One property as the template would have it now, with its overrides. Nothing else of the resource is resolved.
 *
 * A lazy value may keep what it resolves to here: read the policy only at the end of synthesis (validations and later).
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

/** The text of the lifecycle policy as the template would have it now, undefined without one, or an expression. */
export function renderedPolicyText(repository: CfnResource): unknown {
  const policy = renderedProperty(repository, 'LifecyclePolicy') as Fields | undefined;
  return policy === undefined || isNoValue(policy) ? undefined : policy.LifecyclePolicyText ?? policy;
}

/**
 * Whether the repository has a lifecycle policy by now, in whatever form, or may get one from a transform.
 *
 * May be called at any time: no lazy value keeps what it is resolved to.
 */
export function mayHavePolicy(repository: CfnResource): boolean {
  const { declared, overrides } = propertiesOf(repository);
  const properties: Fields = { ...declared, ...'LifecyclePolicy' in overrides && { lifecyclePolicy: undefined }, ...overrides };
  return Object.entries(properties).some(([key, value]) => {
    if (!/^([lL]ifecyclePolicy$|Fn::)/.test(key) || value === undefined) return false;
    const resolved: unknown = Tokenization.resolve(value, { scope: repository, resolver: new ForgetfulResolver(new StringConcat()) });
    const isEmpty = typeof resolved === 'object' && resolved !== null && Object.values(resolved).every((inner) => inner === undefined);
    return resolved !== undefined && !isEmpty && !isNoValue(resolved);
  });
}

/** Resolves a copy of each token: a lazy value then caches in the copy. */
class ForgetfulResolver extends DefaultTokenResolver {
  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    return super.resolveToken(Object.create(token), context, postProcessor);
  }
}

function propertiesOf(repository: CfnResource): { readonly declared: Fields; readonly overrides: Fields } {
  const { cfnProperties, rawOverrides } = repository as unknown as Internals;
  return { declared: cfnProperties, overrides: rawOverrides.Properties ?? {} };
}

/** L1 classes have `repositoryName`, templates `RepositoryName`. */
function fieldOf(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

export function isNoValue(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { Ref?: unknown }).Ref === 'AWS::NoValue';
}
