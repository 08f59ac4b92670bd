import type { PolicyDocument, PolicyRule } from '../policy/policy-document';
import { RuleToCheck, rulesToCheck } from '../warnings/rules';
import { covers, patternEntry, TagEntry } from '../warnings/tag-entry';

/**
 * A proof that a policy never acts on an image with a protected tag: whatever other tags the image has, however old it
 * is, and whatever else is in the repository. The last line of defense for images that are pushed after a gate has run.
 *
 * It is exact. Either no such image can exist, or the counterexample is one. Two facts about ECR carry it: no repository holds
 * as many as 999,999 images, and a tag belongs to at most one of them.
 *
 * It does not speak of referrers (signatures, attestations): they follow their image, whatever tags they have.
 */
export type Proof =
  | { readonly proven: true }
  | { readonly proven: false; readonly counterexample: Counterexample };

/** An image with a protected tag, and the first rule by precedence that can act on one. */
export interface Counterexample {
  readonly rule: PolicyRule;
  /** The first one matches the protected pattern. */
  readonly imageTags: readonly string[];
  /** Whether the rule acts on archived images. ECR has no keep rule for those. */
  readonly archived: boolean;
}

/**
 * A count that is never exceeded, and that `LifecycleRule.keep` writes. ECR's quota of 100,000 images per repository can be
 * raised, so a count of the quota proves nothing [inferred that no raise comes near this].
 */
const MAX_IMAGES_PER_REPOSITORY = 999_999;

export function proofOf(document: PolicyDocument, pattern: string): Proof {
  const protectedTag = patternEntry(pattern);
  for (const linted of rulesToCheck(document.rules)) {
    if (linted.rule.selection.tagStatus === 'untagged' || neverActs(linted)) continue;
    const keepRules = linted.earlier.filter((rule) => rule.rule.selection.tagStatus !== 'untagged' && neverActs(rule));
    const needed = [protectedTag, ...linted.entries.filter((entry) => !covers(entry, protectedTag))];
    // INVARIANT: what claims the image whose tags stand for all tags claims every image with such tags, and vice versa.
    if (claimed(keepRules, needed.map(({ widest }) => widest))) continue;
    return {
      proven: false,
      counterexample: { rule: linted.rule, imageTags: exampleTags(needed, keepRules), archived: linted.storageClass === 'archive' },
    };
  }
  return { proven: true };
}

/**
 * A rule that claims images and acts on none of them. Its count is never exceeded: because a repository cannot hold that
 * many images, or because the rule asks for one certain tag, which one image at most has.
 *
 * Any age is reached some day, so no rule by age is among them, and ECR has no rule by count for archived images.
 */
function neverActs({ rule: { selection }, entries }: RuleToCheck): boolean {
  if (selection.countType !== 'imageCountMoreThan') return false;
  return selection.countNumber >= MAX_IMAGES_PER_REPOSITORY || entries.some(isOneTag);
}

function isOneTag({ tail }: TagEntry): boolean {
  return tail === undefined;
}

function claimed(rules: readonly RuleToCheck[], tags: readonly string[]): boolean {
  return rules.some(({ entries }) => entries.every(({ matches }) => tags.some(matches)));
}

/** Tags that a person would push, so that no keep rule claims the image. */
function exampleTags(needed: readonly TagEntry[], keepRules: readonly RuleToCheck[]): string[] {
  for (const text of fillers()) {
    const tags = needed.map((entry) => filled(entry, text));
    if (!claimed(keepRules, tags)) return [...new Set(tags)];
  }
  // Only if keep rules name more than 3,000 texts of two characters: then one of them may claim this image.
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
