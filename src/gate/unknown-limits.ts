import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { LifecycleGuard } from './lifecycle-guard';

/**
 * Rejects guards whose limit is `NaN`, unless a lookup of the app is not answered yet.
 *
 * `Number(ssm.StringParameter.valueFromLookup(…))` is `NaN` in the first pass of synthesis, after which the CDK synthesizes again. The
 * function of a gate rejects `NaN`, too.
 */
export function checkLimitsAreKnown(gate: Construct, guards: readonly LifecycleGuard[]): void {
  const unknown = guards.filter(({ _isUnknown }) => _isUnknown);
  if (unknown.length === 0) return;
  gate.node.addValidation({
    validate: () => (awaitsLookup(gate) ? [] : unknown.map(({ id }) => (
      `InvalidGuardLimit: ${gate.node.path}: the guard ${id} takes a number, got NaN; check the text that the number is made of`))),
  });
}

/** True if a stack of the app has reported a lookup that the CDK has to do first. CDK has no public API for that. */
function awaitsLookup(construct: Construct): boolean {
  return construct.node.root.node.findAll().some((each) => {
    const { _missingContext: missing } = each as unknown as { readonly _missingContext?: unknown };
    return Stack.isStack(each) && Array.isArray(missing) && missing.length > 0;
  });
}
