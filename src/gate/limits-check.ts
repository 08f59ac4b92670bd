import { Construct } from 'constructs';
import { readPolicy } from './late-policy';
import { GateEnforcement, LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';
import { addWarning } from '../construct/warnings';
import { approvalsIn } from '../core/judgment/approved-previews';
import type { MaxExpiring } from '../core/judgment/guards/max-expiring';
import { missingLimits } from '../core/judgment/missing-limits';
import type { PolicyRule } from '../core/policy/policy-document';

/**
 * Warns at synthesis if there are guards and none of them allows any image to expire or to be archived, although the policy does that.
 *
 * A gate without guards is not meant to allow any image, and one with an approval or with `WARN` does not stop the deployment.
 *
 * @param gate The gate or attachment that has the guards.
 * @param scope The construct that gets the warnings, on which they can be acknowledged.
 */
export function checkLimits(
  gate: Construct, scope: Construct, { guards = [], approvedPreview, enforcement }: LifecyclePreviewGateOptions,
  { policyText, budgets }: { readonly policyText: () => unknown; readonly budgets: () => readonly MaxExpiring[] },
): void {
  if (guards.length === 0 || enforcement === GateEnforcement.WARN || approvalsIn(approvedPreview).length > 0) return;
  const warned = new Construct(scope, 'Limits');
  gate.node.addValidation({
    validate: () => {
      const policy = readPolicy(policyText);
      if (policy === 'UNREADABLE') return [];
      const { expiring, archiving } = missingLimits(policy, [...guards.map((guard) => guard._render()), ...budgets()]);
      if (expiring.length > 0) {
        addWarning(warned, 'guardsWithoutLimit', `no guard allows images to expire, so the gate fails if ${named(expiring)} would expire any; `
          + 'add LifecycleGuard.maxImages or maxPercent to the guards, or maxExpiring to the rules');
      }
      if (archiving.length > 0) {
        addWarning(warned, 'guardsWithoutLimit', `no guard allows images to be archived, so the gate fails if ${named(archiving)} would archive any; `
          + 'add LifecycleGuard.maxArchived to the guards');
      }
      return [];
    },
  });
}

function named(rules: readonly PolicyRule[]): string {
  const priorities = rules.map(({ rulePriority }) => rulePriority);
  const [last] = priorities.slice(-1);
  return priorities.length === 1 ? `rule ${last}` : `rules ${priorities.slice(0, -1).join(', ')} and ${last}`;
}
