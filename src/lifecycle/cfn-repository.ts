import { CfnResource } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { IConstruct } from 'constructs';
import { MisuseError } from './errors';

/**
 * The L1 behind a repository of this app.
 *
 * @param purpose what could not be done, for the error: `"to gate a policy"`
 */
export function cfnRepositoryOf(repository: ecr.IRepositoryRef, purpose: string): ecr.CfnRepository {
  const found = findCfnRepository(repository);
  if (found) return found;
  throw new MisuseError(
    'RepositoryNotOfThisApp',
    `${purpose} takes a repository that this app declares, got ${repository.node.path}, which is imported: ` +
    'CloudFormation does not manage its lifecycle policy',
  );
}

/** The L1 behind a repository, if this app declares it. */
export function findCfnRepository(repository: ecr.IRepositoryRef): ecr.CfnRepository | undefined {
  const construct: IConstruct = repository;
  const candidate = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  return candidate && isCfnRepository(candidate) ? candidate : undefined;
}

export function isCfnRepository(construct: IConstruct): construct is ecr.CfnRepository {
  // Not instanceof: an app may have loaded aws-cdk-lib twice.
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === ecr.CfnRepository.CFN_RESOURCE_TYPE_NAME;
}
