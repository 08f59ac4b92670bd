import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import {
  ArchiveWhen, ExpireWhen, ImageAction, ImageDecision, ImageSelection, LifecycleImage, LifecyclePolicy, LifecycleRule, SimulationOptions,
} from '../../src';

const NOW = '2026-03-01T12:00:00Z';
const KEEP_RELEASES = LifecycleRule.keep({ images: ImageSelection.tagged('release-*') });
const EXPIRE_UNTAGGED = LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) });
const KEEP_NEWEST = LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(1) });

const OLD = '2026-01-01T00:00:00Z';
const YOUNG = '2026-02-28T00:00:00Z';

/** Returns the decisions on the images. */
function decisionsOn(images: LifecycleImage[], rules: LifecycleRule[], options: SimulationOptions = {}) {
  return LifecyclePolicy.fromRules(...rules).simulate(images, { now: NOW, ...options }).decisions;
}

function decisionOn(digest: string, images: LifecycleImage[], rules: LifecycleRule[], options: SimulationOptions = {}) {
  return decisionsOn(images, rules, options).find(({ imageDigest }) => imageDigest === digest)!;
}

/** Returns the action and the rule per digest: `EXPIRE 1`. */
function actionsOn(images: LifecycleImage[], rules: LifecycleRule[], options: SimulationOptions = {}) {
  return Object.fromEntries(decisionsOn(images, rules, options)
    .map(({ imageDigest, action, rulePriority }) => [imageDigest, rulePriority === undefined ? action : `${action} ${rulePriority}`]));
}

describe('the result', () => {
  const images: LifecycleImage[] = [
    { imageDigest: 'sha256:d', imagePushedAt: OLD },
    { imageDigest: 'sha256:b', imageTags: ['pr-7', 'latest'], imagePushedAt: OLD },
    { imageDigest: 'sha256:c', imageTags: ['pr-8'], imagePushedAt: YOUNG },
    { imageDigest: 'sha256:a', imageTags: ['release-1', 'pr-9'], imagePushedAt: OLD },
    { imageDigest: 'sha256:e', imageTags: ['other'], imagePushedAt: OLD },
  ];
  const rules = [KEEP_RELEASES, KEEP_NEWEST, EXPIRE_UNTAGGED];

  test('has one decision per image, in the order of the images, with all their tags', () => {
    const decisions = decisionsOn(images, rules);
    expect(decisions.map(({ imageDigest, imageTags }) => [imageDigest, imageTags])).toEqual([
      ['sha256:d', []], ['sha256:b', ['pr-7', 'latest']], ['sha256:c', ['pr-8']], ['sha256:a', ['release-1', 'pr-9']], ['sha256:e', ['other']],
    ]);
    expect(decisionsOn([...images].reverse(), rules)).toEqual([...decisions].reverse());
  });

  test('groups the decisions by action', () => {
    const archiveRest = LifecycleRule.archive({ images: ImageSelection.all(), when: ArchiveWhen.sinceImagePulled(Duration.days(30)) });
    const simulation = LifecyclePolicy.fromRules(...rules, archiveRest).simulate(images, { now: NOW });
    const digests = (decisions: ImageDecision[]) => decisions.map(({ imageDigest }) => imageDigest);
    expect(digests(simulation.expiring)).toEqual(['sha256:d', 'sha256:b']);
    expect(digests(simulation.archiving)).toEqual(['sha256:e']);
    expect(digests(simulation.kept)).toEqual(['sha256:c', 'sha256:a']);
  });

  describe('decisionFor', () => {
    const simulation = LifecyclePolicy.fromRules(...rules).simulate(images, { now: NOW });

    test.each(['sha256:b', 'pr-7'])('finds an image by %s', (tagOrDigest) => {
      expect(simulation.decisionFor(tagOrDigest)).toBe(simulation.decisions[1]);
    });

    test.each([
      ['pr-9000', 'UnknownImage: none of the 5 images has the tag or digest "pr-9000"; include the image in the images of simulate'],
    ])('rejects %s', (tagOrDigest, message) => {
      expect(() => simulation.decisionFor(tagOrDigest)).toThrow(message);
    });
  });

  test('has the action on each image, and the rule', () => {
    expect(actionsOn(images, rules)).toEqual({
      'sha256:a': 'KEEP', 'sha256:b': 'EXPIRE 2', 'sha256:c': 'KEEP', 'sha256:d': 'EXPIRE 3', 'sha256:e': 'KEEP',
    });
    expect(decisionOn('sha256:b', images, rules).action).toBe(ImageAction.EXPIRE);
    expect(decisionOn('sha256:e', images, rules)).not.toHaveProperty('rulePriority');
  });

  test('names archiving TRANSITION, as ECR does', () => {
    const archive = LifecycleRule.archive({ images: ImageSelection.all(), when: ArchiveWhen.sinceImagePulled(Duration.days(30)) });
    expect(decisionOn('sha256:e', images, [archive])).toMatchObject({ action: ImageAction.TRANSITION, rulePriority: 1 });
  });

  test('is plain data that can be converted to JSON', () => {
    const { decisions } = LifecyclePolicy.fromRules(...rules).simulate(images, { now: NOW });
    expect(JSON.parse(JSON.stringify(decisions))).toEqual(decisions);
  });

  test('is empty for no images', () => {
    expect(decisionsOn([], rules)).toEqual([]);
  });

  test('does not change the input, and shares no objects with it', () => {
    const before = JSON.stringify(images);
    const [decision] = decisionsOn(images, rules);
    decision.imageTags.push('changed');
    expect(JSON.stringify(images)).toBe(before);
  });

  describe('without a time', () => {
    beforeAll(() => jest.useFakeTimers({ now: Date.parse('2026-01-16T00:00:00Z') }));
    afterAll(() => jest.useRealTimers());

    test('is for the current time', () => {
      const simulate = (image: LifecycleImage) => LifecyclePolicy.fromRules(EXPIRE_UNTAGGED).simulate([image]).decisions[0].action;
      expect(simulate({ imageDigest: 'a', imagePushedAt: '2026-01-01T23:59:59Z' })).toBe('EXPIRE');
      expect(simulate({ imageDigest: 'a', imagePushedAt: '2026-01-02T00:00:00Z' })).toBe('KEEP');
    });
  });
});

