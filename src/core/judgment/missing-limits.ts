import { Guard, limitsTotal } from './guards/guard';
import type { PolicyDocument, PolicyRule } from '../policy/policy-document';
import { isKeepRule, rulesToCheck } from '../warnings/rules';

/** The rules that act on images although no guard allows any image for them. */
export interface MissingLimits {
  /** Empty if a guard limits the number of expiring images, or if a rule has a budget. */
  readonly expiring: readonly PolicyRule[];
  /** Empty if a guard limits the number of archived images. */
  readonly archiving: readonly PolicyRule[];
}

/** Finds the rules for which the implied limit of 0 applies. Rules that are meant to keep images do not count. */
export function missingLimits({ rules }: PolicyDocument, guards: readonly Guard[]): MissingLimits {
  const acting = rulesToCheck(rules).filter((checked) => !isKeepRule(checked)).map(({ rule }) => rule);
  const isExpiring = ({ action }: PolicyRule) => action.type === 'expire';
  const hasBudget = guards.some(({ id }) => id === 'max-expiring');
  return {
    expiring: limitsTotal(guards, 'EXPIRING') || hasBudget ? [] : acting.filter(isExpiring),
    archiving: limitsTotal(guards, 'ARCHIVING') ? [] : acting.filter((rule) => !isExpiring(rule)),
  };
}
