import type { PolicyDocument, PolicyRule } from '../policy/policy-document';
import { RuleToCheck, rulesToCheck } from '../warnings/rules';
import { covers, patternEntry, TagEntry } from '../warnings/tag-entry';

/**
 * A proof that a policy never acts on an image with a protected tag, regardless of the other tags of the image, its age and the
 * other images in the repository. It protects images that are pushed after a gate has run.
 *
 * It is exact: either no such image can exist, or the counterexample is one. It relies on two facts about ECR: no repository has
 * 999,999 images, and a tag belongs to at most one image.
 *
 * It does not cover referrers (signatures, attestations): they are affected with their image, regardless of their tags.
 */
export type Proof =
  | { readonly proven: true }
  | { readonly proven: false; readonly counterexample: Counterexample };

/** An image with a protected tag, and the first rule by precedence that can act on such an image. */
export interface Counterexample {
  readonly rule: PolicyRule;
  /** The tags of the image. The first one matches the protected pattern. */
  readonly imageTags: readonly string[];
  /** True if the rule acts on archived images. ECR has no keep rule for them. */
  readonly archived: boolean;
}

/**
 * A count that is never exceeded. `LifecycleRule.keep` uses it. ECR's quota of 100,000 images per repository can be raised, so a
 * count equal to the quota is not a proof [inferred: no raised quota reaches this count].
 */
const MAX_IMAGES_PER_REPOSITORY = 999_999;

export function proofOf(document: PolicyDocument, pattern: string): Proof {
  const protectedTag = patternEntry(pattern);
  for (const checked of rulesToCheck(document.rules)) {
    if (checked.rule.selection.tagStatus === 'untagged' || neverActs(checked)) continue;
    const keepRules = checked.earlier.filter((rule) => rule.rule.selection.tagStatus !== 'untagged' && neverActs(rule));
    const needed = [protectedTag, ...checked.entries.filter((entry) => !covers(entry, protectedTag))];
    // INVARIANT: a rule that claims the image with the representative tags claims every image with such tags, and vice versa.
    if (claimed(keepRules, needed.map(({ widest }) => widest))) continue;
    return {
      proven: false,
      counterexample: { rule: checked.rule, imageTags: exampleTags(needed, keepRules), archived: checked.storageClass === 'archive' },
    };
  }
  return { proven: true };
}

/**
 * True for a rule that claims images but never acts on them. Its count is never exceeded, because a repository cannot have that
 * many images, or because the rule requires one specific tag, which at most one image has.
 *
 * Every image reaches any age eventually, so an age rule is never such a rule. ECR has no count rule for archived images.
 */
function neverActs({ rule: { selection }, entries }: RuleToCheck): boolean {
  if (selection.countType !== 'imageCountMoreThan') return false;
  return selection.countNumber >= MAX_IMAGES_PER_REPOSITORY || entries.some(matchesOneTag);
}

function matchesOneTag({ tail }: TagEntry): boolean {
  return tail === undefined;
}

function claimed(rules: readonly RuleToCheck[], tags: readonly string[]): boolean {
  return rules.some(({ entries }) => entries.every(({ matches }) => tags.some(matches)));
}

/** Returns realistic tags with which no keep rule claims the image. */
function exampleTags(needed: readonly TagEntry[], keepRules: readonly RuleToCheck[]): string[] {
  for (const text of fillers()) {
    const tags = needed.map((entry) => filled(entry, text));
    if (!claimed(keepRules, tags)) return [...new Set(tags)];
  }
  // Reached only if keep rules list more than 3,000 texts of two characters. One of them may claim this image.
  return needed.map((entry) => filled(entry, '1'));
}

function filled({ kind, text }: TagEntry, filler: string): string {
  return kind === 'prefix' ? `${text}${filler}` : text.replace(/\*+/g, filler);
}

const FILLERS = [...'1x2y3z4567890abcdefghijklmnopqrstuvwABCDEFGHIJKLMNOPQRSTUVWXYZ'];

function* fillers(): Iterable<string> {
  yield* FILLERS;
  for (const first of FILLERS) for (const second of FILLERS) yield `${first}${second}`;
}
