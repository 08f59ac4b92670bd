import { isKeepRule, RuleToCheck } from './rules';
import type { Warning } from './warning';
import { compileTagTest, storageClassOfImage } from '../evaluation/candidates';
import type { Decision } from '../evaluation/decision';
import { Image, isIndex } from '../evaluation/image';
import type { PolicyRule } from '../policy/policy-document';
import { show } from '../text/show';
import { cut, plural } from '../text/words';

const NO_TAGS: readonly string[] = [];

/**
 * Finds a policy that acts on no image, now or later: no rule by age selects an image, and no count is reached.
 *
 * A policy that ECR applies already often has nothing to do at the moment, so that alone is no reason for a warning. A rule for untagged
 * or archived images can be useful without such images today. Rules for tags that no image has get a warning of their own.
 */
export function policyWithoutEffect(rules: readonly RuleToCheck[], images: readonly Image[], decisions: readonly Decision[]): Warning[] {
  // A kept image with a rule would be affected if no index referred to it.
  const isAffected = decisions.some(({ rulePriority }) => rulePriority !== undefined);
  const matching = rules.filter(({ rule }) => matchesSome(rule, images));
  if (images.length === 0 || matching.length === 0 || isAffected || rules.some((checked) => mayAct(checked, images))) return [];
  return [{
    id: 'policyWithoutEffect',
    rulePriorities: rules.map(({ priority }) => priority),
    message: `the policy acts on none of the ${plural(images.length, 'image')}: each is kept by a keep rule or a count, or selected by no rule; `
      + 'compare its tag lists and counts with the images, or remove the policy',
  }];
}

function matchesSome({ selection }: PolicyRule, images: readonly Image[]): boolean {
  const selects = compileTagTest(selection);
  return images.some(({ imageTags = NO_TAGS }) => selects(imageTags));
}

function mayAct(checked: RuleToCheck, images: readonly Image[]): boolean {
  const { rule: { selection, action }, storageClass, earlier } = checked;
  if (isKeepRule(checked)) return false;
  if (selection.tagStatus === 'untagged' || storageClass === 'archive') return true;
  const selects = compileTagTest(selection);
  const claims = earlier.map(({ rule }) => compileTagTest(rule.selection));
  // An archived image shows that a rule has archived images before.
  const isInReach = (image: Image) => action.type === 'transition' || storageClassOfImage(image) === storageClass;
  const candidates = images.filter((image) => isInReach(image) && selects(image.imageTags ?? NO_TAGS));
  const own = candidates.filter(({ imageTags = NO_TAGS }) => !claims.some((claim) => claim(imageTags)));
  return selection.countType === 'imageCountMoreThan' ? own.length > 0 && candidates.length >= selection.countNumber : own.length > 0;
}

/**
 * Finds rules for untagged images that select the parts of an image index that is kept. Pushes of several platforms leave the parts
 * without tags.
 *
 * ECR does not delete a part while its index exists, but the part counts for rules, appears in previews and can be archived [inferred].
 */
export function indexPartsSelected(rules: readonly RuleToCheck[], images: readonly Image[], decisions: readonly Decision[]): Warning[] {
  return rules.filter((checked) => checked.rule.selection.tagStatus === 'untagged' && !isKeepRule(checked)).flatMap(({ priority }): Warning[] => {
    const parts = images.filter((_, i) => decisions[i].rulePriority === priority && decisions[i].blockedByIndex !== undefined);
    if (parts.length > 0) {
      const index = images.find(({ childDigests }) => childDigests?.includes(parts[0].imageDigest));
      return [about(priority, `selects ${plural(parts.length, 'untagged image')} that ${parts.length === 1 ? 'is a part' : 'are parts'} of image indexes that are kept, `
        + `such as ${cut(parts[0].imageDigest, 80)} of ${nameOf(index)}; ECR keeps them while the index exists, but the rule counts them and previews may list them`)];
    }
    const keptIndexes = images.filter((image, i) => isIndex(image) && image.childDigests === undefined && decisions[i].action === 'KEEP');
    const acted = decisions.filter(({ action, rulePriority }) => action !== 'KEEP' && rulePriority === priority).length;
    if (keptIndexes.length === 0 || acted === 0) return [];
    return [about(priority, `acts on ${plural(acted, 'untagged image')}, some of which may be parts of image indexes that are kept, such as ${nameOf(keptIndexes[0])}; `
      + 'the list does not say which, so save it with "ecr-lifecycle snapshot --children"')];
  });
}

function about(priority: number, effect: string): Warning {
  return { id: 'indexPartsSelected', rulePriorities: [priority], message: `rule ${priority} ${effect}` };
}

function nameOf(image: Image | undefined): string {
  const [tag] = image?.imageTags ?? NO_TAGS;
  return tag === undefined ? cut(image?.imageDigest ?? 'an index', 80) : show(tag);
}
