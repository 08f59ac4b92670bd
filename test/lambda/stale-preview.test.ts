import { GateUnderTest, keepNewest, PROPERTIES } from './gate-under-test';

/* A repository has one slot for previews, and a preview has no id. An older preview of the same policy must not be mistaken for ours. */

const START = 'StartLifecyclePolicyPreview';
const PROTECTED = { Guards: [{ Id: 'max-images', Limit: '10' }, { Id: 'protect-tags', Patterns: ['release-*'] }] };
/** ECR accepts the preview, but reads still return the one that was in the slot before. */
const unseen = (times = 1) => gate.hit(START, { kind: 'respond', body: { status: 'IN_PROGRESS' } }, times);
const pushTwo = () => ['pr-1', 'pr-2'].forEach((tag) => gate.repository.addImage({ tags: [tag] }));
const lastSent = () => String(gate.rehearsal.ecr.calls.filter(({ operation }) => operation === START).at(-1)!.input.lifecyclePolicyText);
const previewCalls = () => gate.calls.filter((operation) => operation === 'Start' || operation === 'Get');
const isPolicy = (text: string) => expect(JSON.parse(text)).toEqual(JSON.parse(PROPERTIES.LifecyclePolicyText));

let gate: GateUnderTest;
beforeAll(async () => {
  gate = await GateUnderTest.start();
});
afterAll(() => gate.stop());
beforeEach(() => gate.reset('release-1'));

test('an older preview of the same policy is read again, and then ours is started again', async () => {
  expect((await gate.run(PROTECTED)).Data.ExpiringImageCount).toBe(0);
  pushTwo();
  unseen();
  expect(await gate.reasonOf(gate.run(PROTECTED))).toContain('protect-tags: 1 image with a tag like release-* would expire');
  expect(previewCalls()).toEqual(['Start', 'Get', 'Start', 'Get', 'Get', 'Get', 'Get', 'Get', 'Start', 'Get']);
});

test('an older preview is read again until ours is seen', async () => {
  await gate.run(PROTECTED);
  pushTwo();
  unseen();
  gate.clock.onSleep = (times) => times === 2 && gate.repository.plantPreview(lastSent());
  expect(await gate.reasonOf(gate.run(PROTECTED))).toContain('release-1');
  expect(previewCalls()).toEqual(['Start', 'Get', 'Start', 'Get', 'Get', 'Get']);
});

test('an older preview that remains in the slot fails the gate', async () => {
  await gate.run(PROTECTED);
  pushTwo();
  unseen(4);
  expect(await gate.reasonOf(gate.run(PROTECTED))).toContain('OverwrittenPreview: other previews of "shop/web" replaced the gate\'s preview 4 times');
});

test('a restarted preview is not mistaken for the one that failed', async () => {
  gate.reset('release-1', 'pr-1');
  gate.repository.nextPreviews.push('FAILED');
  expect((await gate.run()).Data.ExpiringImageCount).toBe(1);
});

test('the texts differ from the policy and from each other only in white space', async () => {
  const texts: string[] = [];
  for (let i = 0; i < 5; i++) {
    await gate.run();
    texts.push(gate.repository.preview!.policyText);
  }
  expect(new Set(texts).size).toBe(5);
  texts.forEach(isPolicy);
  expect(new Set(texts.map((text) => text.replace(/\s/g, '')))).toEqual(new Set([PROPERTIES.LifecyclePolicyText]));
});

test('once ECR has returned white space unchanged, the text without a mark is another preview', async () => {
  gate.fillPages();
  gate.meanwhile('GetLifecyclePolicyPreview', () => gate.repository.plantPreview(PROPERTIES.LifecyclePolicyText), 1, 1);
  await gate.expectPass(300, { Guards: [{ Id: 'max-images', Limit: '300' }] });
  expect(gate.calls.filter((operation) => operation === 'Start')).toHaveLength(2);
});

describe('if ECR does not keep white space, the JSON is compared', () => {
  beforeEach(() => {
    gate.reset('release-1', 'pr-1');
    gate.repository.compactsPreviewTexts = true;
  });

  test('a preview of the policy is ours', async () => {
    expect((await gate.run()).Data.ExpiringImageCount).toBe(1);
    expect(gate.repository.preview!.policyText).toBe(PROPERTIES.LifecyclePolicyText);
    expect(gate.calls).toEqual(['Start', 'Get']);
  });

  test('a preview of another policy is not', async () => {
    gate.meanwhile('GetLifecyclePolicyPreview', () => gate.repository.plantPreview(keepNewest(999)));
    expect((await gate.run()).Data.ExpiringImageCount).toBe(1);
    expect(previewCalls()).toEqual(['Start', 'Get', 'Start', 'Get']);
  });
});

describe('a policy of the maximum length', () => {
  const policyOf = (length: number) => {
    const rule = JSON.parse(keepNewest(1)).rules[0];
    const text = (description: string) => JSON.stringify({ rules: [{ ...rule, description }] });
    return text('x'.repeat(length - text('').length));
  };

  test('is sent unchanged', async () => {
    gate.reset('a', 'b', 'c');
    const LifecyclePolicyText = policyOf(30_720);
    expect((await gate.run({ LifecyclePolicyText })).Data.ExpiringImageCount).toBe(2);
    expect(gate.repository.preview!.policyText).toBe(LifecyclePolicyText);
  });

  test('minus the length of a mark is sent with a mark', async () => {
    gate.reset('a', 'b', 'c');
    expect((await gate.run({ LifecyclePolicyText: policyOf(30_720 - 56) })).Data.ExpiringImageCount).toBe(2);
    expect(gate.repository.preview!.policyText).toHaveLength(30_720);
  });
});

test('two concurrent gates of one policy judge their own previews', async () => {
  gate.reset('a', 'b', 'c');
  const both = await Promise.all([gate.run(), gate.run()]);
  expect(both.map(({ Data }) => Data.ExpiringImageCount)).toEqual([2, 2]);
});
