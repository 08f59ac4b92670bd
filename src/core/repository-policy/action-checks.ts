import { isKnown, legible } from './known-text';
import type { Report } from './problem-codes';
import { entriesOf, isStated, PolicyStatementJson } from './statement';
import { show } from '../text/show';

/** ECR's actions that do not support a repository as resource, according to the service authorization reference. */
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
  // NotAction is not checked: excluding an action that can never apply has no effect.
  for (const { at, text } of entriesOf(Action, 'Action')) {
    if (!isKnown(text) || text === '*') continue;
    const [service, name = ''] = text.toLowerCase().split(':');
    if (service !== 'ecr') {
      report('ForeignAction', at, `${show(legible(text))} is not an ECR action, so it has no effect in a repository policy: ` +
        'put it into an identity policy, or into the policy of the resource that it applies to');
    } else if (WITHOUT_REPOSITORY.includes(name)) {
      report('IdentityOnlyAction', at, `${show(text)} does not apply to a repository, so it has no effect in a repository policy: ` +
        'put it into an identity policy, with the resource "*"');
    }
  }
}
