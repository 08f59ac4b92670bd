import { Duration, Token } from 'aws-cdk-lib';
import { show } from '../core/text/show';

/** The beginning of the text that a lookup returns in the first pass of synthesis, before the CDK has called AWS. */
const DUMMY = 'dummy-value-for-';

/**
 * True for text that contains the dummy value of `ssm.StringParameter.valueFromLookup`.
 *
 * The CDK synthesizes the app again once it knows the value, and does not deploy an app whose lookups failed. So no check of a value has
 * to hold for the dummy. ECR and the function of a gate reject it.
 */
export function isLookupDummy(value: unknown): value is string {
  return typeof value === 'string' && value.includes(DUMMY);
}

/** True if a value is known only at deployment. A token for a whole list looks like a list of one text. */
export function isToken(value: unknown): boolean {
  const isDuration = value instanceof Duration && value.isUnresolved();
  return isDuration || Token.isUnresolved(value) || (typeof value === 'string' && Token.isUnresolved([value]));
}

/** Formats a value for messages. A token is shown as such, because its text is of no use. */
export function shownValue(value: unknown): string {
  if (isToken(value)) return 'a token, which is known only at deployment; pass a value that is known at synthesis (tokens are possible in the rules of a policy)';
  return show(value);
}
