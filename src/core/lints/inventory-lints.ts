import type { Advice } from './advice';
import { lintedRules } from './rules';
import { matchesEveryTag } from './tag-entry';
import { compileTagTest, storageClassOfImage } from '../evaluation/candidates';
import { evaluate } from '../evaluation/evaluator';
import type { Image } from '../evaluation/image';
import { compileTagPattern } from '../evaluation/tag-pattern';
import { PolicyDocument, storageClassOf } from '../policy/policy-document';
import { show } from '../text/show';
import { counted, cut } from '../text/words';

const NO_TAGS: readonly string[] = [];
const EXAMPLES = 3;

/** Rules that select none of the images that are there: written for tags that nobody pushes any more. */
export function rulesThatMatchNothing(document: PolicyDocument, images: readonly Image[]): Advice[] {
  return lintedRules(document.rules).flatMap(({ rule, priority }): Advice[] => {
    const selects = compileTagTest(rule.selection);
    const storageClass = storageClassOf(rule);
    if (images.some((image) => storageClassOfImage(image) === storageClass && selects(image.imageTags ?? NO_TAGS))) return [];
    return [{
      id: 'ruleMatchesNothing',
      rulePriorities: [priority],
      message: `rule ${priority} matches none of the ${counted(images.length, 'image')} of the repository; compare its tags with those that are pushed`,
    }];
  });
}

/** Images that would expire with a tag that no rule is about: somebody named them, nobody decided over them. */
export function expiringTagsUnmentioned(document: PolicyDocument, images: readonly Image[], now: number): Advice[] {
  const mentioned = lintedRules(document.rules)
    .flatMap(({ entries }) => entries)
    .filter((entry) => !matchesEveryTag(entry))
    .map(({ kind, text }) => (kind === 'pattern' ? compileTagPattern(text) : (tag: string) => tag.startsWith(text)));
  const byRule = new Map<number, string[]>();
  evaluate(document, images, { now }).decisions.forEach(({ action, rulePriority }, i) => {
    if (action !== 'EXPIRE' || rulePriority === undefined) return;
    const tags = (images[i].imageTags ?? NO_TAGS).filter((tag) => !mentioned.some((matches) => matches(tag)));
    if (tags.length > 0) byRule.set(rulePriority, [...byRule.get(rulePriority) ?? [], ...tags]);
  });
  return [...byRule].sort(([a], [b]) => a - b).map(([priority, tags]): Advice => {
    const examples = [...tags].sort().slice(0, EXAMPLES).map((tag) => show(cut(tag, 40))).join(', ');
    return {
      id: 'expiringTagUnmentioned',
      rulePriorities: [priority],
      message: `rule ${priority} would expire images with ${counted(tags.length, 'tag')} that no rule is about: ${examples}`
        + `${tags.length > EXAMPLES ? ' and more' : ''}; add a rule that says what is to become of them`,
    };
  });
}
