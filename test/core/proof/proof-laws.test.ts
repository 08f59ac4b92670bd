import fc from 'fast-check';
import { isPossible, patterns, policies, protectedBy, repositories, repositoryAgainst } from './proof-arbitraries';
import { evaluate } from '../../../src/core/evaluation/evaluator';
import type { Image } from '../../../src/core/evaluation/image';
import type { PolicyDocument } from '../../../src/core/policy/policy-document';
import { proofOf } from '../../../src/core/proof/protected-tags';
import { indexChildren } from '../evaluation/evaluator-arbitraries';
import { keep, NOW, tagged } from '../evaluation/evaluator-fixtures';

const wantedBy = ({ rules }: PolicyDocument) =>
  rules.flatMap(({ selection }) => [...selection.tagPatternList ?? [], ...(selection.tagPrefixList ?? []).map((prefix) => `${prefix}*`)]);

/** Policies that often have a keep rule for a proof, and no rules for archived images, which no rule keeps. */
const questions: fc.Arbitrary<readonly [PolicyDocument, string]> = fc.tuple(policies, patterns, patterns, fc.nat({ max: 3 }))
  .map(([{ rules }, pattern, other, variant]) => {
    if (variant === 0) return [{ rules }, pattern];
    const active = rules.filter(({ selection }) => selection.storageClass !== 'archive');
    return [{ rules: [keep(1, tagged(variant === 1 ? other : pattern)), ...active] }, pattern];
  });

const cases = questions.chain(([document, pattern]) =>
  fc.tuple(fc.constant(document), fc.constant(pattern), repositories([pattern, pattern, ...wantedBy(document)]), indexChildren));

/** Returns the protected images that the policy would act on, without referrers, which proofs do not cover. */
function lost(document: PolicyDocument, pattern: string, images: readonly Image[], children: 'counted' | 'exempt'): Image[] {
  const { decisions } = evaluate(document, images, { now: NOW, indexChildren: children });
  const isProtected = protectedBy(pattern);
  return images.filter((image, i) => decisions[i].action !== 'KEEP' && image.subjectManifestDigest === undefined && isProtected(image));
}

test('no image contradicts a proof', () => {
  let proofs = 0;
  fc.assert(fc.property(cases, ([document, pattern, images, children]) => {
    fc.pre(proofOf(document, pattern).proven && images.some(protectedBy(pattern)));
    proofs += document.rules.some(({ selection }) => selection.tagStatus !== 'untagged') ? 1 : 0;
    expect(lost(document, pattern, images, children)).toEqual([]);
  }), { numRuns: 2000 });
  expect(proofs).toBeGreaterThan(1000);
});

test('for each counterexample, there is a repository in which the named rule acts on it', () => {
  fc.assert(fc.property(policies, patterns, (document, pattern) => {
    const proof = proofOf(document, pattern);
    fc.pre(!proof.proven);
    if (proof.proven) return;
    const images = repositoryAgainst(proof.counterexample);
    expect(isPossible(images)).toBe(true);
    expect(protectedBy(pattern)({ ...images[0], imageTags: [proof.counterexample.imageTags[0]] })).toBe(true);
    const { action, rulePriority } = evaluate(document, images, { now: NOW }).decisions[0];
    expect([action, rulePriority]).toEqual([expect.not.stringMatching('KEEP'), proof.counterexample.rule.rulePriority]);
  }), { numRuns: 2000, maxSkipsPerRun: 100 });
});

test('the rule of a counterexample is the first that can act on a protected image', () => {
  fc.assert(fc.property(cases, ([document, pattern, images, children]) => {
    const proof = proofOf(document, pattern);
    fc.pre(!proof.proven);
    if (proof.proven) return;
    const { rulePriority } = proof.counterexample.rule;
    const before = { rules: document.rules.filter((rule) => rule.rulePriority < rulePriority) };
    expect(lost(before, pattern, images, children)).toEqual([]);
  }), { numRuns: 1000, maxSkipsPerRun: 100 });
});
