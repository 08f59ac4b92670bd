import { isKnown, matchesPattern, OWN_ACCOUNT } from './known-text';
import { arnParts } from './names';
import type { ConditionEntry } from './statement';

type Holds = (values: readonly string[], negated: boolean, owner?: string) => boolean;

/**
 * Whether a condition is met by every call from the owner's account, however it is made: then it exempts nobody there.
 *
 * Answers no whenever it is not sure, also for every key that it does not know.
 */
export function holdsForOwner({ operator, key, values }: ConditionEntry, owner?: string): boolean {
  const texts = values.map(({ text }) => text);
  const name = key.toLowerCase();
  const base = operator.replace(/^(ForAllValues|ForAnyValue):/i, '').replace(/IfExists$/i, '').toLowerCase();
  // Null asks whether the key is absent; these are there in every call.
  if (base === 'null') return ALWAYS_THERE.has(name) && texts.every((text) => text.toLowerCase() === 'false');
  return ALWAYS_THERE.get(name)?.(texts, base.includes('not'), owner) ?? false;
}

/** Keys of which it is known what they say about calls from the owner's account. */
const ALWAYS_THERE = new Map<string, Holds>([
  ['aws:principalaccount', isOwnAccount],
  ['aws:resourceaccount', isOwnAccount],
  ['aws:principalarn', isOwnPrincipal],
  ['aws:securetransport', is('true')], // with "false" a call over TLS is exempt
  ['aws:principalisawsservice', is('false')],
]);

/** What every such call says: to be something else is met by none, not to be something else by all. */
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

/** Whether a pattern surely stands for accounts other than the owner's. */
function isOther(pattern: string, owner: string): boolean {
  return isKnown(pattern) && pattern !== OWN_ACCOUNT && !matchesPattern(pattern, owner);
}
