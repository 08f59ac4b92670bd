import { catchesAll, rulesToCheck } from './rules';
import { matchesEveryTag } from './tag-entry';
import type { Warning } from './warning';
import { compileTagTest } from '../evaluation/candidates';
import type { Decision } from '../evaluation/decision';
import type { Image } from '../evaluation/image';
import { isDigestTag, subjectDigestsOf } from '../evaluation/subject';
import type { PolicyDocument } from '../policy/policy-document';
import { show } from '../text/show';
import { plural, cut } from '../text/words';

const NO_TAGS: readonly string[] = [];
const EXAMPLES = 3;

/**
 * Rules for tags that no image has, archived or not: written for tags that nobody pushes any more.
 *
 * A rule for untagged or archived images may well have none of them today, and an empty repository says nothing.
 */
export function rulesThatMatchNothing(document: PolicyDocument, images: readonly Image[]): Warning[] {
  if (images.length === 0) return [];
  return rulesToCheck(document.rules).flatMap(({ rule, priority }): Warning[] => {
    const selects = compileTagTest(rule.selection);
    if (rule.selection.tagStatus !== 'tagged' || images.some((image) => selects(image.imageTags ?? NO_TAGS))) return [];
    const list = rule.selection.tagPatternList ?? rule.selection.tagPrefixList;
    return [{
      id: 'ruleMatchesNothing',
      rulePriorities: [priority],
      message: `rule ${priority} matches none of the ${plural(images.length, 'image')} of the repository; `
        + `compare its tag list ${show(list)} with the tags that are pushed`,
    }];
  });
}

/** Images that a catch-all would expire with a tag that no rule is about: somebody named them, nobody decided over them. */
export function expiringTagsUnmentioned(document: PolicyDocument, images: readonly Image[], decisions: readonly Decision[]): Warning[] {
  const linted = rulesToCheck(document.rules);
  const mentioned = linted.flatMap(({ entries }) => entries).filter((entry) => !matchesEveryTag(entry));
  const tagsBy = new Map(linted.filter(catchesAll).map(({ priority }) => [priority, [] as string[]]));

  decisions.forEach(({ action, rulePriority }, i) => {
    const { imageTags = NO_TAGS, subjectManifestDigest } = images[i];
    // Nobody has to decide over a signature: it goes with its image at the latest.
    if (action !== 'EXPIRE' || rulePriority === undefined || subjectManifestDigest !== undefined) return;
    for (const tag of imageTags) {
      if (!isDigestTag(tag) && !mentioned.some(({ matches }) => matches(tag))) tagsBy.get(rulePriority)?.push(tag);
    }
  });

  return [...tagsBy].filter(([, tags]) => tags.length > 0).map(([priority, tags]): Warning => {
    const examples = [...tags].sort().slice(0, EXAMPLES).map((tag) => show(cut(tag, 40))).join(', ');
    return {
      id: 'expiringTagUnmentioned',
      rulePriorities: [priority],
      message: `rule ${priority} would expire images with ${plural(tags.length, 'tag')} that no rule is about: ${examples}`
        + `${tags.length > EXAMPLES ? ' and more' : ''}; add a rule that says what is to become of them`,
    };
  });
}

/**
 * Signatures and other referrers that a rule takes while their image stays, so that it can no longer be verified.
 *
 * Clients tie them to the image by a tag that spells its digest, or by their manifest.
 */
export function referrersWithoutSubject(images: readonly Image[], decisions: readonly Decision[]): Warning[] {
  const stays = new Map(images.map(({ imageDigest }, i) => [imageDigest, decisions[i].action === 'KEEP']));
  const byRule = new Map<number, Image[]>();
  images.forEach((image, i) => {
    const { action, rulePriority, followsSubject } = decisions[i];
    if (action === 'KEEP' || rulePriority === undefined || followsSubject !== undefined) return;
    if (!subjectDigestsOf(image).some((subject) => stays.get(subject))) return;
    byRule.set(rulePriority, [...byRule.get(rulePriority) ?? [], image]);
  });
  return [...byRule].sort(([a], [b]) => a - b).map(([priority, referrers]): Warning => {
    const [{ imageTags = NO_TAGS, imageDigest }] = referrers;
    return {
      id: 'referrerWithoutSubject',
      rulePriorities: [priority],
      message: `rule ${priority} takes signatures or other referrers of images that stay (${plural(referrers.length, 'image')}, such as `
        + `${show(cut(imageTags[0] ?? imageDigest, 40))}); put a rule before it that keeps ${show('sha256-*')}, so that these images can still be verified`,
    };
  });
}
