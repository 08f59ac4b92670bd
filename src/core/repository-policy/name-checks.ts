import { isKnown, legible } from './known-text';
import { arnParts, mayBeAccountId, mayBeArn, mayBeOrganizationId, mayBeOrganizationPath } from './names';
import type { Report } from './problem-codes';
import { awsPrincipalsOf, conditionsOf, PolicyStatementJson } from './statement';
import { show } from '../text/show';

/** Reports invalid accounts, organizations and ARNs among the principals and in the conditions. */
export function checkNames(statement: PolicyStatementJson, report: Report): void {
  for (const { at, text } of [
    ...awsPrincipalsOf(statement.Principal, 'Principal'), ...awsPrincipalsOf(statement.NotPrincipal, 'NotPrincipal'),
  ]) checkPrincipal(text, at, report);
  for (const { operator, key, values } of conditionsOf(statement)) {
    const check = CHECKS.get(key.toLowerCase());
    if (!check || /^Null$/i.test(operator)) continue;
    const isPattern = /(Like|^Arn|:Arn)/i.test(operator);
    for (const { at, text } of values) {
      if (check !== checkPath && check !== checkArn && isPattern && /[*?]/.test(text)) continue;
      check(text, at, report);
    }
  }
}

function checkPrincipal(text: string, at: string, report: Report): void {
  if (text === '*' || text === '') return;
  if (/[*?]/.test(text)) {
    report('WildcardPrincipal', at, `${show(legible(text))} has a wildcard, which is not allowed in a principal: name the account, ` +
      'and narrow it with a condition on aws:PrincipalArn');
    return;
  }
  if (text.startsWith('arn:')) {
    checkArn(text, at, report);
  } else if (!/^A[A-Z0-9]{15,}$/.test(text)) { // unique ids of roles and users
    checkAccount(text, at, report);
  }
}

/** Checks the ID of an account. */
export function checkAccount(text: string, at: string, report: Report): void {
  if (mayBeAccountId(text)) return;
  report('InvalidAccountId', at, `${show(legible(text))} is not a valid account ID: write its 12 digits`);
}

/** Checks the ID of an organization. */
export function checkOrganization(text: string, at: string, report: Report): void {
  if (mayBeOrganizationId(text)) return;
  report('InvalidOrganizationId', at, `${show(text)} is not a valid organization ID: write o- and 10 to 32 lowercase letters or digits`);
}

/** Checks the path of an organizational unit. */
export function checkPath(text: string, at: string, report: Report): void {
  if (mayBeOrganizationPath(text)) return;
  report('InvalidOrganizationPath', at, `${show(text)} is not the path of an organizational unit: write one like ` +
    '"o-exampleorgid/r-root/ou-root-exampleid/*", with /* at the end for the unit and all units below it, or / for the unit alone');
}

/** Checks an ARN or an ARN pattern. */
export function checkArn(text: string, at: string, report: Report): void {
  if (!mayBeArn(text)) {
    report('InvalidArn', at, `${show(legible(text))} is not a valid ARN: write one like "arn:aws:iam::111122223333:role/name"`);
    return;
  }
  const { account, service } = arnParts(text) ?? {};
  if (account === undefined || !isKnown(account) || /[*?]/.test(account)) return;
  // The ARN of a principal always names an account. The ARN of a source does not have to: a bucket's ARN has no account.
  if (account !== '' || service === 'iam' || service === 'sts') checkAccount(account, at, report);
}

const CHECKS = new Map<string, (text: string, at: string, report: Report) => void>([
  ['aws:principalaccount', checkAccount],
  ['aws:sourceaccount', checkAccount],
  ['aws:resourceaccount', checkAccount],
  ['aws:principalorgid', checkOrganization],
  ['aws:sourceorgid', checkOrganization],
  ['aws:resourceorgid', checkOrganization],
  ['aws:principalorgpaths', checkPath],
  ['aws:sourceorgpaths', checkPath],
  ['aws:resourceorgpaths', checkPath],
  ['aws:principalarn', checkArn],
  ['aws:sourcearn', checkArn],
]);
