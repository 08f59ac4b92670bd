import fc from 'fast-check';
import {
  AGE_TYPES, images, indexChildren, lastRule, parts, policies, relatedImages, shuffled, youngerImages,
} from './evaluator-arbitraries';
import { DAY, keep, NOW } from './evaluator-fixtures';
import { evaluateByReference } from './reference-evaluator';
import { evaluate, EvaluationOptions } from '../../../src/core/evaluation/evaluator';
import type { Image } from '../../../src/core/evaluation/image';
import type { PolicyDocument } from '../../../src/core/policy/policy-document';

/** Maps digests to decisions and reasons. */
function answers(policy: PolicyDocument, list: readonly Image[], options: Partial<EvaluationOptions> = {}) {
  const { decisions, reasonsFor } = evaluate(policy, list, { now: NOW, ...options });
  return new Map(list.map(({ imageDigest }, i) => [imageDigest, { decision: decisions[i], reasons: reasonsFor(i) }]));
}

test('it decides like the reference evaluator, for the same reasons', () => {
  fc.assert(fc.property(policies(), relatedImages, indexChildren, (policy, list, children) => {
    const options = { now: NOW, indexChildren: children };
    expect(answers(policy, list, options)).toEqual(evaluateByReference(policy, list, options));
  }), { numRuns: 10_000 });
});

test('the random cases include every kind of decision and reason', () => {
  const seen = new Set<string>();
  for (const [policy, list] of fc.sample(fc.tuple(policies(), relatedImages), { numRuns: 500, seed: 1 })) {
    for (const { decision, reasons } of answers(policy, list).values()) {
      seen.add(`${decision.action}${decision.blockedByIndex ? ' blocked' : ''}${decision.followsSubject ? ' following' : ''}`);
      reasons.forEach(({ outcome }) => seen.add(outcome));
    }
  }
  expect([...seen].sort()).toEqual([
    'ACTS', 'CLAIMED_EARLIER', 'EXPIRE', 'EXPIRE following', 'KEEP', 'KEEP blocked', 'NOT_OLD_ENOUGH', 'TRANSITION', 'TRANSITION following',
    'WITHIN_COUNT',
  ]);
});

test('the order of the images and of the rules in the text does not matter', () => {
  const cases = fc.tuple(policies(), relatedImages, indexChildren)
    .chain(([{ rules }, list, children]) => fc.tuple(fc.constant(rules), fc.constant(list), fc.constant(children), shuffled(rules), shuffled(list)));
  fc.assert(fc.property(cases, ([rules, list, children, otherRules, otherList]) => {
    const options = { indexChildren: children };
    expect(answers({ rules: otherRules }, otherList, options)).toEqual(answers({ rules }, list, options));
  }), { numRuns: 1000 });
});

test('the input is not modified', () => {
  fc.assert(fc.property(policies(), relatedImages, (policy, list) => {
    const before = JSON.stringify([policy, list]);
    answers(policy, list);
    expect(JSON.stringify([policy, list])).toBe(before);
  }), { numRuns: 200 });
});

test('at most one rule acts on an image, and it is the one in the decision', () => {
  fc.assert(fc.property(policies(), images, (policy, list) => {
    for (const { decision, reasons } of answers(policy, list).values()) {
      const acting = reasons.filter(({ outcome }) => outcome === 'ACTS').map(({ rulePriority }) => rulePriority);
      expect(acting).toEqual(decision.action === 'KEEP' ? [] : [decision.rulePriority]);
    }
  }), { numRuns: 1000 });
});

test('the first rule that matches an image claims it', () => {
  fc.assert(fc.property(policies(), images, (policy, list) => {
    for (const { reasons } of answers(policy, list).values()) {
      const [first, ...later] = reasons;
      if (first) expect(first.outcome).not.toBe('CLAIMED_EARLIER');
      for (const { outcome, claimedBy } of later) {
        expect(outcome).not.toBe('ACTS');
        expect(claimedBy).toBe(outcome === 'CLAIMED_EARLIER' ? first.rulePriority : undefined);
      }
    }
  }), { numRuns: 1000 });
});

test('an appended rule with the lowest precedence does not change the outcomes of earlier rules', () => {
  fc.assert(fc.property(policies(), lastRule, relatedImages, indexChildren, ({ rules }, last, list, children) => {
    const before = answers({ rules }, list, { indexChildren: children });
    const after = answers({ rules: [...rules, last] }, list, { indexChildren: children });
    for (const [digest, { reasons }] of after) {
      expect(reasons.filter(({ rulePriority }) => rulePriority !== last.rulePriority)).toEqual(before.get(digest)!.reasons);
    }
  }), { numRuns: 1000 });
});

test('an appended rule with the lowest precedence does not change the images that earlier rules act on', () => {
  fc.assert(fc.property(policies(), lastRule, images, ({ rules }, last, list) => {
    const after = answers({ rules: [...rules, last] }, list);
    for (const [digest, { decision }] of answers({ rules }, list)) {
      const now = after.get(digest)!.decision;
      if (decision.action !== 'KEEP') expect(now).toEqual(decision);
      else expect([undefined, last.rulePriority]).toContain(now.rulePriority);
    }
  }), { numRuns: 1000 });
});

test('a keep rule in first place protects everything that it matches', () => {
  fc.assert(fc.property(policies(), parts, relatedImages, ({ rules }, part, list) => {
    let kept = 0;
    for (const { decision, reasons } of answers({ rules: [keep(1, part), ...rules] }, list).values()) {
      if (reasons[0]?.rulePriority !== 1) continue;
      kept += 1;
      // A referrer is still affected with the image that it belongs to, if that image is not protected.
      if (decision.followsSubject === undefined && decision.blockedByIndex === undefined) expect(decision).toEqual({ action: 'KEEP' });
      expect(reasons.map(({ outcome }) => outcome)).not.toContain('ACTS');
    }
    fc.pre(kept > 0);
  }), { numRuns: 1000 });
});

test('younger images never protect an older one from a rule, including count rules', () => {
  fc.assert(fc.property(policies(), images, youngerImages, (policy, list, younger) => {
    const after = answers(policy, [...list, ...younger]);
    for (const [digest, { decision }] of answers(policy, list)) {
      if (decision.action !== 'KEEP') expect(after.get(digest)!.decision).toEqual(decision);
    }
  }), { numRuns: 1000 });
});

test('with age rules only, an image that expires today also expires later', () => {
  const quarters = fc.integer({ min: 1, max: 40 });
  fc.assert(fc.property(policies(AGE_TYPES), relatedImages, quarters, (policy, list, later) => {
    const after = answers(policy, list, { now: NOW + later * DAY / 4 });
    for (const [digest, { decision }] of answers(policy, list)) {
      if (decision.action === 'EXPIRE') expect(after.get(digest)!.decision.action).toBe('EXPIRE');
      if (decision.action === 'TRANSITION') expect(after.get(digest)!.decision.action).not.toBe('KEEP');
    }
  }), { numRuns: 1000 });
});

test('an image without times is affected before any other image', () => {
  fc.assert(fc.property(policies(), images, (policy, list) => {
    const [first, ...others] = list;
    fc.pre(first !== undefined);
    const { imageDigest, imageTags, imageStatus } = first;
    const known = answers(policy, list).get(imageDigest)!.decision;
    const unknown = answers(policy, [{ imageDigest, imageTags, imageStatus }, ...others]).get(imageDigest)!.decision;
    if (known.action !== 'KEEP') expect(unknown).toEqual(known);
  }), { numRuns: 1000 });
});
