import type { Warning } from './warning';
import type { PolicyDocument, PolicyRule } from '../policy/policy-document';
import { MAX_WILDCARDS } from '../policy/selection-checks';
import { Counterexample, proofOf } from '../proof/protected-tags';
import { show, visible } from '../text/show';
import { plural, cut } from '../text/words';

/** Finds protected patterns without a proof: an image that is pushed after the gate has run could expire. */
export function protectedTagsCanExpire(document: PolicyDocument, patterns: readonly string[]): Warning[] {
  return [...new Set(patterns)].flatMap((pattern): Warning[] => {
    const proof = proofOf(document, pattern);
    return proof.proven ? [] : [{
      id: 'protectedTagsCanExpire',
      rulePriorities: [proof.counterexample.rule.rulePriority],
      message: messageOf(pattern, proof.counterexample),
    }];
  });
}

/** Returns the pattern for a rule that keeps the images that a guard protects. ECR rejects some patterns that a guard accepts. */
export function keepPatternOf(pattern: string): string | undefined {
  const simple = pattern.replace(/\*+/g, '*');
  return simple.split('*').length - 1 <= MAX_WILDCARDS ? simple : undefined;
}

function messageOf(pattern: string, { rule, imageTags, archived }: Counterexample): string {
  const tags = imageTags.slice(0, 3).map((tag) => show(cut(tag, 40))).join(', ');
  return `rule ${rule.rulePriority} can ${rule.action.type === 'expire' ? 'expire' : 'archive'} ${archived ? 'an archived image' : 'an image'} `
    + `with the ${imageTags.length === 1 ? 'tag' : 'tags'} ${tags}${imageTags.length > 3 ? ' and more' : ''} ${conditionOf(rule)}, `
    + `although a guard protects ${show(pattern)}; ${hintFor(pattern, rule, archived)}`;
}

function conditionOf({ selection: { countType, countNumber } }: PolicyRule): string {
  switch (countType) {
    case 'imageCountMoreThan': return `when it selects more than ${plural(countNumber, 'image')}`;
    case 'sinceImagePushed': return `${plural(countNumber, 'day')} after its push`;
    case 'sinceImagePulled': return `${plural(countNumber, 'day')} after its last pull`;
    case 'sinceImageTransitioned': return `after ${plural(countNumber, 'day')} in the archive`;
  }
}

function hintFor(pattern: string, { rulePriority }: PolicyRule, archived: boolean): string {
  if (archived) {
    return `ECR has no keep rule for archived images: let rule ${rulePriority} select untagged images only, or acknowledge this warning`;
  }
  const kept = keepPatternOf(pattern);
  if (kept === undefined) return `a keep rule accepts at most ${MAX_WILDCARDS} * in its pattern: protect a simpler pattern`;
  const text = visible(kept).replace(/[\\']/g, '\\$&');
  return `put LifecycleRule.keep({ images: ImageSelection.tagged('${text}') }) before rule ${rulePriority}`;
}
