import { isKnown, legible } from './known-text';
import { arnParts, mayBeAccountId, mayBeArn, mayBeOrganizationId, mayBeOrganizationPath } from './names';
import type { Report } from './problem-codes';
import { awsPrincipalsOf, conditionsOf, PolicyStatementJson } from './statement';
import { show } from '../text/show';

/** Accounts, organizations and ARNs that cannot be any, among the principals and in the conditions. */
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
    report('WildcardPrincipal', at, `${show(legible(text))} has a wildcard, which a principal must not have: name the account, ` +
      'and narrow it with a condition on aws:PrincipalArn');
    return;
  }
  if (text.startsWith('arn:')) {
    checkArn(text, at, report);
  } else if (!/^A[A-Z0-9]{15,}$/.test(text)) { // unique ids of roles and users
    checkAccount(text, at, report);
  }
}

/** An account's id. */
export function checkAccount(text: string, at: string, report: Report): void {
  if (mayBeAccountId(text)) return;
  report('InvalidAccountId', at, `${show(legible(text))} is no account id: write its 12 digits`);
}

/** An organization's id. */
export function checkOrganization(text: string, at: string, report: Report): void {
  if (mayBeOrganizationId(text)) return;
  report('InvalidOrganizationId', at, `${show(text)} is no organization id: write o- and 10 to 32 lower-case letters or digits`);
}

/** The path of an organizational unit. */
export function checkPath(text: string, at: string, report: Report): void {
  if (mayBeOrganizationPath(text)) return;
  report('InvalidOrganizationPath', at, `${show(text)} is not the path of an organizational unit: write one like ` +
    '"o-exampleorgid/r-root/ou-root-exampleid/*", with /* at the end for the unit and all below it, / for the unit alone');
}

/** An ARN, or a pattern for some. */
export function checkArn(text: string, at: string, report: Report): void {
  if (!mayBeArn(text)) {
    report('InvalidArn', at, `${show(legible(text))} is no ARN: write one like "arn:aws:iam::111122223333:role/name"`);
    return;
  }
  const { account, service } = arnParts(text) ?? {};
  if (account === undefined || !isKnown(account) || /[*?]/.test(account)) return;
  // A principal is always of an account; the source of a call need not be (a bucket's ARN has none).
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
