import { checkActions } from './action-checks';
import { legible } from './known-text';
import { lockOutOf } from './lock-out';
import { checkNames } from './name-checks';
import type { Report, RepositoryPolicyProblemCode } from './problem-codes';
import { isStated, PolicyStatementJson } from './statement';
import type { Problem } from '../text/problem';
import { show } from '../text/show';
import { withThousands } from '../text/words';

/** The most characters of a repository policy's text. */
export const MAX_REPOSITORY_POLICY_LENGTH = 10_240;

/**
 * What ECR would refuse, and what would have no effect.
 *
 * @param owner the account of the repository, `OWN_ACCOUNT` where the template leaves it open; nothing where it is unknown
 */
export function checkRepositoryPolicy(statements: readonly PolicyStatementJson[], owner?: string): Problem[] {
  return statements.flatMap((statement, i) => {
    const problems: Problem[] = [];
    checkStatement(statement, owner, (code, at, message) => {
      problems.push({ code, path: `statements[${i}]${at === '' ? '' : `.${legible(at)}`}`, message });
    });
    return problems;
  });
}

/**
 * Refuses a text that is longer than ECR takes.
 *
 * @param least the number of its characters, or the least there can be
 */
export function checkRepositoryPolicyLength(least: number): Problem[] {
  if (least <= MAX_REPOSITORY_POLICY_LENGTH) return [];
  return [{
    code: 'OversizedRepositoryPolicy' satisfies RepositoryPolicyProblemCode,
    path: '',
    message: `the policy has ${withThousands(least)} characters, more than the ${withThousands(MAX_REPOSITORY_POLICY_LENGTH)} that ECR takes: ` +
      'name organizations instead of accounts, or drop statements',
  }];
}

function checkStatement(statement: PolicyStatementJson, owner: string | undefined, report: Report): void {
  for (const key of ['Resource', 'NotResource'] as const) {
    if (!isStated(statement[key])) continue;
    report('UnexpectedResource', key, `${key} is ${legible(show(statement[key]))}, but ECR takes a repository policy without: leave it out, ` +
      'the policy is about its repository alone');
  }
  if (!isStated(statement.Principal) && !isStated(statement.NotPrincipal)) {
    report('MissingPrincipal', 'Principal', 'the statement has no principal: add whom it is about, such as new iam.AccountPrincipal("111122223333")');
  }
  checkActions(statement, report);
  checkNames(statement, report);
  const lockedOut = lockOutOf(statement, owner);
  if (lockedOut) report('LockedOutOwner', '', lockedOut);
}
