import { Tokenization } from 'aws-cdk-lib';
import { OWN_ACCOUNT, UNKNOWN } from '../../core/repository-policy/known-text';

/**
 * Replaces each part of a value that is known only at deployment with a marker for the checks.
 *
 * Accepts CDK's tokens, and the CloudFormation functions that they resolve to.
 *
 * @param ownAccount The value of `AWS::AccountId`, if it is known.
 */
export function knownJson(value: unknown, ownAccount = OWN_ACCOUNT): unknown {
  if (typeof value === 'string') return knownText(value);
  if (Array.isArray(value)) return Tokenization.isResolvable(value) ? UNKNOWN : value.map((item) => knownJson(item, ownAccount));
  if (typeof value !== 'object' || value === null) return value;
  if (Tokenization.isResolvable(value)) return UNKNOWN;
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [name, argument] = entries[0];
    if (name === 'Ref' && typeof argument === 'string') return argument === 'AWS::AccountId' ? ownAccount : UNKNOWN;
    if (name === 'Fn::Join' && Array.isArray(argument)) return joined(argument[0], argument[1], ownAccount);
    if (name.startsWith('Fn::')) return UNKNOWN;
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, knownJson(item, ownAccount)]));
}

function knownText(text: string): string {
  return Tokenization.reverseString(text).mapTokens({ mapToken: () => UNKNOWN }).join({ join: (left, right) => `${left ?? ''}${right ?? ''}` }) ?? '';
}

function joined(delimiter: unknown, parts: unknown, ownAccount: string): string {
  if (typeof delimiter !== 'string' || !Array.isArray(parts)) return UNKNOWN;
  return parts.map((part) => {
    const known = knownJson(part, ownAccount);
    return typeof known === 'string' ? known : UNKNOWN;
  }).join(delimiter);
}
