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
  const construct: IConstruct = repository;
  const candidate = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  if (candidate && isCfnRepository(candidate)) return candidate;
  throw new MisuseError(
    'RepositoryNotOfThisApp',
    `${purpose} takes a repository that this app declares, got ${construct.node.path}, which is imported: ` +
    'CloudFormation does not manage its lifecycle policy',
  );
}

export function isCfnRepository(construct: IConstruct): construct is ecr.CfnRepository {
  // Not instanceof: an app may have loaded aws-cdk-lib twice.
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === ecr.CfnRepository.CFN_RESOURCE_TYPE_NAME;
}
