import { catchesAll, claimantsOf, isKeepRule, RuleToCheck, named, nestedPrefixes, twinOf } from './rules';
import { overlap, TagEntry } from './tag-entry';
import type { Warning } from './warning';
import { show } from '../text/show';
import { plural } from '../text/words';

/** Looks at one rule in its policy. */
export type WarningCheck = (linted: RuleToCheck) => Warning | undefined;

/**
 * Why a rule can never act, if it cannot: each such rule gets one advice, the one that tells its author most.
 * A second keep rule for what is kept already does no harm.
 */
export const neverActs: WarningCheck = (linted) => {
  const twin = twinOf(linted);
  if (twin) return samePatternTwice(linted, twin);
  const claimants = claimantsOf(linted);
  if (!claimants) return undefined;
  if (isKeepRule(linted)) return claimants.every(isKeepRule) ? undefined : keepRuleTooLate(linted, claimants);
  return prefixBehindPrefix(linted, claimants) ?? ruleCanNeverAct(linted, claimants);
};

/** Two rules about the same tags: people mean "older than N days, but keep M", and only the first rule ever acts. */
function samePatternTwice(linted: RuleToCheck, twin: RuleToCheck): Warning {
  return {
    id: 'samePatternTwice',
    rulePriorities: [linted.priority, twin.priority],
    message: `${named([linted])} has the tag list of ${named([twin])}, so that it can never act: all its images are claimed before; `
      + wayOutOfTwins(linted.rule, twin.rule),
  };
}

function wayOutOfTwins(late: RuleToCheck['rule'], early: RuleToCheck['rule']): string {
  if (early.action.type === 'transition' && late.action.type === 'expire') {
    return 'to expire what was archived, give it the storageClass "archive" and sinceImageTransitioned';
  }
  const both = [late, early].map(({ selection }) => selection.countType === 'imageCountMoreThan');
  return both[0] === both[1] ? 'keep one of the two' : 'ECR cannot combine an age and a count, so keep one of the two';
}

/** It comes after rules that take all that it is to keep. */
function keepRuleTooLate(linted: RuleToCheck, claimants: readonly RuleToCheck[]): Warning {
  return {
    id: 'keepRuleTooLate',
    rulePriorities: [linted.priority, ...claimants.map(({ priority }) => priority)],
    message: `${named([linted])} is there to keep images, but ${named(claimants)} ${oneOrMore(claimants, 'comes', 'come')} first and `
      + `${oneOrMore(claimants, 'claims', 'claim')} all of them; `
      + wayOut(linted, claimants, `put ${named([linted])} before ${oneOrMore(claimants, 'it', 'them')}`),
  };
}

/** `staging` before `staging_mtr`. */
function prefixBehindPrefix(linted: RuleToCheck, [claimant]: readonly RuleToCheck[]): Warning | undefined {
  const prefixes = nestedPrefixes(claimant, linted);
  if (!prefixes) return undefined;
  return prefixCoversPrefix(claimant, linted, prefixes, `so that ${named([linted])} can never act`,
    `put ${named([linted])} before ${named([claimant])}`);
}

/** Earlier rules claim all that it selects. */
function ruleCanNeverAct(linted: RuleToCheck, claimants: readonly RuleToCheck[]): Warning {
  return {
    id: 'ruleCanNeverAct',
    rulePriorities: [linted.priority, ...claimants.map(({ priority }) => priority)],
    message: `${named([linted])} can never act: ${named(claimants)} ${oneOrMore(claimants, 'claims', 'claim')} every image that it selects, `
      + `acted on or not; ${wayOut(linted, claimants, `put it before ${named(claimants)}, give it a selection of its own, or drop it`)}`,
  };
}

/** ECR takes a rule for any image in the last place only. */
function wayOut(linted: RuleToCheck, claimants: readonly RuleToCheck[], otherwise: string): string {
  return linted.rule.selection.tagStatus === 'any' ? `drop it, or let ${named(claimants)} select less` : otherwise;
}

