import { Construct } from 'constructs';
import { readPolicy } from './late-policy';
import type { LifecycleGuard } from './lifecycle-guard';
import { addWarning } from '../construct/warnings';
import { protectedTagsCanExpire } from '../core/warnings/protected-tags';

/**
 * Checks at synthesis that the policy can never act on images with protected tags, including images that are pushed after the gate
 * has run. Without a proof it adds a warning, and for `protectTagsForever` an error.
 *
 * @param gate The gate or attachment that has the guards.
 * @param scope The construct that gets the warnings, on which they can be acknowledged.
 * @param policyText Returns the text of the policy that the repository gets, resolved. Called when the tree is finished.
 */
export function checkProtectedTags(
  gate: Construct, scope: Construct, guards: readonly LifecycleGuard[] | undefined, policyText: () => unknown,
): void {
  const forever = patternsOf(guards, (guard) => guard._forever);
  const atDeployment = patternsOf(guards, (guard) => !guard._forever).filter((pattern) => !forever.includes(pattern));
  if (forever.length + atDeployment.length === 0) return;
  // Older versions of CDK apply an acknowledgment to the constructs below its scope, not to the scope itself.
  const warned = new Construct(scope, 'ProtectedTags');
  gate.node.addValidation({
    validate: () => {
      const policy = readPolicy(policyText);
      if (policy === 'UNREADABLE') return forever.length === 0 ? [] : [unreadable(gate.node.path, forever)];
      for (const { id, message } of protectedTagsCanExpire(policy, atDeployment)) {
        addWarning(warned, id, message);
      }
      return protectedTagsCanExpire(policy, forever).map(({ message }) => `UnprovenProtection: ${gate.node.path}: ${message}`);
    },
  });
}

/** Returns the patterns of the `protect-tags` guards. */
export function patternsOf(guards: readonly LifecycleGuard[] = [], isIncluded: (guard: LifecycleGuard) => boolean = () => true): string[] {
  const patterns = guards.filter(isIncluded).map((guard) => guard._render()).flatMap((guard) => (guard.id === 'protect-tags' ? guard.patterns : []));
  return [...new Set(patterns)];
}

function unreadable(path: string, patterns: readonly string[]): string {
  return `UnprovenProtection: the lifecycle policy of ${path} cannot be read at synthesis, so there is no proof that images with tags like `
    + `${patterns.join(' or ')} are always kept; write a valid policy without tokens, or use protectTags`;
}
