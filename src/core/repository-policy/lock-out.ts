import { isKnown, matchesPattern, OWN_ACCOUNT } from './known-text';
import { holdsForOwner } from './lock-out-conditions';
import { arnParts } from './names';
import { awsPrincipalsOf, conditionsOf, entriesOf, isStated, PolicyStatementJson } from './statement';

/** The actions that are needed to correct the policy. ECR rejects a policy that denies them to the caller. */
const MANAGEMENT = ['ecr:SetRepositoryPolicy', 'ecr:DeleteRepositoryPolicy', 'ecr:GetRepositoryPolicy'];

/**
 * Explains how a Deny prevents all principals in the owner's account from changing the policy. Returns undefined if it does not.
 *
 * Only a certain lockout is reported. A Deny for some roles of the account does not affect the others, a condition on the call
 * itself (such as its network or TLS) can be met, and a value that is known only at deployment may be the right one.
 */
export function lockOutProblem(statement: PolicyStatementJson, owner?: string): string | undefined {
  if (statement.Effect !== 'Deny') return undefined;
  const denied = MANAGEMENT.filter((action) => denies(statement, action));
  if (denied.length === 0 || !isAboutOwner(statement, owner)) return undefined;
  if (!conditionsOf(statement).every((entry) => holdsForOwner(entry, owner))) return undefined;
  const account = owner === undefined || owner === OWN_ACCOUNT ? '111122223333' : owner;
  return `the Deny covers ${denied.join(', ')} for all principals in the account of the repository, so the policy could not be changed again; ` +
    'ECR rejects that, and CloudFormation cannot force it: leave out these actions, or exempt the account with the condition ' +
    `{"StringNotEquals":{"aws:PrincipalAccount":"${account}"}}`;
}

function denies({ Action, NotAction }: PolicyStatementJson, action: string): boolean {
  const covers = ({ text }: { readonly text: string }) => matchesPattern(text.toLowerCase(), action.toLowerCase());
  if (isStated(Action)) return entriesOf(Action, '').some(covers);
  const exempt = entriesOf(NotAction, '');
  return exempt.length > 0 && !exempt.some((entry) => covers(entry) || !isKnown(entry.text));
}

function isAboutOwner({ Principal, NotPrincipal }: PolicyStatementJson, owner?: string): boolean {
  if (isStated(Principal)) return awsPrincipalsOf(Principal, '').some(({ text }) => text === '*' || (owner !== undefined && isAccount(text, owner)));
  const exempt = awsPrincipalsOf(NotPrincipal, '');
  return isStated(NotPrincipal) && !exempt.some(({ text }) => text === '*' || mayBeAccount(text, owner));
}

/** True if a principal is the whole account. */
function isAccount(principal: string, account: string): boolean {
  const arn = arnParts(principal);
  return principal === account || (arn?.account === account && arn.resource === 'root');
}

/** True if a principal may be the whole account. A role or user does not exempt itself: IAM denies its account unless that is exempt too. */
function mayBeAccount(principal: string, owner?: string): boolean {
  const arn = arnParts(principal);
  if (arn && arn.resource !== 'root' && isKnown(arn.resource)) return false;
  const account = arn?.account ?? principal;
  const isOpen = (text: string | undefined) => text === undefined || text === OWN_ACCOUNT || !isKnown(text);
  return account === owner || isOpen(owner) || isOpen(account);
}
