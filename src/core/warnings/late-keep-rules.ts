import { catchesAll, claimantsOf, isKeepRule, RuleToCheck } from './rules';
import { covers, TagEntry } from './tag-entry';
import type { Warning } from './warning';
import type { Decision } from '../evaluation/decision';
import type { Image } from '../evaluation/image';
import { show } from '../text/show';
import { cut, plural } from '../text/words';

/*
 * A keep rule that comes after a rule that acts on some of its images: those with tags of both. It is deliberate if the tag that the
 * keep rule matches is also one of the earlier rule: release candidates (`*-rc*`) of versions that are kept (`v*`).
 */

/**
 * Finds keep rules for one specific tag that come after a rule for other tags.
 *
 * A tag such as `prod` is set on an image that already has the tag of its build. Other keep rules are reported only with images,
 * because it is not known if any image has tags of both rules.
 */
export function keepRulePartlyLate(checked: RuleToCheck): Warning | undefined {
  const { entries, priority } = checked;
  if (!isLateKeepRule(checked) || entries.length !== 1 || entries[0].tail !== undefined) return undefined;
  const isForOthers = (entry: TagEntry) => entry.tail !== undefined && !covers(entry, entries[0]);
  const first = checked.earlier.find((other) => !isKeepRule(other) && other.entries.length > 0 && other.entries.every(isForOthers));
  if (!first) return undefined;
  const tags = first.entries.map(({ kind, text }) => show(kind === 'prefix' ? `${text}…` : text)).join(' and ');
  return {
    id: 'keepRulePartlyLate',
    rulePriorities: [priority, first.priority],
    message: `rule ${priority} is meant to keep the image with the tag ${show(entries[0].text)}, but rule ${first.priority} comes first and acts on the image `
      + `if it also has a tag like ${cut(tags, 80)}; put rule ${priority} before rule ${first.priority}`,
  };
}

/** Finds keep rules with an image that an earlier rule acts on because of another tag of the image. */
export function keepRulePartlyLateNow(
  checked: RuleToCheck, rules: readonly RuleToCheck[], images: readonly Image[], decisions: readonly Decision[],
): Warning | undefined {
  if (!isLateKeepRule(checked) || keepRulePartlyLate(checked)) return undefined;
  const byPriority = new Map(rules.map((rule) => [rule.priority, rule]));
  const lost = images.flatMap((image, i) => {
    const { action, rulePriority, followsSubject } = decisions[i];
    const actor = rulePriority === undefined ? undefined : byPriority.get(rulePriority);
    const isActedOn = action !== 'KEEP' && followsSubject === undefined && actor && checked.earlier.includes(actor) && isKeptByAnotherTag(checked, actor, image);
    return isActedOn ? [{ image, actor }] : [];
  });
  if (lost.length === 0) return undefined;
  const [{ image, actor }] = lost;
  const tags = (image.imageTags ?? []).map((tag) => show(tag)).join(', ');
  const [one, many] = actor.rule.action.type === 'expire' ? ['expires', 'expire'] : ['is archived', 'are archived'];
  const effect = lost.length === 1 ? one : many;
  return {
    id: 'keepRulePartlyLate',
    rulePriorities: [checked.priority, actor.priority],
    message: `rule ${checked.priority} is meant to keep ${plural(lost.length, 'image')} that ${effect}, because `
      + `rule ${actor.priority} comes first and selects ${lost.length === 1 ? 'it' : 'them'} by another tag: ${cut(image.imageDigest, 80)} (${cut(tags, 120)})`
      + `${lost.length > 1 ? ' and more' : ''}; put rule ${checked.priority} before rule ${actor.priority}`,
  };
}

/** True for a keep rule for some tags. A rule that keeps all other images has exceptions before it, and `keepRuleTooLate` reports the rest. */
function isLateKeepRule(checked: RuleToCheck): boolean {
  return isKeepRule(checked) && checked.entries.length > 0 && !catchesAll(checked) && !claimantsOf(checked);
}

/** True if the keep rule selects the image by at least one tag that the earlier rule does not match. */
function isKeptByAnotherTag(keep: RuleToCheck, actor: RuleToCheck, { imageTags = [] }: Image): boolean {
  const others = imageTags.filter((tag) => !actor.entries.some(({ matches }) => matches(tag)));
  const selects = keep.entries.every(({ matches }) => imageTags.some(matches));
  return actor.entries.length > 0 && selects && keep.entries.some(({ matches }) => others.some(matches));
}
