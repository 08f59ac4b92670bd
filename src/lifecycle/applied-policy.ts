import { CfnResource, Stack } from 'aws-cdk-lib';
import { renderedPolicyText } from '../construct/rendered-repository';
import type { MaxExpiring } from '../core/judgment/guards/max-expiring';

/** Stores the policy that was applied to a repository. */
const APPLIED = Symbol.for('cdk-ecr-lifecycle.AppliedLifecyclePolicy');

/** A typed policy that is bound to a scope. */
export interface AppliedPolicy {
  readonly text: string;
  /** Returns the budgets of the current rules. */
  readonly budgets: () => readonly MaxExpiring[];
  /** Returns the priorities of the current rules whose factory states that all entries of the tag list must match. */
  readonly meantAsAnd: () => readonly number[];
}

export function setAppliedPolicy(cfn: CfnResource, policy: AppliedPolicy): void {
  Object.defineProperty(cfn, APPLIED, { value: policy });
}

/**
 * Returns the typed policy that this repository will have.
 *
 * Returns none if another policy replaced it, because the priorities would belong to other rules. Call it at the end of synthesis.
 */
export function appliedPolicyOf(cfn: CfnResource): AppliedPolicy | undefined {
  const applied = (cfn as CfnResource & { [APPLIED]?: AppliedPolicy })[APPLIED];
  if (!applied) return undefined;
  const own: unknown = Stack.of(cfn).resolve(applied.text);
  return JSON.stringify(renderedPolicyText(cfn)) === JSON.stringify(own) ? applied : undefined;
}

/** Returns the budgets of the rules that this repository will have. */
export function budgetsOn(cfn: CfnResource): readonly MaxExpiring[] {
  return appliedPolicyOf(cfn)?.budgets() ?? [];
}
