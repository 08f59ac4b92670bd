import { Stack } from 'aws-cdk-lib';
import { CliUnderTest } from './cli-under-test';
import { EmbeddedEcr } from '../../rehearsal/ecr/embedded-ecr';
import { ExpireWhen, LifecycleGuard, ImageSelection, LifecyclePolicy, LifecycleRule, GatedRepository } from '../../src';
import type { Judged } from '../../src/cli/judge/outcome';
import type { PlanResult } from '../../src/cli/render/plan-result';

/* 200 repositories at a time. The number of images varies, so that mixed-up results would be noticed. */

const STACKS = 4;
const EACH = 50;
const nameOf = (n: number) => `team/service-${String(n).padStart(3, '0')}`;
const imagesIn = (n: number) => n % 7 + 1;
/** Keeps one image of each repository. The guard allows three images to expire. */
const POLICY = LifecyclePolicy.fromRules(LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(1) }));

let ecr: EmbeddedEcr;
let cli: CliUnderTest;
beforeAll(async () => {
  ecr = await EmbeddedEcr.start();
  cli = new CliUnderTest({ AWS_ENDPOINT_URL_ECR: ecr.endpoint });
  for (let n = 0; n < STACKS * EACH; n++) {
    const repository = ecr.registry.createRepository(nameOf(n));
    for (let i = 0; i < imagesIn(n); i++) repository.addImage({ tags: [`build-${i}`], pushedAt: ecr.clock.now() - i * 1000 });
  }
  cli.synth('cdk.out', (app) => {
    for (let s = 0; s < STACKS; s++) {
      const stack = new Stack(app, `Team${s}`);
      for (let n = s * EACH; n < (s + 1) * EACH; n++) {
        new GatedRepository(stack, `R${n}`, { repositoryName: nameOf(n), lifecyclePolicy: POLICY, guards: [LifecycleGuard.maxImages(3)] });
      }
    }
  });
});
afterAll(async () => {
  cli.dispose();
  await ecr.stop();
});
beforeEach(() => ecr.faults.clear());

const expected = Array.from({ length: STACKS * EACH }, (_, n) => ({
  repositoryName: nameOf(n), expiring: imagesIn(n) - 1, verdict: imagesIn(n) - 1 > 3 ? 'FAILED' : 'PASSED',
}));
const summed = ({ repositories }: PlanResult) => (repositories as Judged[])
  .map(({ repositoryName, report }) => ({ repositoryName, expiring: report?.counts.expiring, verdict: report?.verdict }))
  .sort((a, b) => (a.repositoryName < b.repositoryName ? -1 : 1));

test('throttling, broken connections and service errors do not change the result', async () => {
  ecr.faults.add({ operation: 'StartLifecyclePolicyPreview', times: 50, skip: 10, fault: { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' } });
  ecr.faults.add({ operation: 'GetLifecyclePolicyPreview', times: 30, skip: 5, fault: { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' } });
  ecr.faults.add({ operation: 'GetLifecyclePolicyPreview', times: 10, skip: 30, fault: { kind: 'reset' } });
  ecr.faults.add({ operation: 'StartLifecyclePolicyPreview', times: 10, skip: 50, fault: { kind: 'error', code: 'ServerException', status: 500 } });
  const plan = await cli.json<PlanResult>(['plan', '--app', 'cdk.out', '--concurrency', '20']);
  expect(ecr.faults.pending).toBe(0);
  expect(summed(plan)).toEqual(expected);
  expect(plan).toMatchObject({ verdict: 'UNEXPECTED', counts: { repositories: 200, notJudged: 0, unexpected: expected.filter(({ verdict }) => verdict === 'FAILED').length } });
});

test('--concurrency limits the number of previews at a time', async () => {
  let running = 0;
  let max = 0;
  const started = ecr.calls.length;
  // A preview runs from its start until it is read.
  ecr.faults.add({ operation: 'StartLifecyclePolicyPreview', times: 200, fault: { kind: 'meanwhile', act: () => { max = Math.max(max, ++running); } } });
  ecr.faults.add({ operation: 'GetLifecyclePolicyPreview', times: 200, fault: { kind: 'meanwhile', act: () => { running--; } } });
  const { repositories } = await cli.json<PlanResult>(['plan', '--app', 'cdk.out', '--concurrency', '3']);
  expect(repositories).toHaveLength(200);
  expect(ecr.calls.length - started).toBe(400);
  expect(max).toBe(3);
});

test('one repository that cannot be judged does not affect the other 199', async () => {
  ecr.faults.add({ operation: 'StartLifecyclePolicyPreview', skip: 70, fault: { kind: 'error', code: 'AccessDeniedException', message: 'not authorized' } });
  const { code, stdout, stderr } = await cli.run(['plan', '--app', 'cdk.out']);
  const verdicts = stdout.split('\n').flatMap((line) => /^team\/service-\d{3} +(PASSED|FAILED|NOT JUDGED) /.exec(line)?.[1] ?? []);
  expect(verdicts).toHaveLength(200);
  expect(verdicts.filter((verdict) => verdict === 'NOT JUDGED')).toHaveLength(1);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^AccessDenied: not authorized.*\n$/) });
});