/**
 * A rule that counts also counts what an earlier rule of a longer prefix decides over, and removes its own images the sooner.
 * An earlier keep rule is a carve-out on purpose, and a rule by age does nothing to what is claimed.
 */
export const prefixCountsPrefix: WarningCheck = (linted) => {
  if (linted.rule.selection.countType !== 'imageCountMoreThan' || isKeepRule(linted) || claimantsOf(linted)) return undefined;
  for (const narrow of linted.earlier) {
    const prefixes = isKeepRule(narrow) ? undefined : nestedPrefixes(linted, narrow);
    if (!prefixes) continue;
    return prefixCoversPrefix(linted, narrow, prefixes, `into its count, though ${named([narrow])} decides over them`,
      'allow for them in its countNumber');
  }
  return undefined;
};

function prefixCoversPrefix(
  wide: RuleToCheck, narrow: RuleToCheck, prefixes: { wide: string; narrow: string }, consequence: string, otherWayOut: string,
): Warning {
  const separated = `${prefixes.wide}-`;
  // After a `v` comes a number, and `staging-` would still cover `staging-mtr`: then no separator helps.
  const separable = /[a-z]$/i.test(prefixes.wide) && !/^[-\d]/.test(prefixes.narrow.slice(prefixes.wide.length));
  return {
    id: 'prefixCoversPrefix',
    rulePriorities: [wide.priority, narrow.priority],
    message: `the prefix ${show(prefixes.wide)} of ${named([wide])} takes the images of ${show(prefixes.narrow)} (${named([narrow])}) along, `
      + `${consequence}; ${separable ? `end it with the separator of its own tags, like ${show(separated)}, or ` : ''}${otherWayOut}`,
  };
}

/** A list whose entries no single tag can match: read as OR by its author, most likely. */
export const tagListIsAnd: WarningCheck = ({ entries, priority }) => {
  const pair = disjointPair(entries);
  if (!pair) return undefined;
  return {
    id: 'tagListIsAnd',
    rulePriorities: [priority],
    message: `rule ${priority} selects only images that have both a tag like ${show(pair[0].text)} and another like ${show(pair[1].text)}: `
      + 'ECR reads a tag list as AND; for OR, write one rule for each entry',
  };
};

function disjointPair(entries: readonly TagEntry[]): readonly [TagEntry, TagEntry] | undefined {
  for (const [i, a] of entries.entries()) {
    const b = entries.find((other, j) => j > i && !overlap(a, other));
    if (b) return [a, b];
  }
  return undefined;
}

/** By age over everything, with nothing before it that keeps the newest: a quiet month empties the repository. */
export const ageCatchAll: WarningCheck = (linted) => {
  const { rule: { selection, action }, storageClass, earlier, priority } = linted;
  const byAge = selection.countType === 'sinceImagePushed' && action.type === 'expire' && storageClass === 'standard';
  if (!byAge || isKeepRule(linted) || !catchesAll(linted) || earlier.some(letsTaggedStay)) return undefined;
  const every = `every ${selection.tagStatus === 'any' ? '' : 'tagged '}image${earlier.length === 0 ? '' : ' that no earlier rule selects'}`;
  return {
    id: 'ageCatchAll',
    rulePriorities: [priority],
    message: `rule ${priority} expires ${every} more than ${plural(selection.countNumber, 'day')} after its push, the newest and the `
      + 'deployed ones too, and tagging an image again does not make it younger; put a rule before it that keeps what must stay, or count instead',
  };
};

/** Whether tagged images that the rule selects stay, however old they get: the youngest ones, those archived, or all. */
function letsTaggedStay(linted: RuleToCheck): boolean {
  const { selection, action } = linted.rule;
  if (selection.tagStatus === 'untagged') return false;
  return selection.countType === 'imageCountMoreThan' || action.type === 'transition' || isKeepRule(linted) || catchesAll(linted);
}

function oneOrMore(rules: readonly RuleToCheck[], one: string, more: string): string {
  return rules.length === 1 ? one : more;
}
