import type { CfnResource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { appliedPolicyOf } from './applied-policy';
import { describeAll, valueOrMistake } from '../construct/errors';
import { isLookupDummy } from '../construct/known-value';
import { renderedPolicyText } from '../construct/rendered-repository';
import { addWarning } from '../construct/warnings';
import type { PolicyDocument } from '../core/policy/policy-document';
import { parsePolicyText } from '../core/policy/policy-text';
import { policyWarnings } from '../core/warnings/find-warnings';
import type { Warning } from '../core/warnings/warning';

/** Marks a repository whose policy is checked. */
const CHECKED = Symbol.for('cdk-ecr-lifecycle.CheckedLifecyclePolicy');

/**
 * Checks the policy of a repository when the tree is finished: problems fail synthesis, and warnings are added below the repository.
 *
 * The policy is read from the rendered property, so it is checked no matter how it was added. A text with an expression
 * or a dynamic reference is known only at deployment. Another call for the same repository has no effect.
 */
export function checkPolicyOf(cfn: CfnResource): void {
  if (CHECKED in cfn) return;
  Object.defineProperty(cfn, CHECKED, { value: true });
  checkPolicy(cfn, {
    read: () => renderedPolicyText(cfn),
    meantAsAnd: () => appliedPolicyOf(cfn)?.meantAsAnd() ?? [],
  });
}

/** A policy that is read when the tree is finished. */
interface LatePolicy {
  /** Returns the resolved text, an expression, or undefined without a policy. */
  readonly read: () => unknown;
  readonly meantAsAnd: () => readonly number[];
}

/** Checks a policy that is declared by a construct. Adds the warnings below the construct. */
export function checkPolicy(scope: Construct, { read, meantAsAnd }: LatePolicy): void {
  // Older versions of CDK apply an acknowledgment to the constructs below its scope, not to the scope itself.
  const warned = new Construct(scope, 'LifecyclePolicy');
  scope.node.addValidation({
    validate: () => {
      // All rules are known now. Annotations are collected after validation.
      const text = valueOrMistake(read);
      if ('mistake' in text) return [text.mistake];
      if (typeof text.value !== 'string' || text.value.includes('{{resolve:') || isLookupDummy(text.value)) return [];
      const parsed = parsePolicyText(text.value);
      if (!parsed.ok) return [`InvalidLifecyclePolicy: ${describeAll(`the lifecycle policy of ${scope.node.path}`, parsed.problems)}`];
      for (const { id, message } of warningsAbout(parsed.value, meantAsAnd())) {
        addWarning(warned, id, message);
      }
      return [];
    },
  });
}

/** Returns the warnings about a policy, except those about lists of tags that are meant as they are. */
export function warningsAbout(document: PolicyDocument, meantAsAnd: readonly number[]): Warning[] {
  return policyWarnings(document).filter(({ id, rulePriorities }) => !(id === 'tagListIsAnd' && meantAsAnd.includes(rulePriorities[0])));
}
