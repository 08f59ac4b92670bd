import fc from 'fast-check';
import type { Image } from '../../../src/core/evaluation/image';
import type { PolicyDocument, PolicyRule } from '../../../src/core/policy/policy-document';
import type { Counterexample } from '../../../src/core/proof/protected-tags';
import { patternEntry } from '../../../src/core/warnings/tag-entry';
import { relatedImages } from '../evaluation/evaluator-arbitraries';
import { daysAgo } from '../evaluation/evaluator-fixtures';
import { patterns, policies as lintPolicies } from '../warnings/warning-arbitraries';

export { patterns };

/** Valid policies. Some keep rules have counts that a repository can exceed. */
export const policies: fc.Arbitrary<PolicyDocument> = fc.tuple(lintPolicies, fc.infiniteStream(fc.constantFrom(90, 999_999, 999_999)))
  .map(([{ rules }, counts]) => ({
    rules: rules.map((rule): PolicyRule => rule.selection.countNumber !== 9999 ? rule
      : { ...rule, selection: { ...rule.selection, countNumber: counts.next().value } }),
  }));

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 0, maxLength: 3 });

/** Repositories whose images often have tags of these patterns. As in ECR, a tag belongs to at most one image. */
export function repositories(wanted: readonly string[]): fc.Arbitrary<Image[]> {
  const tag = fc.oneof(word, fc.tuple(fc.constantFrom(...wanted), word).map(([pattern, text]) => pattern.replaceAll('*', text)));
  return fc.tuple(relatedImages, fc.infiniteStream(fc.array(tag, { maxLength: 3 }))).map(([images, tags]) => {
    const taken = new Set<string>(['']);
    return images.map((image) => {
      const imageTags = (tags.next().value as string[]).filter((text) => !taken.has(text) && taken.add(text));
      return { ...image, imageTags };
    });
  });
}

export function protectedBy(pattern: string): (image: Image) => boolean {
  const { matches } = patternEntry(pattern);
  return ({ imageTags = [] }) => imageTags.some(matches);
}

/** Creates a repository in which the rule acts on the image of the counterexample if possible: the image is the first and the oldest. */
export function repositoryAgainst({ rule: { selection }, imageTags, archived }: Counterexample): Image[] {
  const { countType, countNumber, tagPatternList = [], tagPrefixList = [] } = selection;
  const age = countNumber + 1;
  const example: Image = {
    imageDigest: 'sha256:example',
    imageTags,
    imagePushedAt: daysAgo(age),
    ...(archived && { imageStatus: 'ARCHIVED', lastArchivedAt: daysAgo(age) }),
  };
  const younger = countType !== 'imageCountMoreThan' ? [] : Array.from({ length: countNumber }, (_, i): Image => ({
    imageDigest: `sha256:${i}`,
    imageTags: [...tagPatternList, ...tagPrefixList.map((prefix) => `${prefix}*`)].map((entry, place) => entry.replace(/\*+/g, `y${place}y${i}`)),
    imagePushedAt: daysAgo(0),
  }));
  return [example, ...younger];
}

/** True if such a repository can exist in ECR. */
export function isPossible(images: readonly Image[]): boolean {
  const tags = images.flatMap(({ imageTags = [] }) => imageTags);
  return images.length <= 100_000 && new Set(tags).size === tags.length;
}
