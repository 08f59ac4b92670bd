import { isKnown, matchesPattern, OWN_ACCOUNT } from './known-text';
import { holdsForOwner } from './lock-out-conditions';
import { arnParts } from './names';
import { awsPrincipalsOf, conditionsOf, entriesOf, isStated, PolicyStatementJson } from './statement';

/** Whoever may not do these cannot mend the policy. ECR asks whether the caller still could, and refuses if not. */
const MANAGEMENT = ['ecr:SetRepositoryPolicy', 'ecr:DeleteRepositoryPolicy', 'ecr:GetRepositoryPolicy'];

/**
 * Says how a Deny stops everybody in the owner's account from changing the policy; nothing if it does not.
 *
 * Only what surely does is refused. A Deny for some roles of the account leaves the others; a condition that depends on how
 * a call is made, such as its network or TLS, can be met; a value that is known at deployment only may be the right one.
 */
export function lockOutOf(statement: PolicyStatementJson, owner?: string): string | undefined {
  if (statement.Effect !== 'Deny') return undefined;
  const denied = MANAGEMENT.filter((action) => denies(statement, action));
  if (denied.length === 0 || !isAboutOwner(statement, owner)) return undefined;
  if (!conditionsOf(statement).every((entry) => holdsForOwner(entry, owner))) return undefined;
  const account = owner === undefined || owner === OWN_ACCOUNT ? '111122223333' : owner;
  return `the Deny covers ${denied.join(', ')} for everybody in the account of the repository, so that nobody could change the policy again; ` +
    'ECR refuses that, and CloudFormation cannot force it: leave these actions out, or exempt the account with the condition ' +
    `{"StringNotEquals":{"aws:PrincipalAccount":"${account}"}}`;
}

function denies({ Action, NotAction }: PolicyStatementJson, action: string): boolean {
  const covers = ({ text }: { readonly text: string }) => matchesPattern(text.toLowerCase(), action.toLowerCase());
  if (isStated(Action)) return entriesOf(Action, '').some(covers);
  const spared = entriesOf(NotAction, '');
  return spared.length > 0 && !spared.some((entry) => covers(entry) || !isKnown(entry.text));
}

function isAboutOwner({ Principal, NotPrincipal }: PolicyStatementJson, owner?: string): boolean {
  if (isStated(Principal)) return awsPrincipalsOf(Principal, '').some(({ text }) => text === '*' || (owner !== undefined && isAccount(text, owner)));
  const spared = awsPrincipalsOf(NotPrincipal, '');
  return isStated(NotPrincipal) && !spared.some(({ text }) => text === '*' || mayBeAccount(text, owner));
}

/** Whether a principal is the whole account. */
function isAccount(principal: string, account: string): boolean {
  const arn = arnParts(principal);
  return principal === account || (arn?.account === account && arn.resource === 'root');
}

/** A role or user alone is not enough: IAM denies its account, and so the role or user in it, unless that is named as well. */
function mayBeAccount(principal: string, owner?: string): boolean {
  const arn = arnParts(principal);
  if (arn && arn.resource !== 'root' && isKnown(arn.resource)) return false;
  const account = arn?.account ?? principal;
  const isOpen = (text: string | undefined) => text === undefined || text === OWN_ACCOUNT || !isKnown(text);
  return account === owner || isOpen(owner) || isOpen(account);
}
