import { CfnResource } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { IConstruct } from 'constructs';
import { MisuseError } from './errors';

/**
 * Returns the resource behind a repository of this app, or throws.
 *
 * It may be a plain `CfnResource` of the type, or come from another copy of aws-cdk-lib, so it is not typed as the L1 class.
 *
 * @param purpose The API that needs the resource, for the error: `"LifecyclePolicy.applyTo"`.
 */
export function cfnRepositoryOf(repository: ecr.IRepositoryRef, purpose: string): CfnResource {
  const found = findCfnRepository(repository);
  if (found) return found;
  throw new MisuseError(
    'ImportedRepository',
    `${purpose} takes a repository that this app declares, got ${repository.node.path}, which is imported: ` +
    'CloudFormation does not manage its lifecycle policy; use LifecyclePolicyAttachment',
  );
}

/** Returns the resource behind a repository if this app declares it. */
export function findCfnRepository(repository: ecr.IRepositoryRef): CfnResource | undefined {
  const construct: IConstruct = repository;
  const candidate = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  return candidate && isCfnRepository(candidate) ? candidate : undefined;
}

export function isCfnRepository(construct: IConstruct): construct is CfnResource {
  // Not instanceof: an app may have loaded aws-cdk-lib twice, or use CfnResource itself.
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === ecr.CfnRepository.CFN_RESOURCE_TYPE_NAME;
}

type SettableProperty = 'LifecyclePolicy' | 'RepositoryPolicyText';

/** Returns the value that the L1 has for a property, with tokens. Undefined for a plain `CfnResource`: see `renderedProperty`. */
export function declaredProperty(repository: CfnResource, name: SettableProperty): unknown {
  return (repository as unknown as Record<string, unknown>)[fieldOf(name)];
}

/**
 * Sets a property. A plain `CfnResource` has no field for it, only overrides.
 *
 * @param inTemplate The value with the property names of the template, if they differ from those of the L1.
 */
export function setProperty(repository: CfnResource, name: SettableProperty, value: unknown, inTemplate = value): void {
  const field = fieldOf(name);
  if (field in repository) (repository as unknown as Record<string, unknown>)[field] = value;
  else repository.addPropertyOverride(name, inTemplate);
}

/** Returns the name of a property in L1 classes: `repositoryName` for `RepositoryName`. */
export function fieldOf(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