describe('the reasons', () => {
  const tagged = (imageDigest: string, imagePushedAt: string, ...imageTags: string[]) => ({ imageDigest, imagePushedAt, imageTags });
  const images = [tagged('young', YOUNG, 'pr-1'), tagged('old', OLD, 'pr-2'), tagged('both', '2025-12-31T00:00:00Z', 'release-1', 'pr-3'), tagged('none', OLD, 'x')];
  const rules = [KEEP_RELEASES, KEEP_NEWEST];

  test.each([
    ['old', [{ code: 'ACTS', rulePriority: 2, message: 'rule 2 selects it to expire' }]],
    ['young', [{ code: 'WITHIN_COUNT', rulePriority: 2, message: 'rule 2 keeps it: it is one of the 1 youngest images that the rule selects' }]],
    ['both', [
      { code: 'WITHIN_COUNT', rulePriority: 1, message: 'rule 1 keeps it: it is one of the 999,999 youngest images that the rule selects' },
      { code: 'CLAIMED_EARLIER', rulePriority: 2, message: 'rule 2 would act on it, but rule 1 has precedence and also selects it' },
    ]],
    ['none', [{ code: 'NO_RULE_MATCHES', message: 'no rule selects it' }]],
  ])('for %s', (digest, reasons) => {
    expect(decisionOn(digest, images, rules).reasons).toEqual(reasons);
  });

  test.each([
    [1, 'rule 1 keeps it: it is not older than 1 day (sinceImagePushed)'],
    [60, 'rule 1 keeps it: it is not older than 60 days (sinceImagePushed)'],
  ])('describe an age of %d days', (days, message) => {
    const rule = LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.sinceImagePushed(Duration.days(days)) });
    const now = new Date(Date.parse(OLD) + days * 24 * 60 * 60 * 1000).toISOString();
    expect(decisionOn('old', images, [rule], { now }).reasons).toEqual([{ code: 'NOT_OLD_ENOUGH', rulePriority: 1, message }]);
  });

  test('mention that an image would be archived', () => {
    const archive = LifecycleRule.archive({ images: ImageSelection.all(), when: ArchiveWhen.imageCountMoreThan(3), rulePriority: 7 });
    expect(decisionOn('both', images, [archive]).reasons).toEqual([{ code: 'ACTS', rulePriority: 7, message: 'rule 7 selects it to be archived' }]);
  });

  test('are ordered by precedence, regardless of the order of the rules', () => {
    const late = LifecycleRule.keep({ images: ImageSelection.tagged('release-*'), rulePriority: 9 });
    const early = LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(1), rulePriority: 3 });
    expect(decisionOn('both', images, [late, early]).reasons.map(({ rulePriority }) => rulePriority)).toEqual([3, 9]);
  });
});

