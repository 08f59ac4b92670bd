import { isKnown, legible } from './known-text';
import { arnParts, mayBeAccountId, mayBeArn, mayBeOrganizationId, mayBeOrganizationPath } from './names';
import type { Report } from './problem-codes';
import { conditionsOf, PolicyStatementJson } from './statement';
import { show } from '../text/show';

/** Reports invalid accounts, organizations and ARNs in the conditions. */
export function checkConditions(statement: PolicyStatementJson, report: Report): void {
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

/** Checks the ID of an account. */
export function checkAccount(text: string, at: string, report: Report): void {
  if (mayBeAccountId(text)) return;
  report('InvalidAccountId', at, `${show(legible(text))} is not a valid account ID: ${accountHint(text)}`);
}

function accountHint(text: string): string {
  if (/^\d{4}-\d{4}-\d{4}$/.test(text)) return `write it without hyphens, ${show(text.replaceAll('-', ''))}`;
  // YAML and JSON numbers lose leading zeros.
  if (/^[1-9]\d{8,10}$/.test(text)) return `write its 12 digits, as text. With its leading zeros it may be ${show(text.padStart(12, '0'))}`;
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text)) return `it looks like a service; write it as Service: new iam.ServicePrincipal(${show(text)})`;
  return 'write its 12 digits';
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
  const { account, service, partition, region } = arnParts(text) ?? {};
  if (partition !== undefined && isKnown(partition) && !/[*?]/.test(partition) && !/^aws(-[a-z]+)*$/.test(partition)) {
    report('InvalidArn', at, `${show(legible(text))} has the partition ${show(partition)}: write aws, or another partition of AWS such as aws-cn`);
    return;
  }
  if ((service === 'iam' || service === 'sts') && region !== undefined && region !== '' && isKnown(region) && !/[*?]/.test(region)) {
    report('InvalidArn', at, `${show(legible(text))} has the region ${show(region)}, but principals have none: leave the region empty`);
    return;
  }
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
