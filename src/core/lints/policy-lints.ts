import type { Advice } from './advice';
import { claimantsOf, isKeepRule, LintedRule, named, sameTagList, selectsEveryTagged } from './rules';
import { overlap, TagEntry } from './tag-entry';
import { show } from '../text/show';

/** Looks at one rule in its policy. */
export type PolicyLint = (linted: LintedRule) => Advice | undefined;

/** Earlier rules claim all that it selects. */
export const ruleCanNeverAct: PolicyLint = (linted) => {
  const claimants = claimantsOf(linted);
  if (!claimants || isKeepRule(linted) || claimants.some((other) => sameTagList(other, linted))) return undefined;
  return {
    id: 'ruleCanNeverAct',
    rulePriorities: [linted.priority, ...claimants.map(({ priority }) => priority)],
    message: `${named([linted])} can never act: ${named(claimants)} ${claimants.length === 1 ? 'claims' : 'claim'} every image that it selects, `
      + 'acted on or not; give it a higher precedence or a selection of its own, or drop it',
  };
};

/** Two rules about the same tags: people mean "older than N days, but keep M", and only the first rule ever acts. */
export const samePatternTwice: PolicyLint = (linted) => {
  const twin = linted.earlier.find((other) => sameTagList(other, linted));
  if (!twin) return undefined;
  return {
    id: 'samePatternTwice',
    rulePriorities: [linted.priority, twin.priority],
    message: `${named([linted])} has the tags of ${named([twin])}, which claims all their images: ${named([linted])} can never act, `
      + 'and ECR cannot combine an age and a count; keep one of the two',
  };
};

/** It comes after a rule that takes from what it is to keep. */
export const keepRuleTooLate: PolicyLint = (linted) => {
  if (!isKeepRule(linted) || linted.earlier.some((other) => sameTagList(other, linted))) return undefined;
  const claimants = claimantsOf(linted)?.filter((other) => !isKeepRule(other));
  const taker = claimants?.[0] ?? linted.earlier.find((other) => !isKeepRule(other) && oneTagFitsBoth(other, linted));
  if (!taker) return undefined;
  return {
    id: 'keepRuleTooLate',
    rulePriorities: [linted.priority, taker.priority],
    message: `${named([linted])} is there to keep images, but ${named([taker])} comes first and acts on `
      + `${claimants?.length ? 'all' : 'some'} of them; put ${named([linted])} before it`,
  };
};

function oneTagFitsBoth(a: LintedRule, b: LintedRule): boolean {
  return a.entries.length === 1 && b.entries.length === 1 && overlap(a.entries[0], b.entries[0]);
}

/** A list whose entries no single tag can match: read as OR by its author, most likely. */
export const tagListIsAnd: PolicyLint = ({ entries, priority }) => {
  const pair = disjointPair(entries);
  if (!pair) return undefined;
  return {
    id: 'tagListIsAnd',
    rulePriorities: [priority],
    message: `rule ${priority} selects only images with a tag like ${show(pair[0].text)} and another like ${show(pair[1].text)}: `
      + 'ECR reads a tag list as AND; for OR, write one rule for each entry',
  };
};

function disjointPair(entries: readonly TagEntry[]): readonly [TagEntry, TagEntry] | undefined {
  for (const [i, a] of entries.entries()) {
    const b = entries.slice(i + 1).find((other) => !overlap(a, other));
    if (b) return [a, b];
  }
  return undefined;
}

/** A prefix that another rule's prefix begins with: `staging` takes `staging_mtr` along. */
export const prefixCoversPrefix: PolicyLint = (linted) => {
  for (const other of linted.earlier) {
    const [wide, narrow] = nested(other, linted) ?? nested(linted, other) ?? [];
    // A keep rule before the wider one is a carve-out: nothing is taken along by mistake.
    if (!wide || !narrow || (narrow === other && isKeepRule(narrow))) continue;
    const prefix = wide.entries[0].text;
    return {
      id: 'prefixCoversPrefix',
      rulePriorities: [wide.priority, narrow.priority],
      message: `the prefix ${show(prefix)} of ${named([wide])} takes the images of ${show(narrow.entries[0].text)} (${named([narrow])}) along, `
        + `into its count or its claim; end it with a separator, like ${show(`${prefix}-`)}`,
    };
  }
  return undefined;
};

function nested(wide: LintedRule, narrow: LintedRule): [LintedRule, LintedRule] | undefined {
  const [a, b] = [wide.entries, narrow.entries];
  const single = a.length === 1 && b.length === 1 && a[0].kind === 'prefix' && b[0].kind === 'prefix';
  return single && a[0].text !== b[0].text && b[0].text.startsWith(a[0].text) ? [wide, narrow] : undefined;
}

/** By age over everything, with nothing before it that keeps the newest: a quiet month empties the repository. */
export const ageCatchAll: PolicyLint = (linted) => {
  const { rule, storageClass, earlier, priority } = linted;
  const { countType, countNumber, tagStatus } = rule.selection;
  const catchesAll = tagStatus === 'any' || selectsEveryTagged(linted);
  const byAge = countType === 'sinceImagePushed' && rule.action.type === 'expire' && storageClass === 'standard';
  const newestStay = earlier.some((other) => other.rule.selection.countType === 'imageCountMoreThan' || selectsEveryTagged(other));
  if (!byAge || !catchesAll || newestStay) return undefined;
  return {
    id: 'ageCatchAll',
    rulePriorities: [priority],
    message: `rule ${priority} expires every image ${countNumber} days after its push, the newest and the deployed ones too, and tagging an `
      + 'image again does not make it younger; put a rule before it that keeps what must stay, or count instead',
  };
};
