/**
 * A slow and simple evaluator to compare the real one with. It follows the documentation sentence by sentence and shares no code
 * with src. If the two differ, one of them has misread the documentation.
 */
import type { Image } from '../../../src/core/evaluation/image';
import type { PolicyDocument, PolicyRule } from '../../../src/core/policy/policy-document';

const ONE_DAY = 86_400_000;

interface Fate {
  action: 'EXPIRE' | 'TRANSITION' | 'KEEP';
  rulePriority?: number;
  blockedByIndex?: string;
  followsSubject?: string;
}

interface Why { rulePriority: number; outcome: string; claimedBy?: number }

interface Options { now: number; indexChildren: 'counted' | 'exempt' }

/** Maps digests to decisions and reasons. */
export function evaluateByReference(document: PolicyDocument, images: readonly Image[], options: Options) {
  const { selected, reasons } = applyRules(document, images, options);
  const settled = settleObviously(images, selected);
  return new Map(images.map(({ imageDigest }) => [imageDigest, { decision: settled.get(imageDigest)!, reasons: reasons.get(imageDigest)! }]));
}

function applyRules(document: PolicyDocument, images: readonly Image[], { now, indexChildren }: Options) {
  const selected = new Map<string, Fate>(images.map(({ imageDigest }) => [imageDigest, { action: 'KEEP' }]));
  const reasons = new Map<string, Why[]>(images.map(({ imageDigest }) => [imageDigest, []]));

  // Split the images by storage class. Every rule applies only to its own class.
  for (const storageClass of ['standard', 'archive']) {
    const rules = document.rules.filter((rule) => (rule.selection.storageClass ?? 'standard') === storageClass);
    const ofThisClass = images.filter((image) => isArchived(image) === (storageClass === 'archive'));
    const claimed = new Map<string, number>();

    // Apply the rules by ascending rulePriority.
    for (const rule of [...rules].sort((a, b) => a.rulePriority - b.rulePriority)) {
      // The candidates are all images that match the tag selection, including those that an earlier rule has claimed.
      const candidates = ofThisClass
        .filter((image) => indexChildren === 'counted' || !isChild(image, images))
        .filter((image) => selectsTags(rule, image.imageTags ?? []));
      const hits = hitsOf(rule, candidates, now);

      for (const image of candidates) {
        const claimedBy = claimed.get(image.imageDigest);
        const why = reasons.get(image.imageDigest)!;
        const { rulePriority } = rule;
        if (!hits.includes(image)) {
          why.push({ rulePriority, outcome: rule.selection.countType === 'imageCountMoreThan' ? 'WITHIN_COUNT' : 'NOT_OLD_ENOUGH' });
        } else if (claimedBy !== undefined) {
          why.push({ rulePriority, outcome: 'CLAIMED_EARLIER', claimedBy });
        } else {
          // The rule acts only on hits that no earlier rule has claimed.
          why.push({ rulePriority, outcome: 'ACTS' });
          selected.set(image.imageDigest, { action: rule.action.type === 'expire' ? 'EXPIRE' : 'TRANSITION', rulePriority });
        }
      }
      // Then it claims all its candidates, including those that it keeps.
      for (const { imageDigest } of candidates) {
        if (!claimed.has(imageDigest)) claimed.set(imageDigest, rule.rulePriority);
      }
    }
  }
  return { selected, reasons };
}

const isArchived = (image: Image) => ['ARCHIVED', 'ACTIVATING'].includes(image.imageStatus ?? 'ACTIVE');
const isChild = (image: Image, images: readonly Image[]) => images.some((index) => index.childDigests?.includes(image.imageDigest));

function selectsTags({ selection }: PolicyRule, tags: readonly string[]): boolean {
  if (selection.tagStatus === 'any') return true;
  if (selection.tagStatus === 'untagged') return tags.length === 0;
  const asPatterns = selection.tagPatternList ?? selection.tagPrefixList!.map((prefix) => `${prefix}*`);
  return asPatterns.every((pattern) => tags.some((tag) => obviouslyMatches(pattern, tag)));
}

function hitsOf({ selection }: PolicyRule, candidates: readonly Image[], now: number): Image[] {
  const { countType, countNumber } = selection;
  if (countType === 'imageCountMoreThan') {
    return [...candidates]
      .sort((a, b) => (a.imageDigest < b.imageDigest ? -1 : 1))
      .sort((a, b) => compare(moment(b, 'sinceImagePushed'), moment(a, 'sinceImagePushed')))
      .slice(countNumber);
  }
  return candidates.filter((image) => now - moment(image, countType) > countNumber * ONE_DAY);
}

const compare = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);

function moment(image: Image, countType: string): number {
  const at = (time: string | undefined) => (time === undefined ? -Infinity : new Date(time).getTime());
  const { imagePushedAt, lastActivatedAt, lastArchivedAt, lastRecordedPullTime } = image;
  if (countType === 'sinceImageTransitioned') return at(lastArchivedAt);
  if (countType === 'sinceImagePulled') {
    const pulledSinceRestored = lastRecordedPullTime !== undefined
      && (lastActivatedAt === undefined || at(lastRecordedPullTime) >= at(lastActivatedAt));
    if (pulledSinceRestored) return at(lastRecordedPullTime);
  }
  return lastActivatedAt !== undefined ? at(lastActivatedAt) : at(imagePushedAt);
}

/** Repeats passes over all images until no other image is affected. */
function settleObviously(images: readonly Image[], selected: Map<string, Fate>): Map<string, Fate> {
  const settled = new Map<string, Fate>(images.map(({ imageDigest }) => [imageDigest, { action: 'KEEP' }]));
  for (let changed = true; changed;) {
    changed = false;
    for (const image of images) {
      const standing = images.filter((index) => index.childDigests?.includes(image.imageDigest)
        && settled.get(index.imageDigest)!.action !== 'EXPIRE');
      const held = standing.map(({ imageDigest }) => imageDigest).sort()[0];
      const fate = fateUnlessHeld(image, selected, settled);
      const next: Fate = fate.action !== 'KEEP' && held !== undefined
        ? { action: 'KEEP', rulePriority: fate.rulePriority, blockedByIndex: held }
        : fate;
      if (JSON.stringify(next) !== JSON.stringify(settled.get(image.imageDigest))) {
        settled.set(image.imageDigest, next);
        changed = true;
      }
    }
  }
  return settled;
}

/** Returns the decision of the rule, or that of the subject if it is more severe. */
function fateUnlessHeld(image: Image, selected: Map<string, Fate>, settled: Map<string, Fate>): Fate {
  const own = selected.get(image.imageDigest)!;
  const subject = image.subjectManifestDigest;
  const lead = subject === undefined ? undefined : settled.get(subject);
  if (lead === undefined) return own;
  const follows: Fate = { action: lead.action, rulePriority: lead.rulePriority, followsSubject: subject };
  if (lead.action === 'EXPIRE' && own.action !== 'EXPIRE') return follows;
  if (lead.action === 'TRANSITION' && own.action === 'KEEP' && !isArchived(image)) return follows;
  return own;
}

/** True if the pattern matches the whole tag. Takes exponential time for some patterns. */
export function obviouslyMatches(pattern: string, tag: string): boolean {
  if (pattern === '') return tag === '';
  if (pattern[0] === '*') return obviouslyMatches(pattern.slice(1), tag) || (tag !== '' && obviouslyMatches(pattern, tag.slice(1)));
  return tag !== '' && tag[0] === pattern[0] && obviouslyMatches(pattern.slice(1), tag.slice(1));
}
