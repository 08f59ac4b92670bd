import { catchesAll, claimantsOf, isKeepRule, RuleToCheck, named, nestedPrefixes, twinOf } from './rules';
import { overlap, TagEntry } from './tag-entry';
import type { Warning } from './warning';
import { show } from '../text/show';
import { plural } from '../text/words';

/** Checks one rule in the context of its policy. */
export type WarningCheck = (checked: RuleToCheck) => Warning | undefined;

/**
 * Finds rules that can never act. Each of them gets one warning, the most specific one.
 *
 * A redundant keep rule is harmless.
 */
export const neverActs: WarningCheck = (checked) => {
  const twin = twinOf(checked);
  if (twin) return samePatternTwice(checked, twin);
  const claimants = claimantsOf(checked);
  if (!claimants) return undefined;
  if (isKeepRule(checked)) return claimants.every(isKeepRule) ? undefined : keepRuleTooLate(checked, claimants);
  return prefixBehindPrefix(checked, claimants) ?? ruleCanNeverAct(checked, claimants);
};

/** Two rules for the same tags: the author probably means "older than N days, but keep M", but only the first rule ever acts. */
function samePatternTwice(checked: RuleToCheck, twin: RuleToCheck): Warning {
  return {
    id: 'samePatternTwice',
    rulePriorities: [checked.priority, twin.priority],
    message: `${named([checked])} has the same tag list as ${named([twin])}, which claims all its images, so it can never act; `
      + hintForTwins(checked.rule, twin.rule),
  };
}

function hintForTwins(late: RuleToCheck['rule'], early: RuleToCheck['rule']): string {
  if (early.action.type === 'transition' && late.action.type === 'expire') {
    return 'to expire archived images, give it the storageClass "archive" and sinceImageTransitioned';
  }
  const both = [late, early].map(({ selection }) => selection.countType === 'imageCountMoreThan');
  return both[0] === both[1] ? 'keep one of the two' : 'ECR cannot combine an age and a count, so keep one of the two';
}

/** A keep rule comes after rules that claim all its images. */
function keepRuleTooLate(checked: RuleToCheck, claimants: readonly RuleToCheck[]): Warning {
  return {
    id: 'keepRuleTooLate',
    rulePriorities: [checked.priority, ...claimants.map(({ priority }) => priority)],
    message: `${named([checked])} is meant to keep images, but ${named(claimants)} ${pluralForm(claimants, 'comes', 'come')} first and `
      + `${pluralForm(claimants, 'claims', 'claim')} all of them; `
      + hint(checked, claimants, `put ${named([checked])} before ${pluralForm(claimants, 'it', 'them')}`),
  };
}

/** A prefix comes before a longer one that it covers: `staging` before `staging_mtr`. */
function prefixBehindPrefix(checked: RuleToCheck, [claimant]: readonly RuleToCheck[]): Warning | undefined {
  const prefixes = nestedPrefixes(claimant, checked);
  if (!prefixes) return undefined;
  return prefixCoversPrefix(claimant, checked, prefixes, `, so ${named([checked])} can never act`,
    `put ${named([checked])} before ${named([claimant])}`);
}

/** Earlier rules claim all images that a rule selects. */
function ruleCanNeverAct(checked: RuleToCheck, claimants: readonly RuleToCheck[]): Warning {
  return {
    id: 'ruleCanNeverAct',
    rulePriorities: [checked.priority, ...claimants.map(({ priority }) => priority)],
    message: `${named([checked])} can never act: ${named(claimants)} ${pluralForm(claimants, 'claims', 'claim')} every image that it selects, `
      + `even images that are kept; ${hint(checked, claimants, `put it before ${named(claimants)}, give it a different selection, or remove it`)}`,
  };
}

/** Returns a hint that ECR accepts: a rule for any image must be the last one. */
function hint(checked: RuleToCheck, claimants: readonly RuleToCheck[], otherwise: string): string {
  return checked.rule.selection.tagStatus === 'any' ? `remove it, or let ${named(claimants)} select less` : otherwise;
}

