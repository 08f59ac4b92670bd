import { Annotations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { LifecycleGuard } from './lifecycle-guard';
import type { PolicyDocument } from '../core/policy/policy-document';
import { parsePolicyText } from '../core/policy/policy-text';
import { protectedTagsCanExpire } from '../core/warnings/protected-tags';

/**
 * Checks at synthesis that the policy can never act on images with protected tags, also those that are pushed after the
 * gate has run. No proof is a warning, and for `protectTagsForever` an error.
 *
 * @param gate The gate or attachment that has the guards.
 * @param policyText The text of the policy that the repository gets, resolved. It is read once the tree is finished.
 */
export function checkProtectedTags(gate: Construct, guards: readonly LifecycleGuard[] | undefined, policyText: () => unknown): void {
  const forever = patternsOf(guards, (guard) => guard._forever);
  const atDeployment = patternsOf(guards, (guard) => !guard._forever).filter((pattern) => !forever.includes(pattern));
  if (forever.length + atDeployment.length === 0) return;
  // Older versions of the CDK heed an acknowledgement below the construct that it was given on, not on it itself.
  const advised = new Construct(gate, 'ProtectedTags');
  gate.node.addValidation({
    validate: () => {
      const policy = readPolicy(policyText());
      if (policy === 'UNREADABLE') return forever.length === 0 ? [] : [unreadable(gate.node.path, forever)];
      for (const { id, message } of protectedTagsCanExpire(policy, atDeployment)) {
        Annotations.of(advised).addWarningV2(`cdk-ecr-lifecycle:${id}`, message);
      }
      return protectedTagsCanExpire(policy, forever).map(({ message }) => `UnprovenProtection: ${gate.node.path}: ${message}`);
    },
  });
}

/** The patterns of `protect-tags` guards. */
export function patternsOf(guards: readonly LifecycleGuard[] = [], among: (guard: LifecycleGuard) => boolean = () => true): string[] {
  const patterns = guards.filter(among).map((guard) => guard._render()).flatMap((guard) => (guard.id === 'protect-tags' ? guard.patterns : []));
  return [...new Set(patterns)];
}

/** Without a policy nothing expires. A text with intrinsics in it is known at deployment only. */
function readPolicy(text: unknown): PolicyDocument | 'UNREADABLE' {
  if (text === undefined) return { rules: [] };
  const parsed = typeof text === 'string' ? parsePolicyText(text) : undefined;
  return parsed?.ok ? parsed.value : 'UNREADABLE';
}

function unreadable(path: string, patterns: readonly string[]): string {
  return `UnprovenProtection: the lifecycle policy of ${path} cannot be read at synthesis, so there is no proof that images with tags like `
    + `${patterns.join(' or ')} stay forever; write the policy without tokens and as ECR takes it, or use protectTags`;
}
