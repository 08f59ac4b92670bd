import { catchesAll, RuleToCheck } from './rules';
import { matchesEveryTag } from './tag-entry';
import type { Warning } from './warning';
import { compileTagTest } from '../evaluation/candidates';
import type { Decision } from '../evaluation/decision';
import { type Image, isDigestTag, subjectDigestsOf } from '../evaluation/image';
import { show } from '../text/show';
import { plural, cut } from '../text/words';

const NO_TAGS: readonly string[] = [];
const EXAMPLES = 3;

/**
 * Finds rules for tags that no image has, archived or not. Such tags are probably no longer pushed.
 *
 * A rule for untagged or archived images can be useful without such images today, and an empty repository is not evidence.
 */
export function rulesThatMatchNothing(rules: readonly RuleToCheck[], images: readonly Image[]): Warning[] {
  if (images.length === 0) return [];
  return rules.flatMap(({ rule, priority }): Warning[] => {
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

/** Finds tagged images that a catch-all rule would expire although no rule names their tag: perhaps a rule for the tag is missing. */
export function expiringTagsUnmentioned(checked: readonly RuleToCheck[], images: readonly Image[], decisions: readonly Decision[]): Warning[] {
  const mentioned = checked.flatMap(({ entries }) => entries).filter((entry) => !matchesEveryTag(entry));
  const tagsBy = new Map(checked.filter(catchesAll).map(({ priority }) => [priority, [] as string[]]));

  decisions.forEach(({ action, rulePriority }, i) => {
    const { imageTags = NO_TAGS, subjectManifestDigest } = images[i];
    // A signature does not need a rule: it expires with its image at the latest.
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
      message: `rule ${priority} would expire images with ${plural(tags.length, 'tag')} that no rule names: ${examples}`
        + `${tags.length > EXAMPLES ? ' and more' : ''}; add a rule for these tags`,
    };
  });
}

/**
 * Finds signatures and other referrers that a rule acts on although their image is kept, so that it can no longer be verified.
 *
 * Clients attach them to the image with a tag that spells its digest, or in their manifest.
 */
export function referrersWithoutSubject(images: readonly Image[], decisions: readonly Decision[]): Warning[] {
  const isKept = new Map(images.map(({ imageDigest }, i) => [imageDigest, decisions[i].action === 'KEEP']));
  const byRule = new Map<number, Image[]>();
  images.forEach((image, i) => {
    const { action, rulePriority, followsSubject } = decisions[i];
    if (action === 'KEEP' || rulePriority === undefined || followsSubject !== undefined) return;
    if (!subjectDigestsOf(image).some((subject) => isKept.get(subject))) return;
    byRule.set(rulePriority, [...byRule.get(rulePriority) ?? [], image]);
  });
  return [...byRule].sort(([a], [b]) => a - b).map(([priority, referrers]): Warning => {
    const [{ imageTags = NO_TAGS, imageDigest }] = referrers;
    return {
      id: 'referrerWithoutSubject',
      rulePriorities: [priority],
      message: `rule ${priority} acts on signatures or other referrers of images that are kept (${plural(referrers.length, 'image')}, such as `
        + `${show(cut(imageTags[0] ?? imageDigest, 40))}); put a rule before it that keeps ${show('sha256-*')}, so that these images can still be verified`,
    };
  });
}
