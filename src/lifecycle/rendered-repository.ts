import { CfnResource, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Stack, StringConcat, Tokenization } from 'aws-cdk-lib';

/** A resource as it stands in a template. */
export interface RenderedResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
}

/** The parts of a `CfnResource` that every version of CDK has, and that its type declarations leave out. */
interface Internals {
  readonly cfnProperties: Readonly<Record<string, unknown>>;
  readonly rawOverrides: { readonly Properties?: Readonly<Record<string, unknown>> };
  _toCloudFormation(): object;
}

/**
 * A resource as the template will have it, with every override applied.
 *
 * Only for the end of synthesis (validations and later): some lazy values of CDK keep what they resolve to first, and rules
 * or statements that come after that would be lost.
 */
export function renderedRepository(repository: CfnResource): RenderedResource {
  const { Resources } = Stack.of(repository).resolve((repository as unknown as Internals)._toCloudFormation());
  return Object.values<RenderedResource>(Resources)[0];
}

/** One property as the template would have it now, with its overrides. Nothing else of the resource is resolved. */
export function renderedProperty(repository: CfnResource, name: string): unknown {
  const { Resources } = Stack.of(repository).resolve(onlyWith(repository, (key) => isKey(key, name))._toCloudFormation());
  return Object.values<RenderedResource>(Resources)[0].Properties?.[name];
}

/**
 * Whether the repository has a lifecycle policy by now, in whatever form, or may get one from a transform.
 *
 * May be called at any time: no lazy value keeps what it is resolved to.
 */
export function mayHavePolicy(repository: CfnResource): boolean {
  const rendered = Tokenization.resolve(
    onlyWith(repository, (key) => isKey(key, 'LifecyclePolicy') || key.startsWith('Fn::'))._toCloudFormation(),
    { scope: repository, resolver: new ForgetfulResolver(new StringConcat()) });
  const { Properties = {} } = Object.values<RenderedResource>(rendered.Resources)[0];
  return Object.values(Properties).some((value) => value !== undefined && !isNoValue(value));
}

/** Resolves a copy of each token: a lazy value then caches in the copy. */
class ForgetfulResolver extends DefaultTokenResolver {
  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    return super.resolveToken(Object.create(token), context, postProcessor);
  }
}

/** The resource with some of its properties only. */
function onlyWith(repository: CfnResource, isWanted: (key: string) => boolean): Internals {
  const { cfnProperties, rawOverrides } = repository as unknown as Internals;
  const pick = (all: Readonly<Record<string, unknown>> = {}) => Object.fromEntries(Object.entries(all).filter(([key]) => isWanted(key)));
  return Object.create(repository, {
    cfnProperties: { value: pick(cfnProperties) },
    rawOverrides: { value: { Properties: pick(rawOverrides.Properties) } },
  });
}

/** L1 classes have `repositoryName`, templates `RepositoryName`. */
function isKey(key: string, name: string): boolean {
  return key === name || key === name.charAt(0).toLowerCase() + name.slice(1);
}

export function isNoValue(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { Ref?: unknown }).Ref === 'AWS::NoValue';
}
