import type { PolicyContent } from './policy-content';
import { MisuseError, rejectProblems } from '../construct/errors';
import { isLookupDummy, isToken } from '../construct/known-value';
import { MIN_POLICY_TEXT_LENGTH, parsePolicyText } from '../core/policy/policy-text';
import { unwrapPolicyText } from '../core/policy/wrapped-policy';

/** Returns the content of a policy that is given as text, or throws an error with all problems. */
export function contentOf(text: string): Pick<PolicyContent, 'rules' | 'placeholder'> {
  rejectToken(text);
  // At least as long as ECR requires, because the CDK can check that in the first pass.
  if (isLookupDummy(text)) return { rules: [], placeholder: text.padEnd(MIN_POLICY_TEXT_LENGTH) };
  const parsed = parsePolicyText(policyTextOf(text));
  return parsed.ok ? { rules: [...parsed.value.rules] } : rejectProblems('InvalidLifecyclePolicy', 'the lifecycle policy text', parsed.problems);
}

/** A token cannot be parsed, and ECR has to get the text as it is. */
function rejectToken(text: string): void {
  if (!isToken(text)) return;
  throw new MisuseError('UnresolvedLifecyclePolicy', 'fromText takes text that is known at synthesis, got a token, which is known only at deployment; '
    + 'build the policy with fromRules, whose counts, days, patterns and descriptions can be tokens, use ssm.StringParameter.valueFromLookup, or set the text as '
    + 'lifecyclePolicy of the CfnRepository, which a LifecyclePreviewGate previews at deployment');
}

/** Returns the text without a byte order mark, and without the answer of ECR around it. */
function policyTextOf(text: string): string {
  const plain = text.replace(/^\ufeff/, '');
  const wrapped = unwrapPolicyText(plain);
  return wrapped?.isOfEcr ? wrapped.text : plain;
}
