import { evaluate, EvaluationOptions } from '../../../src/core/evaluation/evaluator';
import type { Image } from '../../../src/core/evaluation/image';
import type { PolicyRule, RuleSelection } from '../../../src/core/policy/policy-document';

export const DAY = 24 * 60 * 60 * 1000;
export const NOW = Date.parse('2026-03-01T12:00:00Z');

export const daysAgo = (days: number) => new Date(NOW - days * DAY).toISOString();

/** Creates an image. */
export function image(imageDigest: string, pushedDaysAgo: number, imageTags: string[] = [], more: Partial<Image> = {}): Image {
  return { imageDigest, imagePushedAt: daysAgo(pushedDaysAgo), imageTags, ...more };
}

type Part = Pick<RuleSelection, 'tagStatus' | 'tagPatternList' | 'tagPrefixList'>;
type Condition = Pick<RuleSelection, 'countType' | 'countUnit' | 'countNumber' | 'storageClass'>;

export const any: Part = { tagStatus: 'any' };
export const untagged: Part = { tagStatus: 'untagged' };
export const tagged = (...patterns: string[]): Part => ({ tagStatus: 'tagged', tagPatternList: patterns });
export const prefixed = (...prefixes: string[]): Part => ({ tagStatus: 'tagged', tagPrefixList: prefixes });

export const moreThan = (countNumber: number): Condition => ({ countType: 'imageCountMoreThan', countNumber });
export const pushedBefore = (countNumber: number): Condition => ({ countType: 'sinceImagePushed', countUnit: 'days', countNumber });
export const pulledBefore = (countNumber: number): Condition => ({ countType: 'sinceImagePulled', countUnit: 'days', countNumber });
export const archivedBefore = (countNumber: number): Condition =>
  ({ storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber });

export const expire = (rulePriority: number, part: Part, condition: Condition): PolicyRule =>
  ({ rulePriority, selection: { ...part, ...condition }, action: { type: 'expire' } });
export const archive = (rulePriority: number, part: Part, condition: Condition): PolicyRule =>
  ({ rulePriority, selection: { ...part, ...condition }, action: { type: 'transition', targetStorageClass: 'archive' } });
export const keep = (rulePriority: number, part: Part) => expire(rulePriority, part, moreThan(999_999));

type Options = Partial<EvaluationOptions>;

/** Maps digests to decisions: `EXPIRE 1` means that rule 1 expires the image. */
export function fates(rules: PolicyRule[], images: Image[], options: Options = {}): Record<string, string> {
  const { decisions } = evaluate({ rules }, images, { now: NOW, ...options });
  return Object.fromEntries(decisions.map(({ action, rulePriority }, i) =>
    [images[i].imageDigest, rulePriority === undefined ? action : `${action} ${rulePriority}`]));
}

/** Returns the digests of the images that expire or are archived. */
export function gone(rules: PolicyRule[], images: Image[], options: Options = {}): string[] {
  return Object.entries(fates(rules, images, options)).filter(([, fate]) => !fate.startsWith('KEEP')).map(([name]) => name).sort();
}

/** Returns the decision on one image. */
export function decisionOn(name: string, rules: PolicyRule[], images: Image[], options: Options = {}) {
  const place = images.findIndex(({ imageDigest }) => imageDigest === name);
  return evaluate({ rules }, images, { now: NOW, ...options }).decisions[place];
}

/** Returns the reasons for one image. */
export function reasonsOn(name: string, rules: PolicyRule[], images: Image[], options: Options = {}) {
  const place = images.findIndex(({ imageDigest }) => imageDigest === name);
  return evaluate({ rules }, images, { now: NOW, ...options }).reasonsFor(place);
}
