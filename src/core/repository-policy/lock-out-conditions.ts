import { isKnown, matchesPattern, OWN_ACCOUNT } from './known-text';
import { arnParts } from './names';
import type { ConditionEntry } from './statement';

type Holds = (values: readonly string[], negated: boolean, owner?: string) => boolean;

/**
 * True if every call from the owner's account meets the condition, so that the condition does not exempt any principal there.
 *
 * False if the result is uncertain, for example for every unknown key.
 */
export function holdsForOwner({ operator, key, values }: ConditionEntry, owner?: string): boolean {
  const texts = values.map(({ text }) => text);
  const name = key.toLowerCase();
  const base = operator.replace(/^(ForAllValues|ForAnyValue):/i, '').replace(/IfExists$/i, '').toLowerCase();
  // Null with "true" requires that the key is absent, but these keys are present in every call.
  if (base === 'null') return ALWAYS_PRESENT.has(name) && texts.every((text) => text.toLowerCase() === 'false');
  return ALWAYS_PRESENT.get(name)?.(texts, base.includes('not'), owner) ?? false;
}

/** The condition keys whose value is known for every call from the owner's account. */
const ALWAYS_PRESENT = new Map<string, Holds>([
  ['aws:principalaccount', isOwnAccount],
  ['aws:resourceaccount', isOwnAccount],
  ['aws:principalarn', isOwnPrincipal],
  ['aws:securetransport', is('true')], // with "false" a call over TLS is exempt
  ['aws:principalisawsservice', is('false')],
]);

/** Compares with the value of every such call: no call equals another value, and every call differs from another value. */
function is(value: string): Holds {
  return (values, negated) => values.length > 0 && values.every((text) => isKnown(text) && (text.toLowerCase() === value) !== negated);
}

function isOwnAccount(values: readonly string[], negated: boolean, owner?: string): boolean {
  if (values.length === 0) return false;
  if (!negated) return values.some((value) => value === '*' || (owner !== undefined && matchesPattern(value, owner)));
  return owner !== undefined && owner !== OWN_ACCOUNT && values.every((value) => isOther(value, owner));
}

function isOwnPrincipal(values: readonly string[], negated: boolean, owner?: string): boolean {
  if (values.length === 0) return false;
  if (!negated) {
    return values.some((value) => {
      const arn = arnParts(value);
      return value === '*' || (arn?.resource === '*' && (arn.account === '*' || (owner !== undefined && arn.account === owner)));
    });
  }
  if (owner === undefined || owner === OWN_ACCOUNT) return false;
  return values.every((value) => {
    const account = arnParts(value)?.account;
    return account !== undefined && isOther(account, owner);
  });
}

/** True if a pattern certainly does not match the owner's account. */
function isOther(pattern: string, owner: string): boolean {
  return isKnown(pattern) && pattern !== OWN_ACCOUNT && !matchesPattern(pattern, owner);
}
