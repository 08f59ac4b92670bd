import { GateUnderTest } from './gate-under-test';

/* ECR does not return the manifest of an archived index. Its unknown parts matter only if they could be protected. */

const DAY = 24 * 60 * 60 * 1000;
const MANY = { Id: 'max-images', Limit: '10000' };
const DELETE_AFTER_A_YEAR = JSON.stringify({
  rules: [{
    rulePriority: 1,
    selection: { tagStatus: 'any', storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 365 },
    action: { type: 'expire' },
  }],
});

let gate: GateUnderTest;
let now: number;
let oldIndex: string;
beforeAll(async () => {
  gate = await GateUnderTest.start();
});
afterAll(() => gate.stop());
beforeEach(() => {
  gate.reset();
  now = gate.rehearsal.ecr.clock.now();
  const part = gate.repository.addImage({ pushedAt: now - 500 * DAY });
  oldIndex = gate.repository.addImage({ tags: ['old'], children: [part], pushedAt: now - 500 * DAY, archivedAt: now - 400 * DAY });
});

const inUse = { LifecyclePolicyText: DELETE_AFTER_A_YEAR, Guards: [MANY, { Id: 'protect-in-use', Sources: ['ecs'] }] };

test('an archived index that is due passes, because it cannot be pulled and its parts do not run', async () => {
  gate.runImages(gate.repository.addImage({ tags: ['prod'], pushedAt: now - DAY }));
  expect((await gate.run(inUse)).Data.ExpiringImageCount).toBe(1);
  expect(gate.calls).not.toContain('BatchGetImage');
});

test.each([
  ['keep-at-least', { Id: 'keep-at-least', Count: '1', Selection: { TagStatus: 'any' } }],
  ['protect-newest', { Id: 'protect-newest', Count: '1', Selection: { TagStatus: 'any' } }],
  ['max-percent', { Id: 'max-percent', Percent: '60' }],
])('%s judges without its parts', async (_, guard) => {
  gate.repository.addImage({ tags: ['prod'], pushedAt: now - DAY });
  expect((await gate.run({ ...inUse, Guards: [MANY, guard] })).Data.ExpiringImageCount).toBe(1);
});

describe('an archived index that is protected by its digest', () => {
  const guarded = () => ({
    LifecyclePolicyText: JSON.stringify({
      rules: [{ rulePriority: 1, selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 }, action: { type: 'expire' } }],
    }),
    Guards: [MANY, { Id: 'protect-digests', Digests: [oldIndex] }],
  });

  test('fails the gate if another image would expire, which may be a part of it', async () => {
    [3, 2, 1].forEach((age) => gate.repository.addImage({ pushedAt: now - age * DAY }));
    expect(await gate.reasonOf(gate.run(guarded()))).toContain('UnknownManifest: ECR did not return the manifest of');
  });

  test('can be approved, because an approval needs no facts', async () => {
    [3, 2, 1].forEach((age) => gate.repository.addImage({ pushedAt: now - age * DAY }));
    const { Fingerprint } = (await gate.run({ ...guarded(), Guards: [MANY] })).Data;
    gate.logged = [];
    const { Data } = await gate.run({ ...guarded(), ApprovedPreview: Fingerprint });
    expect(Data).toMatchObject({ ExpiringImageCount: 2, Fingerprint });
    expect(gate.report).toMatchObject({ verdict: 'PASSED', approved: true });
  });
});
