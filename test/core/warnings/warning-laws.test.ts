import fc from 'fast-check';
import { policies } from './warning-arbitraries';
import { evaluate } from '../../../src/core/evaluation/evaluator';
import type { Image } from '../../../src/core/evaluation/image';
import type { PolicyDocument, PolicyRule } from '../../../src/core/policy/policy-document';
import { policyWarnings, inventoryWarnings } from '../../../src/core/warnings/find-warnings';
import type { Warning } from '../../../src/core/warnings/warning';
import { indexChildren, relatedImages } from '../evaluation/evaluator-arbitraries';
import { daysAgo, NOW } from '../evaluation/evaluator-fixtures';

const RULE_OF_ITS_OWN: readonly string[] = ['ruleCanNeverAct', 'samePatternTwice', 'keepRuleTooLate'];

/** Returns the rule that can never act according to a warning. */
function deadIn({ id, rulePriorities, message }: Warning): number | undefined {
  if (id === 'prefixCoversPrefix' && message.includes('can never act')) return rulePriorities[1];
  return RULE_OF_ITS_OWN.includes(id) ? rulePriorities[0] : undefined;
}

function deadRules(document: PolicyDocument): number[] {
  return policyWarnings(document).flatMap((warnings) => deadIn(warnings) ?? []);
}

test('a rule that is reported as never acting never acts and never claims an image', () => {
  fc.assert(fc.property(policies, relatedImages, indexChildren, (document, images, children) => {
    const dead = deadRules(document);
    fc.pre(dead.length > 0);
    const { decisions, reasonsFor } = evaluate(document, images, { now: NOW, indexChildren: children });
    images.forEach((_, i) => {
      expect(dead).not.toContain(decisions[i].rulePriority);
      const [claimant, ...others] = reasonsFor(i);
      if (claimant) expect(dead).not.toContain(claimant.rulePriority);
      for (const { rulePriority, outcome } of others) if (dead.includes(rulePriority)) expect(outcome).not.toBe('ACTS');
    });
  }), { numRuns: 3000 });
});

test('the rules that the warning names claim its images', () => {
  fc.assert(fc.property(policies, relatedImages, (document, images) => {
    const warnings = policyWarnings(document).filter(({ id }) => id === 'ruleCanNeverAct' || id === 'keepRuleTooLate');
    fc.pre(warnings.length > 0);
    const { reasonsFor } = evaluate(document, images, { now: NOW });
    images.forEach((_, i) => {
      const matching = reasonsFor(i).map(({ rulePriority }) => rulePriority);
      for (const { rulePriorities: [dead, ...claimants] } of warnings) {
        const place = matching.indexOf(dead);
        if (place >= 0) expect(matching.slice(0, place).some((priority) => claimants.includes(priority))).toBe(true);
      }
    });
  }), { numRuns: 2000 });
});

test('each rule that cannot act is reported once, and each kind of warning occurs often', () => {
  const given = new Map<string, number>();
  fc.sample(policies, { numRuns: 1000, seed: 7 }).forEach((document) => {
    const dead = deadRules(document);
    expect(new Set(dead).size).toBe(dead.length);
    for (const id of new Set(policyWarnings(document).map((warnings) => warnings.id))) given.set(id, (given.get(id) ?? 0) + 1);
  });
  for (const id of ['ruleCanNeverAct', 'samePatternTwice', 'keepRuleTooLate', 'tagListIsAnd', 'prefixCoversPrefix', 'ageCatchAll']) {
    expect([id, (given.get(id) ?? 0) >= 20]).toEqual([id, true]);
  }
  expect(given.get('ruleCanNeverAct')).toBeGreaterThan(200);
});

