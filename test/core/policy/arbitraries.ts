import * as fc from 'fast-check';
import type { PolicyDocument, PolicyRule, RuleAction, RuleSelection } from '../../../src/core/policy/policy-document';

type Condition = Omit<RuleSelection, 'tagStatus' | 'tagPatternList' | 'tagPrefixList'>;
type Tags = Pick<RuleSelection, 'tagStatus' | 'tagPatternList' | 'tagPrefixList'>;
type Unordered = Omit<PolicyRule, 'rulePriority'>;

const count = (min: number) => fc.oneof(fc.integer({ min, max: min + 400 }), fc.constantFrom(min, 999_999));

/** Tags and prefixes, without wildcards. */
const piece = fc.string({ maxLength: 6, unit: 'grapheme' }).map((text) => text.replaceAll('*', '.'));

/** Patterns with at most 4 wildcards. */
export const tagPattern: fc.Arbitrary<string> = fc.array(piece, { minLength: 1, maxLength: 5 })
  .map((pieces) => pieces.join('*') || 'latest');

export const tagPrefix: fc.Arbitrary<string> = fc.string({ minLength: 1, maxLength: 10 });

const tagged: fc.Arbitrary<Tags> = fc.oneof(
  fc.array(tagPattern, { minLength: 1, maxLength: 3 }).map((tagPatternList): Tags => ({ tagStatus: 'tagged', tagPatternList })),
  fc.array(tagPrefix, { minLength: 1, maxLength: 3 }).map((tagPrefixList): Tags => ({ tagStatus: 'tagged', tagPrefixList })),
);

interface What {
  readonly condition: Condition;
  readonly action: RuleAction;
}

const EXPIRE: RuleAction = { type: 'expire' };
const ARCHIVE: RuleAction = { type: 'transition', targetStorageClass: 'archive' };

/** Every combination of condition and action that ECR accepts for images of the standard class. */
const standard: fc.Arbitrary<What> = fc.oneof(
  fc.record({
    condition: count(1).map((countNumber): Condition => ({ countType: 'imageCountMoreThan', countNumber })),
    action: fc.constantFrom(EXPIRE, ARCHIVE),
  }),
  fc.record({
    condition: count(1).map((countNumber): Condition => ({ countType: 'sinceImagePushed', countUnit: 'days', countNumber })),
    action: fc.constantFrom(EXPIRE, ARCHIVE),
  }),
  fc.record({
    condition: count(1).map((countNumber): Condition => ({ countType: 'sinceImagePulled', countUnit: 'days', countNumber })),
    action: fc.constant(ARCHIVE),
  }),
);

/** Rules for archived images. There is only one kind. */
const archived: fc.Arbitrary<What> = fc.record({
  condition: count(90).map((countNumber): Condition => (
    { storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber }
  )),
  action: fc.constant(EXPIRE),
});

function ruleOf(tags: fc.Arbitrary<Tags>, what: fc.Arbitrary<What>): fc.Arbitrary<Unordered> {
  return fc.tuple(tags, what, fc.option(fc.string({ maxLength: 30, unit: 'binary' }), { nil: undefined }))
    .map(([selected, { condition, action }, description]) => ({
      ...(description === undefined ? {} : { description }),
      selection: { ...selected, ...condition },
      action,
    }));
}

const maybe = (rule: fc.Arbitrary<Unordered>) => fc.array(rule, { maxLength: 1 });
const untagged = fc.constant<Tags>({ tagStatus: 'untagged' });
const any = fc.constant<Tags>({ tagStatus: 'any' });

/** Valid policies, with gaps between the priorities and the rules in any order. */
export const policyDocument: fc.Arbitrary<PolicyDocument> = fc
  .tuple(
    fc.array(ruleOf(tagged, fc.oneof(standard, archived)), { maxLength: 6 }).map(withoutRepeatedPrefixes),
    maybe(ruleOf(untagged, standard)),
    maybe(ruleOf(untagged, archived)),
    maybe(ruleOf(any, standard)),
    maybe(ruleOf(any, archived)),
  )
  .map(([byTag, untaggedHere, untaggedThere, anyHere, anyThere]) => (
    [...untaggedHere, ...byTag, ...untaggedThere, ...anyThere, ...anyHere]
  ))
  .filter((rules) => rules.length > 0)
  .chain((rules) => fc.record({
    gaps: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: rules.length, maxLength: rules.length }),
    order: fc.shuffledSubarray([...rules.keys()], { minLength: rules.length }),
  }).map(({ gaps, order }) => {
    const prioritized = rules.map((rule, i) => ({ rulePriority: sum(gaps.slice(0, i + 1)), ...rule }));
    return { rules: order.map((i) => prioritized[i]) };
  }));

/** Returns a valid rule. */
export const policyRule: fc.Arbitrary<PolicyRule> = policyDocument.map(({ rules }) => rules[0]);

/** Appends a digit to each prefix, so that rules have different prefixes. */
function withoutRepeatedPrefixes(rules: readonly Unordered[]): Unordered[] {
  return rules.map((rule, i) => {
    const { tagPrefixList } = rule.selection;
    if (!tagPrefixList) return rule;
    return { ...rule, selection: { ...rule.selection, tagPrefixList: tagPrefixList.map((prefix) => `${prefix}${i}`) } };
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
