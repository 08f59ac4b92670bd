import type { GuardKind } from './guard-kind';
import { afterArchiving } from './max-images';
import { plural, withThousands } from '../../text/words';
import { expiryRuleOf } from '../affected-image';

/** Limits how many images expire by one rule: the budget of the rule. */
export interface MaxExpiring {
  readonly id: 'max-expiring';
  readonly rulePriority: number;
  readonly limit: number;
}

export const maxExpiring: GuardKind<MaxExpiring> = {
  id: 'max-expiring',
  protects: false,
  judge: ({ id, rulePriority, limit }, { affected }) => {
    const expiring = affected.filter((image) => expiryRuleOf(image) === rulePriority);
    if (expiring.length <= limit) return undefined;
    return {
      guardId: id,
      because: `${plural(expiring.length, 'image')} would expire by rule ${rulePriority}${afterArchiving(expiring)}, but at most ${withThousands(limit)} may`,
      images: expiring,
    };
  },
  describe: ({ rulePriority, limit }) => `at most ${plural(limit, 'image')} may expire by rule ${rulePriority}`,
  properties: ['RulePriority', 'Limit'],
  // A priority may be a token, and a token does not survive a conversion to text.
  encode: ({ rulePriority, limit }) => ({ RulePriority: rulePriority, Limit: String(limit) }),
  decode: (properties) => ({ rulePriority: properties.wholeNumber('RulePriority'), limit: properties.wholeNumber('Limit') }),
};
