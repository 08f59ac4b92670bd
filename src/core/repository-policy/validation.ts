import { checkActions } from './action-checks';
import { legible } from './known-text';
import { lockOutProblem } from './lock-out';
import { checkConditions } from './name-checks';
import { checkPrincipals } from './principal-checks';
import type { Report, RepositoryPolicyProblemCode } from './problem-codes';
import { isStated, PolicyStatementJson } from './statement';
import { Problem, Problems } from '../text/problem';
import { show } from '../text/show';
import { withThousands } from '../text/words';

/** The most characters in the text of a repository policy. */
export const MAX_REPOSITORY_POLICY_LENGTH = 10_240;

/**
 * Finds statements that ECR would reject, and parts of statements that would have no effect.
 *
 * @param owner The account of the repository: `OWN_ACCOUNT` if the template does not name it, undefined if it is unknown.
 */
export function checkRepositoryPolicy(statements: readonly PolicyStatementJson[], owner?: string): Problem[] {
  return statements.flatMap((statement, i) => {
    const problems = new Problems<RepositoryPolicyProblemCode>((at) => `statements[${i}]${at === '' ? '' : `.${legible(at)}`}`);
    checkStatement(statement, owner, problems.add);
    return problems.list();
  });
}

/**
 * Checks the length of the text.
 *
 * @param minLength The number of characters, or the smallest possible number if parts of the text are unknown.
 */
export function checkRepositoryPolicyLength(minLength: number): Problem[] {
  const problems = new Problems<RepositoryPolicyProblemCode>();
  if (minLength > MAX_REPOSITORY_POLICY_LENGTH) {
    problems.add('OversizedRepositoryPolicy', '',
      `the policy has ${withThousands(minLength)} characters, more than the ${withThousands(MAX_REPOSITORY_POLICY_LENGTH)} that ECR accepts: ` +
      'name organizations instead of accounts, or remove statements');
  }
  return problems.list();
}

function checkStatement(statement: PolicyStatementJson, owner: string | undefined, report: Report): void {
  for (const key of ['Resource', 'NotResource'] as const) {
    if (!isStated(statement[key])) continue;
    report('UnexpectedResource', key, `${key} is ${legible(show(statement[key]))}, which ECR rejects in a repository policy: leave it out, ` +
      'the policy always applies to its own repository');
  }
  if (!isStated(statement.Principal) && !isStated(statement.NotPrincipal)) {
    report('MissingPrincipal', 'Principal', 'the statement has no principal: add one, such as new iam.AccountPrincipal("111122223333")');
  }
  checkActions(statement, report);
  checkPrincipals(statement, report);
  checkConditions(statement, report);
  const lockedOut = lockOutProblem(statement, owner);
  if (lockedOut) report('LockedOutOwner', '', lockedOut);
}
