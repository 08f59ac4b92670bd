import { valueOrMistake } from '../construct/errors';
import { isLookupDummy } from '../construct/known-value';
import type { PolicyDocument } from '../core/policy/policy-document';
import { parsePolicyText } from '../core/policy/policy-text';

/**
 * Reads the policy when the tree is finished. Without a policy no image expires, and the dummy of a lookup is never deployed. A text
 * with intrinsic functions is known only at deployment. The problems of a policy are reported elsewhere.
 *
 * @param policyText Returns the resolved text.
 */
export function readPolicy(policyText: () => unknown): PolicyDocument | 'UNREADABLE' {
  const text = valueOrMistake(policyText);
  if ('mistake' in text) return 'UNREADABLE';
  if (text.value === undefined || isLookupDummy(text.value)) return { rules: [] };
  const parsed = typeof text.value === 'string' ? parsePolicyText(text.value) : undefined;
  return parsed?.ok ? parsed.value : 'UNREADABLE';
}