/** Images that a rule selects, and that other rules select only if they cover it: each entry has its own tag, with a letter in no rule. */
function witnesses({ rulePriority, selection }: PolicyRule): Image[] {
  const tags = [
    ...(selection.tagPatternList ?? []).map((pattern) => pattern.replaceAll('*', 'z')),
    ...(selection.tagPrefixList ?? []).map((prefix) => `${prefix}z`),
  ];
  const tagLists = { tagged: [tags], untagged: [[]], any: [[], ['z']] }[selection.tagStatus];
  return tagLists.flatMap((imageTags, list) => Array.from({ length: selection.countNumber <= 90 ? 4 : 10_000 }, (_, i): Image => ({
    imageDigest: `sha256:${rulePriority}-${list}-${i}`,
    imageTags,
    imagePushedAt: daysAgo(1000 + i),
    ...(selection.storageClass === 'archive' && { imageStatus: 'ARCHIVED', lastArchivedAt: daysAgo(500) }),
  })));
}

test('a rule without a warning can act on images with the right tags, except a keep rule after another', () => {
  const keeps = ({ selection }: PolicyRule) => selection.countNumber === 9999;
  const dead = (document: PolicyDocument, rule: PolicyRule) => deadRules(document).includes(rule.rulePriority);
  fc.assert(fc.property(policies, (document) => {
    for (const rule of document.rules.filter((candidate) => !keeps(candidate) && !dead(document, candidate))) {
      const { decisions } = evaluate(document, witnesses(rule), { now: NOW });
      expect(decisions.map(({ rulePriority }) => rulePriority)).toContain(rule.rulePriority);
    }
  }), { numRuns: 1000 });
});

test('ageCatchAll: the youngest tagged image expires if no earlier rule selects it', () => {
  fc.assert(fc.property(policies, (document) => {
    const warnings = policyWarnings(document).filter(({ id }) => id === 'ageCatchAll');
    fc.pre(warnings.length > 0);
    const image = { imageDigest: 'sha256:only', imageTags: ['z'], imagePushedAt: daysAgo(6) };
    expect(evaluate(document, [image], { now: NOW }).decisions).toEqual([{ action: 'EXPIRE', rulePriority: warnings[0].rulePriorities[0] }]);
  }), { numRuns: 200 });
});

test('tagListIsAnd is reported if and only if no image with a single tag matches the list', () => {
  const texts = ['', 'a', 'b'].flatMap((x) => ['', 'a', 'b'].flatMap((y) => ['', 'a', 'b'].map((z) => x + y + z)));
  // Any two overlapping entries of these lists match a common tag of at most 8 characters.
  const tags = [...new Set(texts.flatMap((x) => texts.flatMap((y) => ['', 'a', 'b'].flatMap((z) => ['', 'a', 'b'].map((last) => x + y + z + last)))))].filter(Boolean);
  const lonely = tags.map((tag, i): Image => ({ imageDigest: `sha256:${i}`, imageTags: [tag], imagePushedAt: daysAgo(1) }));
  fc.assert(fc.property(policies, ({ rules }) => {
    const [{ selection }] = rules;
    fc.pre(selection.tagStatus === 'tagged' && selection.storageClass === undefined);
    const alone = { rules: [rules[0]] };
    const { reasonsFor } = evaluate(alone, lonely, { now: NOW });
    const told = policyWarnings(alone).some(({ id }) => id === 'tagListIsAnd');
    expect(told).toBe(lonely.every((_, i) => reasonsFor(i).length === 0));
  }), { numRuns: 300 });
});

test('ruleMatchesNothing is reported if and only if no image has the tags of the rule', () => {
  let told = 0;
  fc.assert(fc.property(policies, relatedImages, (document, images) => {
    fc.pre(images.length > 0);
    const advised = inventoryWarnings(document, images, NOW).filter(({ id }) => id === 'ruleMatchesNothing').flatMap(({ rulePriorities }) => rulePriorities);
    told += advised.length;
    for (const rule of document.rules) {
      // Archived images count too, because they were pushed.
      const imageStatus = rule.selection.storageClass === 'archive' ? 'ARCHIVED' : 'ACTIVE';
      const { reasonsFor } = evaluate({ rules: [rule] }, images.map((image) => ({ ...image, imageStatus })), { now: NOW });
      const matchesNone = images.every((_, i) => reasonsFor(i).length === 0);
      expect(advised.includes(rule.rulePriority)).toBe(matchesNone && rule.selection.tagStatus === 'tagged');
    }
  }), { numRuns: 1000 });
  expect(told).toBeGreaterThan(200);
});