/**
 * Finds count rules that also count the images of an earlier rule with a longer prefix, and so act on their own images earlier.
 *
 * An earlier keep rule is a deliberate exception, and an age rule does not act on claimed images.
 */
export const prefixCountsPrefix: WarningCheck = (checked) => {
  if (checked.rule.selection.countType !== 'imageCountMoreThan' || isKeepRule(checked) || claimantsOf(checked)) return undefined;
  for (const narrow of checked.earlier) {
    const prefixes = isKeepRule(narrow) ? undefined : nestedPrefixes(checked, narrow);
    if (!prefixes) continue;
    return prefixCoversPrefix(checked, narrow, prefixes, ` and counts them, although ${named([narrow])} claims them`,
      'include them in its countNumber');
  }
  return undefined;
};

function prefixCoversPrefix(
  wide: RuleToCheck, narrow: RuleToCheck, prefixes: { wide: string; narrow: string }, consequence: string, alternative: string,
): Warning {
  const separated = `${prefixes.wide}-`;
  // A separator does not help if a number follows (`v1`), or if the longer prefix continues with it (`staging-mtr`).
  const separable = /[a-z]$/i.test(prefixes.wide) && !/^[-\d]/.test(prefixes.narrow.slice(prefixes.wide.length));
  return {
    id: 'prefixCoversPrefix',
    rulePriorities: [wide.priority, narrow.priority],
    message: `the prefix ${show(prefixes.wide)} of ${named([wide])} also matches the images of ${show(prefixes.narrow)} (${named([narrow])})`
      + `${consequence}; ${separable ? `end the prefix with the separator of its own tags, like ${show(separated)}, or ` : ''}${alternative}`,
  };
}

/** Finds lists with entries that no single tag can match. The author probably means OR. */
export const tagListIsAnd: WarningCheck = ({ entries, priority }) => {
  const pair = disjointPair(entries);
  if (!pair) return undefined;
  return {
    id: 'tagListIsAnd',
    rulePriorities: [priority],
    message: `rule ${priority} selects only images that have both a tag like ${show(pair[0].text)} and another like ${show(pair[1].text)}: `
      + 'ECR reads a tag list as AND; for OR, write one rule per entry',
  };
};

function disjointPair(entries: readonly TagEntry[]): readonly [TagEntry, TagEntry] | undefined {
  for (const [i, a] of entries.entries()) {
    const b = entries.find((other, j) => j > i && !overlap(a, other));
    if (b) return [a, b];
  }
  return undefined;
}

/** Finds age rules for all images without an earlier rule that keeps the newest: without pushes, the repository becomes empty. */
export const ageCatchAll: WarningCheck = (checked) => {
  const { rule: { selection, action }, storageClass, earlier, priority } = checked;
  const byAge = selection.countType === 'sinceImagePushed' && action.type === 'expire' && storageClass === 'standard';
  if (!byAge || isKeepRule(checked) || !catchesAll(checked) || earlier.some(keepsTaggedImages)) return undefined;
  const every = `every ${selection.tagStatus === 'any' ? '' : 'tagged '}image${earlier.length === 0 ? '' : ' that no earlier rule selects'}`;
  return {
    id: 'ageCatchAll',
    rulePriorities: [priority],
    message: `rule ${priority} expires ${every} more than ${plural(selection.countNumber, 'day')} after its push, the newest and the `
      + 'deployed ones too, and a new tag does not make an image younger; put a rule before it that keeps the images you need, or use a count',
  };
};

/** True if a rule keeps some of the tagged images that it selects at any age: the youngest, the archived, or all. */
function keepsTaggedImages(checked: RuleToCheck): boolean {
  const { selection, action } = checked.rule;
  if (selection.tagStatus === 'untagged') return false;
  return selection.countType === 'imageCountMoreThan' || action.type === 'transition' || isKeepRule(checked) || catchesAll(checked);
}

function pluralForm(rules: readonly RuleToCheck[], one: string, more: string): string {
  return rules.length === 1 ? one : more;
}
