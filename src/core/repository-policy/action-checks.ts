import { isIdentityOnly } from './ecr-actions';
import { isKnown, legible } from './known-text';
import type { Report } from './problem-codes';
import { entriesOf, isStated, PolicyStatementJson } from './statement';
import { show } from '../text/show';

export function checkActions(statement: PolicyStatementJson, report: Report): void {
  const { Action, NotAction } = statement;
  if (!isStated(Action) && !isStated(NotAction)) {
    report('MissingAction', 'Action', 'the statement has no action: add some, such as "ecr:BatchGetImage"');
  }
  // NotAction is not checked: excluding an action that can never apply has no effect.
  for (const { at, text } of entriesOf(Action, 'Action')) {
    if (!isKnown(text) || text === '*') continue;
    const [service, name = ''] = text.split(':');
    if (service.toLowerCase() !== 'ecr') {
      report('ForeignAction', at, `${show(legible(text))} is not an ECR action, so it has no effect in a repository policy: ` +
        'put it into an identity policy, or into the policy of the resource that it applies to');
    } else if (isIdentityOnly(name)) {
      report('IdentityOnlyAction', at, `${show(text)} does not apply to a repository, so it has no effect in a repository policy: ` +
        'put it into an identity policy, with the resource "*"');
    }
  }
}
