import fc from 'fast-check';
import type { PolicyDocument, PolicyRule, RuleSelection } from '../../../src/core/policy/policy-document';
import { validatePolicy } from '../../../src/core/policy/validation';

type Part = Pick<RuleSelection, 'tagStatus' | 'tagPatternList' | 'tagPrefixList'>;
type Body = Omit<PolicyRule, 'rulePriority'>;

/** Texts of two characters, so that they often cover and overlap each other. */
export const patterns = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('*', 'a*', 'b*', '*a', 'ab*', '*a*', 'a*b') },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 4 }) },
);
const prefix = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 });

const tagged: fc.Arbitrary<Part> = fc.oneof(
  { weight: 3, arbitrary: patterns.map((only): Part => ({ tagStatus: 'tagged', tagPatternList: [only] })) },
  { weight: 1, arbitrary: fc.array(patterns, { minLength: 2, maxLength: 2 }).map((tagPatternList): Part => ({ tagStatus: 'tagged', tagPatternList })) },
  { weight: 2, arbitrary: prefix.map((only): Part => ({ tagStatus: 'tagged', tagPrefixList: [only] })) },
  { weight: 1, arbitrary: fc.array(prefix, { minLength: 2, maxLength: 2 }).map((tagPrefixList): Part => ({ tagStatus: 'tagged', tagPrefixList })) },
);

const condition = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }).map((countNumber) => ({ countType: 'imageCountMoreThan' as const, countNumber })) },
  { weight: 2, arbitrary: fc.constant({ countType: 'imageCountMoreThan' as const, countNumber: 9999 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 5 }).map((countNumber) => ({ countType: 'sinceImagePushed' as const, countUnit: 'days' as const, countNumber })) },
  { weight: 1, arbitrary: fc.constant({ countType: 'sinceImagePulled' as const, countUnit: 'days' as const, countNumber: 3 }) },
  { weight: 1, arbitrary: fc.constant({ storageClass: 'archive' as const, countType: 'sinceImageTransitioned' as const, countUnit: 'days' as const, countNumber: 90 }) },
);

function ruleOf(part: fc.Arbitrary<Part>): fc.Arbitrary<Body> {
  return fc.tuple(part, condition, fc.boolean()).map(([selects, when, archives]): Body => {
    const transition = when.countType === 'sinceImagePulled' || (archives && when.countType !== 'sinceImageTransitioned');
    return { selection: { ...selects, ...when }, action: transition ? { type: 'transition', targetStorageClass: 'archive' } : { type: 'expire' } };
  });
}

const maybe = (rule: fc.Arbitrary<Body>) => fc.array(rule, { maxLength: 1 });

/** Valid policies, with gaps between the priorities, and with the rules in any order. */
export const policies: fc.Arbitrary<PolicyDocument> = fc
  .tuple(
    maybe(ruleOf(fc.constant({ tagStatus: 'untagged' }))),
    fc.array(ruleOf(tagged), { maxLength: 5 }),
    maybe(ruleOf(fc.constant({ tagStatus: 'any' }))),
  )
  .map(([untagged, byTag, any]) => [...untagged, ...byTag, ...any].map((body, i): PolicyRule => ({ rulePriority: 3 * i + 2, ...body })))
  .chain((rules) => fc.shuffledSubarray(rules, { minLength: rules.length }))
  .map((rules) => ({ rules }))
  .filter((document) => validatePolicy(document).length === 0);
