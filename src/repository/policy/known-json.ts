import { Tokenization } from 'aws-cdk-lib';
import { OWN_ACCOUNT, UNKNOWN } from '../../core/repository-policy/known-text';

/** The parts of a template that the checks know. */
export interface KnownValues {
  /** The value of `AWS::AccountId`. */
  readonly ownAccount: string;
  /** Returns the value of an attribute of a resource, or undefined if it is unknown. */
  readonly attributeOf?: (logicalId: string, attribute: string) => string | undefined;
}

/**
 * Replaces each part of a value that is known only at deployment with a marker for the checks.
 *
 * Accepts CDK's tokens, and the CloudFormation functions that they resolve to.
 */
export function knownJson(value: unknown, known: KnownValues = { ownAccount: OWN_ACCOUNT }): unknown {
  if (typeof value === 'string') return knownText(value);
  if (Array.isArray(value)) return Tokenization.isResolvable(value) ? UNKNOWN : value.map((item) => knownJson(item, known));
  if (typeof value !== 'object' || value === null) return value;
  if (Tokenization.isResolvable(value)) return UNKNOWN;
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [name, argument] = entries[0];
    if (name === 'Ref' && typeof argument === 'string') return argument === 'AWS::AccountId' ? known.ownAccount : UNKNOWN;
    if (name === 'Fn::Join' && Array.isArray(argument)) return joined(argument[0], argument[1], known);
    if (name === 'Fn::GetAtt' && Array.isArray(argument)) return known.attributeOf?.(String(argument[0]), String(argument[1])) ?? UNKNOWN;
    if (name.startsWith('Fn::')) return UNKNOWN;
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, knownJson(item, known)]));
}

function knownText(text: string): string {
  return Tokenization.reverseString(text).mapTokens({ mapToken: () => UNKNOWN }).join({ join: (left, right) => `${left ?? ''}${right ?? ''}` }) ?? '';
}

function joined(delimiter: unknown, parts: unknown, known: KnownValues): string {
  if (typeof delimiter !== 'string' || !Array.isArray(parts)) return UNKNOWN;
  return parts.map((part) => {
    const text = knownJson(part, known);
    return typeof text === 'string' ? text : UNKNOWN;
  }).join(delimiter);
}