describe('images that refer to other images', () => {
  const images: LifecycleImage[] = [
    { imageDigest: 'multi', imageTags: ['release-1'], imagePushedAt: YOUNG, childDigests: ['amd64', 'arm64'] },
    { imageDigest: 'amd64', imagePushedAt: OLD },
    { imageDigest: 'arm64', imagePushedAt: OLD },
    { imageDigest: 'stray', imagePushedAt: OLD },
  ];

  test('a child is kept with its index, and the decision names the rule that would act', () => {
    expect(actionsOn(images, [KEEP_RELEASES, EXPIRE_UNTAGGED])).toEqual({ multi: 'KEEP', amd64: 'KEEP 2', arm64: 'KEEP 2', stray: 'EXPIRE 2' });
    expect(decisionOn('amd64', images, [EXPIRE_UNTAGGED]).reasons).toEqual([
      { code: 'ACTS', rulePriority: 1, message: 'rule 1 selects it to expire' },
      { code: 'BLOCKED_BY_INDEX', message: 'the image index multi refers to it and is kept, so it is kept too' },
    ]);
  });

  test('children count for rules, unless indexChildrenCount is false', () => {
    const two = LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(2) });
    const ages = images.map((image, i) => ({ ...image, imagePushedAt: `2026-02-${20 - i}T00:00:00Z` }));
    expect(actionsOn(ages, [two])).toMatchObject({ multi: 'KEEP', stray: 'EXPIRE 1' });
    expect(actionsOn(ages, [two], { indexChildrenCount: true })).toEqual(actionsOn(ages, [two]));
    expect(actionsOn(ages, [two], { indexChildrenCount: false })).toEqual({ multi: 'KEEP', amd64: 'KEEP', arm64: 'KEEP', stray: 'KEEP' });
  });

  test('children that do not count have their own reason', () => {
    expect(decisionOn('amd64', images, [EXPIRE_UNTAGGED], { indexChildrenCount: false }).reasons).toEqual([
      { code: 'EXEMPT_AS_INDEX_CHILD', message: 'an image index refers to it, and such images were assumed not to count for rules' },
    ]);
  });

  test('a referrer expires with the image that it belongs to', () => {
    const signed = [...images, { imageDigest: 'signature', imageTags: ['sig'], imagePushedAt: YOUNG, subjectManifestDigest: 'stray' }];
    expect(decisionOn('signature', signed, [EXPIRE_UNTAGGED])).toEqual({
      imageDigest: 'signature',
      imageTags: ['sig'],
      action: 'EXPIRE',
      rulePriority: 1,
      reasons: [{ code: 'FOLLOWS_SUBJECT', message: 'it belongs to stray and is affected with it' }],
    });
  });
});

describe('a policy with tokens', () => {
  test.each(['simulate', 'lint', 'toText'] as const)('%s rejects it, because the values are not known', (method) => {
    const count = new CfnParameter(new Stack(new App(), 'Stack'), 'Count', { type: 'Number' }).valueAsNumber;
    const policy = LifecyclePolicy.fromRules(LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.imageCountMoreThan(count) }));
    const use = { simulate: () => policy.simulate([]), lint: () => policy.lint(), toText: () => policy.toText() };
    expect(use[method]).toThrow(`UnresolvedLifecyclePolicy: ${method} takes a policy without tokens`);
  });

  test('rejects an empty policy', () => {
    expect(() => LifecyclePolicy.fromRules().simulate([])).toThrow('EmptyList at rules');
  });
});

describe('rejects invalid input', () => {
  const simulate = (images: unknown, now?: unknown, ...rules: LifecycleRule[]) => () =>
    LifecyclePolicy.fromRules(...(rules.length > 0 ? rules : [EXPIRE_UNTAGGED])).simulate(images as LifecycleImage[], { now: now as string });

  test.each(['', 'now', '2026-02-31', '2026-02-31T00:00:00Z', '1769860800', 1_769_860_800, new Date(0), null])('a time that is %p', (now) => {
    expect(simulate([], now)).toThrow(/^InvalidSimulation: the simulation has a problem:\n {2}- InvalidTime at now: .* is not a time in ISO 8601, like/);
  });

  test.each([
    [[null], 'InvalidImage at images[0]: null is not an image'],
    [[3], 'InvalidImage at images[0]: 3 is not an image'],
    [[{}], 'InvalidImageField at images[0].imageDigest: undefined is not the digest'],
    [[{ imageDigest: 'a', imagePushedAt: 'yesterday' }], 'InvalidImageField at images[0].imagePushedAt: "yesterday" is not a time'],
    [[{ imageDigest: 'a', imageStatus: 'GONE' }], 'InvalidImageField at images[0].imageStatus: "GONE"'],
    [[{ imageDigest: 'a' }], 'MissingTime at images[0].imagePushedAt: the time is missing, and rule 1 (sinceImagePushed) depends on it'],
    [{ imageDetails: [] }, 'InvalidImageList at images: {"imageDetails":[]} is not a list of images'],
    [undefined, 'InvalidImageList at images: undefined is not a list'],
  ])('images: %j', (images, problem) => {
    expect(simulate(images, NOW)).toThrow('InvalidImages: the list of images has a problem:');
    expect(simulate(images, NOW)).toThrow(problem);
  });

  test('with up to 20 problems, and the number of further problems', () => {
    const list = Array.from({ length: 30 }, (_, i) => ({ imageDigest: `image-${i % 15}`, imageSizeInBytes: i % 2 ? 0.5 : 1 }));
    expect(simulate(list, NOW)).toThrow('images[1].imageSizeInBytes: 0.5');
    expect(simulate(list, NOW)).toThrow('DuplicateImage at images[15].imageDigest: "image-0" is also images[0]');
    expect(simulate(list, NOW)).toThrow('MoreProblems: and 10 more problems with the images');
  });

  test('but not a missing time that no rule needs', () => {
    expect(simulate([{ imageDigest: 'a', imageTags: ['x'] }], NOW)()).toMatchObject({ decisions: [{ action: 'KEEP' }] });
  });
});
