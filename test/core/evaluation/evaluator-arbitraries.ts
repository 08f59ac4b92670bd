import fc from 'fast-check';
import { daysAgo } from './evaluator-fixtures';
import type { Image } from '../../../src/core/evaluation/image';
import type { CountType, PolicyDocument, PolicyRule, RuleSelection } from '../../../src/core/policy/policy-document';

const TAGS = ['a', 'b', 'ab', 'ba', 'release-1', 'release-2', 'pr-1'];
const PATTERNS = ['a*', '*b', 'b', '*a*', 'release-*', '*-1', 'pr-*', '*', 'nothing'];
const PREFIXES = ['a', 'b', 'ab', 'release', 'release-1'];

/** Digests whose order is independent of the position in the list. */
const DIGESTS = [...'kcxfahqzdmbtgwej'].map((letter) => `sha256:${letter}`);

/** Quarters of days, so that ages of exactly N days and ties occur. Sometimes unknown. */
const age = fc.integer({ min: 0, max: 40 }).map((quarters) => quarters / 4);
const maybe = <T>(weight: number, value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(undefined) }, { weight, arbitrary: value });
const time = (weight: number) => maybe(weight, age.map(daysAgo));

const tags = fc.oneof(fc.constant([]), fc.subarray(TAGS, { maxLength: 3 }));

const plainImage = fc.record({
  imageTags: tags,
  imagePushedAt: time(9),
  lastRecordedPullTime: time(5),
  lastActivatedAt: time(2),
  lastArchivedAt: time(4),
  imageStatus: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(undefined, 'ACTIVE') },
    { weight: 3, arbitrary: fc.constant('ARCHIVED') },
    { weight: 1, arbitrary: fc.constant('ACTIVATING') },
  ),
});

/** Images without relations. */
export const images: fc.Arbitrary<Image[]> = fc.array(plainImage, { maxLength: 10 })
  .map((list) => list.map((image, i) => ({ imageDigest: DIGESTS[i], ...image })));

const someDigest = fc.constantFrom(...DIGESTS.slice(0, 10));

/** Images with indexes and referrers, including circles and unknown digests. */
export const relatedImages: fc.Arbitrary<Image[]> = fc.array(
  fc.tuple(plainImage, maybe(3, fc.array(someDigest, { maxLength: 4 })), maybe(3, someDigest)),
  { maxLength: 10 },
).map((list) => list.map(([image, childDigests, subjectManifestDigest], i) =>
  ({ imageDigest: DIGESTS[i], ...image, childDigests, subjectManifestDigest })));

const part: fc.Arbitrary<Pick<RuleSelection, 'tagStatus' | 'tagPatternList' | 'tagPrefixList'>> = fc.oneof(
  fc.constant({ tagStatus: 'any' as const }),
  fc.constant({ tagStatus: 'untagged' as const }),
  fc.subarray(PATTERNS, { minLength: 1, maxLength: 2 }).map((tagPatternList) => ({ tagStatus: 'tagged' as const, tagPatternList })),
  fc.subarray(PREFIXES, { minLength: 1, maxLength: 2 }).map((tagPrefixList) => ({ tagStatus: 'tagged' as const, tagPrefixList })),
);

export const AGE_TYPES: CountType[] = ['sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned'];
export const ALL_TYPES: CountType[] = ['imageCountMoreThan', ...AGE_TYPES];

function rule(countTypes: CountType[]): fc.Arbitrary<Omit<PolicyRule, 'rulePriority'>> {
  return fc.record({ images: part, countType: fc.constantFrom(...countTypes), countNumber: fc.integer({ min: 1, max: 6 }), archives: fc.boolean() })
    .map(({ images: selects, countType, countNumber, archives }) => {
      const inArchive = countType === 'sinceImageTransitioned';
      const transition = countType === 'sinceImagePulled' || (archives && !inArchive);
      return {
        selection: {
          ...selects,
          ...(inArchive ? { storageClass: 'archive' as const } : {}),
          countType,
          ...(countType === 'imageCountMoreThan' ? {} : { countUnit: 'days' as const }),
          countNumber,
        },
        action: transition ? { type: 'transition', targetStorageClass: 'archive' } : { type: 'expire' },
      };
    });
}

/**
 * Policies with gaps between the priorities, in any order. ECR would reject some of them (two `any` rules, a few days in the
 * archive), but the laws also hold for those.
 */
export function policies(countTypes: CountType[] = ALL_TYPES): fc.Arbitrary<PolicyDocument> {
  return fc.tuple(
    fc.array(rule(countTypes), { minLength: 1, maxLength: 5 }),
    fc.shuffledSubarray([2, 3, 5, 8, 13], { minLength: 5 }),
  ).map(([rules, priorities]) => ({ rules: rules.map((body, i) => ({ rulePriority: priorities[i], ...body })) }));
}

/** One rule that comes after all of those in `policies`. */
export const lastRule: fc.Arbitrary<PolicyRule> = rule(ALL_TYPES).map((body) => ({ rulePriority: 99, ...body }));

/** The image selection of a rule. */
export const parts = part;

/** Images of the standard class with unique digests, younger than all others. */
export const youngerImages: fc.Arbitrary<Image[]> = fc.array(fc.tuple(tags, fc.integer({ min: 1, max: 1000 })), { minLength: 1, maxLength: 4 })
  .map((list) => list.map(([imageTags, seconds], i) =>
    ({ imageDigest: `sha256:young${i}`, imageTags, imagePushedAt: daysAgo(-seconds / 86_400) })));

export const indexChildren = fc.constantFrom('counted' as const, 'exempt' as const);

/** The same items in a different order. */
export function shuffled<T>(list: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...list], { minLength: list.length });
}
