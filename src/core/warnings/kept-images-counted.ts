import { catchesAll, claimantsOf, isKeepRule, RuleToCheck } from './rules';
import type { Warning } from './warning';
import { compileTagTest, storageClassOfImage } from '../evaluation/candidates';
import type { Decision } from '../evaluation/decision';
import type { Image } from '../evaluation/image';
import { plural, withThousands } from '../text/words';

/**
 * The count from which the images of a keep rule are unlikely to take all places. The number of images that a keep rule selects is
 * not known without the images.
 */
const ROOMY_COUNT = 50;

/**
 * Finds count rules for all images whose places can all be taken by images that earlier rules keep.
 *
 * The candidates of a rule include the images that earlier rules have claimed. A rule that is meant to keep the newest 10 of the other
 * images keeps none of them once earlier rules keep 10 newer images.
 */
export function keptImagesCounted(checked: RuleToCheck): Warning | undefined {
  const { countNumber } = checked.rule.selection;
  if (!countsAll(checked) || claimantsOf(checked)) return undefined;
  const keeping = checked.earlier.filter((other) => placesOf(other) > 0);
  const places = keeping.reduce((sum, other) => sum + placesOf(other), 0);
  const isLikely = places === Infinity ? countNumber < ROOMY_COUNT : places >= countNumber;
  if (!isLikely || keeping.length === 0) return undefined;
  return warningAbout(checked, `including the images that ${namesOf(keeping)} ${keeping.length === 1 ? 'keeps' : 'keep'} `
    + `(${places === Infinity ? 'any number' : `up to ${withThousands(places)}`}), so it may keep none of the others`);
}

/** Finds the same with images: all places are taken, and the rule acts on images. */
export function keptImagesCountedNow(checked: RuleToCheck, images: readonly Image[], decisions: readonly Decision[]): Warning | undefined {
  if (!countsAll(checked) || keptImagesCounted(checked)) return undefined;
  const { rule, priority, storageClass, earlier } = checked;
  const [selects, ...claims] = [rule, ...earlier.map((other) => other.rule)].map(({ selection }) => compileTagTest(selection));
  const acted = decisions.filter(({ action, rulePriority }) => action !== 'KEEP' && rulePriority === priority).length;
  const candidates = images.filter((image) => storageClassOfImage(image) === storageClass && selects(image.imageTags ?? []));
  const own = candidates.filter(({ imageTags = [] }) => !claims.some((claim) => claim(imageTags))).length;
  // The rule acts on all images that are its own, so others have taken all its places.
  if (acted === 0 || own > acted || candidates.length === own) return undefined;
  return warningAbout(checked, `and they are now all images that earlier rules select, so it keeps none of the ${plural(own, 'other image')}`);
}

function warningAbout({ priority, rule: { selection: { countNumber } } }: RuleToCheck, effect: string): Warning {
  return {
    id: 'keptImagesCounted',
    rulePriorities: [priority],
    message: `rule ${priority} counts the newest ${plural(countNumber, 'image')}, ${effect}; raise its countNumber by the images that are kept, or use an age`,
  };
}

function countsAll(checked: RuleToCheck): boolean {
  return checked.rule.selection.countType === 'imageCountMoreThan' && !isKeepRule(checked) && catchesAll(checked);
}

/** Returns the number of images that a rule keeps at any age, at most: an age rule keeps none, and a tag belongs to one image. */
function placesOf(checked: RuleToCheck): number {
  const { rule: { selection }, entries } = checked;
  if (selection.countType !== 'imageCountMoreThan' && !isKeepRule(checked)) return 0;
  if (entries.some(({ tail }) => tail === undefined)) return 1;
  return isKeepRule(checked) ? Infinity : selection.countNumber;
}

function namesOf(rules: readonly RuleToCheck[]): string {
  const names = rules.map(({ priority }) => String(priority));
  const listed = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return `${rules.length === 1 ? 'rule' : 'rules'} ${[listed.slice(0, -1).join(', '), listed[listed.length - 1]].filter((part) => part !== '').join(' and ')}`;
}
