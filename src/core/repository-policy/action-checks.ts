import { isKnown, legible } from './known-text';
import type { Report } from './problem-codes';
import { entriesOf, isStated, PolicyStatementJson } from './statement';
import { show } from '../text/show';

/** ECR's actions that are done to a registry, or to nothing in particular: the service authorization reference names no repository for them. */
const WITHOUT_REPOSITORY = [
  'GetAuthorizationToken',
  'DescribeRegistry', 'GetRegistryPolicy', 'PutRegistryPolicy', 'DeleteRegistryPolicy', 'PutReplicationConfiguration',
  'GetRegistryScanningConfiguration', 'PutRegistryScanningConfiguration',
  'CreatePullThroughCacheRule', 'DeletePullThroughCacheRule', 'DescribePullThroughCacheRules', 'UpdatePullThroughCacheRule',
  'ValidatePullThroughCacheRule',
  'CreateRepositoryCreationTemplate', 'DeleteRepositoryCreationTemplate', 'DescribeRepositoryCreationTemplates',
  'UpdateRepositoryCreationTemplate',
  'GetAccountSetting', 'PutAccountSetting',
  'GetSigningConfiguration', 'PutSigningConfiguration', 'DeleteSigningConfiguration',
  'RegisterPullTimeUpdateExclusion', 'DeregisterPullTimeUpdateExclusion', 'ListPullTimeUpdateExclusions',
].map((name) => name.toLowerCase());

export function checkActions(statement: PolicyStatementJson, report: Report): void {
  const { Action, NotAction } = statement;
  if (!isStated(Action) && !isStated(NotAction)) {
    report('MissingAction', 'Action', 'the statement has no action: add some, such as "ecr:BatchGetImage"');
  }
  // Not those of NotAction: to except what is never meant changes nothing.
  for (const { at, text } of entriesOf(Action, 'Action')) {
    if (!isKnown(text) || text === '*') continue;
    const [service, name = ''] = text.toLowerCase().split(':');
    if (service !== 'ecr') {
      report('ForeignAction', at, `${show(legible(text))} is not an action of ECR, so a repository policy gives it no effect: ` +
        'put it into an identity policy, or into the policy of what it is done to');
    } else if (WITHOUT_REPOSITORY.includes(name)) {
      report('IdentityOnlyAction', at, `${show(text)} is not done to a repository, so a repository policy gives it no effect: ` +
        'put it into an identity policy, with "*" for the resource');
    }
  }
}
