import { Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { CliUnderTest } from './cli-under-test';
import { Rehearsal } from '../../rehearsal/rehearsal';
import {
  ExpireWhen, LifecycleGuard, GatedRepository, GatedRepositoryProps, GateEnforcement, ImageSelection, InUseSource, LifecyclePolicy,
  LifecyclePolicyAttachment, LifecycleRule,
} from '../../src';
import type { Judged } from '../../src/cli/judge/outcome';
import type { PlanResult } from '../../src/cli/render/plan-result';

/* The same policy on the same images is planned live, planned on saved images, and deployed with the real gate. */

const DAY = 24 * 60 * 60 * 1000;
const REPOSITORY = 'shop/web';

let rehearsal: Rehearsal;
let cli: CliUnderTest;
beforeEach(async () => {
  rehearsal = await Rehearsal.start({ now: Date.UTC(2026, 0, 31) });
  cli = new CliUnderTest({
    AWS_ENDPOINT_URL_ECR: rehearsal.ecr.endpoint,
    AWS_ENDPOINT_URL_CLOUDFORMATION: rehearsal.cloudFormation.endpoint,
    AWS_ENDPOINT_URL_ECS: rehearsal.runtimes.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: rehearsal.runtimes.endpoint,
    AWS_ENDPOINT_URL_SCHEDULER: rehearsal.runtimes.endpoint,
    AWS_ENDPOINT_URL_LAMBDA: rehearsal.runtimes.endpoint,
    AWS_ENDPOINT_URL_INSPECTOR2: rehearsal.runtimes.endpoint,
  });
});
afterEach(async () => {
  cli.dispose();
  await rehearsal.stop();
});

const KEEP_ALL = LifecyclePolicy.fromRules(LifecycleRule.keep({ images: ImageSelection.tagged('*') }));
const CARELESS = LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.imageCountMoreThan(1) }),
  LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(4) }),
);

const gated = (props: Partial<GatedRepositoryProps>) => (stack: Stack) => {
  new GatedRepository(stack, 'Web', { repositoryName: REPOSITORY, lifecyclePolicy: CARELESS, ...props });
};
const app = (build: (stack: Stack) => void) => cli.synth('cdk.out', (scope) => build(new Stack(scope, 'Shop')));

/** Adds releases, pull requests, untagged images, an index with its image, and an archived image. */
function fill(repositoryName = REPOSITORY): void {
  const repository = rehearsal.ecr.registry.repository(repositoryName);
  const now = rehearsal.ecr.clock.now();
  for (let i = 0; i < 6; i++) {
    repository.addImage({ tags: [`release-1.${i}`], pushedAt: now - (60 - i) * DAY });
    repository.addImage({ tags: [`pr-${i}`], pushedAt: now - (30 - i) * DAY, lastPulledAt: now - i * DAY });
    repository.addImage({ pushedAt: now - (50 - i) * DAY });
  }
  const child = repository.addImage({ pushedAt: now - 90 * DAY });
  repository.addImage({ tags: ['multi'], pushedAt: now - 89 * DAY, children: [child] });
  repository.addImage({ tags: ['old'], pushedAt: now - 400 * DAY, archivedAt: now - 100 * DAY });
}

async function planned(...args: string[]): Promise<Judged['report']> {
  const { repositories } = await cli.json<PlanResult>(['plan', ...args]);
  expect(repositories).toEqual([expect.objectContaining({ outcome: 'JUDGED' })]);
  return (repositories[0] as Judged).report;
}

async function savedImages(repositoryName = REPOSITORY): Promise<string[]> {
  const file = `snapshots/${repositoryName}.json`;
  expect(await cli.run(['snapshot', repositoryName, '--children', '--output', file])).toMatchObject({ code: 0, stdout: '' });
  return ['--images', file, '--now', rehearsal.ecr.clock.iso()];
}

describe.each<[string, Partial<GatedRepositoryProps>, 'FAILED' | 'PASSED' | 'WARNED']>([
  ['no guards', {}, 'FAILED'],
  ['a limit that is not exceeded', { guards: [LifecycleGuard.maxImages(50)] }, 'PASSED'],
  ['releases protected', { guards: [LifecycleGuard.maxImages(50), LifecycleGuard.protectTags('release-*')] }, 'FAILED'],
  ['a share of all images', { guards: [LifecycleGuard.maxPercent(10)] }, 'FAILED'],
  ['the newest protected', { guards: [LifecycleGuard.maxPercent(100), LifecycleGuard.protectNewest(3), LifecycleGuard.keepAtLeast(2)] }, 'PASSED'],
  ['a gate that only warns', { gateEnforcement: GateEnforcement.WARN }, 'WARNED'],
])('with %s', (_, props, verdict) => {
  test('the live plan, the offline plan and the deployment have the same verdict and fingerprint', async () => {
    await rehearsal.deploy('Shop', gated({ lifecyclePolicy: KEEP_ALL }));
    fill();
    const live = await planned('--app', app(gated(props)));
    const offline = await planned('--app', app(gated(props)), ...await savedImages());
    expect(live.verdict).toBe(verdict);
    expect(offline).toMatchObject({
      verdict,
      fingerprint: live.fingerprint,
      violations: live.violations,
      counts: { expiring: live.counts.expiring, unexpected: live.counts.unexpected },
    });
    expect(offline.images.map(({ imageDigest, rulePriority }) => [imageDigest, rulePriority]).sort())
      .toEqual(live.images.map(({ imageDigest, rulePriority }) => [imageDigest, rulePriority]).sort());

    let fingerprint = '';
    const { status, events } = await rehearsal.deploy('Shop', (stack) => {
      gated(props)(stack);
      const { gate } = stack.node.findChild('Web') as GatedRepository;
      stack.exportValue(gate.fingerprint, { name: 'Fingerprint' });
    }).then((outcome) => {
      fingerprint = String(Object.values(outcome.outputs)[0]);
      return outcome;
    });
    expect(status).toBe(verdict === 'FAILED' ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_COMPLETE');
    if (verdict === 'FAILED') expect(events.map(({ reason }) => reason).join()).toContain(`(preview ${live.fingerprint})`);
    else expect(fingerprint).toBe(live.fingerprint);
  });
});

test('a live plan reads which images are in use; saved images do not contain this', async () => {
  rehearsal.ecr.registry.createRepository(REPOSITORY);
  fill();
  const { images } = rehearsal.ecr.registry.repository(REPOSITORY);
  const oldest = images.find(({ imageTags }) => imageTags?.includes('release-1.0'))!;
  rehearsal.runtimes.account = {
    ...rehearsal.runtimes.account,
    coverage: images.map(({ imageDigest }) => ({ repositoryName: REPOSITORY, digest: imageDigest })),
    functions: [{ name: 'thumbnails', version: '$LATEST', imageUri: `111122223333.dkr.ecr.us-east-1.amazonaws.com/${REPOSITORY}@${oldest.imageDigest}` }],
  };
  const inUse = LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda(), InUseSource.inspector());
  const assembly = app(gated({ guards: [LifecycleGuard.maxImages(50), inUse] }));
  const live = await planned('--app', assembly);
  expect(live.violations).toEqual([expect.objectContaining({ guardId: 'protect-in-use', images: 1 })]);

  const saved = await savedImages();
  const unknown = await cli.run(['plan', '--app', assembly, ...saved]);
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringMatching(/^UnknownImageUse: .*\n$/) });
  const confirmed = await planned('--app', assembly, ...saved, '--assume-not-in-use');
  expect(confirmed).toMatchObject({ verdict: 'PASSED', fingerprint: live.fingerprint });
});

test('--protect-in-use ecs protects an image that an EventBridge rule or a schedule starts, and names the rule', async () => {
  rehearsal.ecr.registry.createRepository(REPOSITORY);
  fill();
  const uri = `111122223333.dkr.ecr.us-east-1.amazonaws.com/${REPOSITORY}`;
  rehearsal.runtimes.account = {
    ...rehearsal.runtimes.account,
    functions: [],
    taskDefinitions: [{ name: 'nightly-report:7', images: [`${uri}:release-1.0`] }],
    rules: [{ name: 'nightly-report', targets: [{ taskDefinition: 'nightly-report:7' }] }],
    schedules: [{ name: 'weekly', target: { taskDefinition: 'nightly-report' } }],
  };
  const assembly = app(gated({ guards: [LifecycleGuard.maxImages(50)] }));
  const live = await planned('--app', assembly, '--protect-in-use', 'ecs');
  expect(live.violations).toEqual([expect.objectContaining({ guardId: 'protect-in-use', images: 1 })]);
  const markdown = await cli.run(['plan', '--app', assembly, '--protect-in-use', 'ecs', '--format', 'markdown']);
  expect(markdown.code).toBe(1);
  expect(markdown.stdout.replaceAll('\\', '')).toContain('EventBridge rule nightly-report (task nightly-report:7)');

  rehearsal.runtimes.account = { ...rehearsal.runtimes.account, rules: [], schedules: [] };
  expect(await planned('--app', assembly, '--protect-in-use', 'ecs')).toMatchObject({ verdict: 'PASSED' });
});

test('a generated repository name is looked up in the deployed stack', async () => {
  const generated = gated({ repositoryName: undefined });
  const before = await cli.run(['plan', '--app', app(generated)]);
  expect(before).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('the repository does not exist yet, so nothing can expire') });

  await rehearsal.deploy('Shop', gated({ repositoryName: undefined, lifecyclePolicy: KEEP_ALL }));
  const [name] = [...rehearsal.ecr.registry.repositories].map((repository) => repository.name);
  fill(name);
  expect(await planned('--app', app(generated))).toMatchObject({ repositoryName: name, verdict: 'FAILED' });
});

describe('a policy attached to a repository of another stack', () => {
  const attached = (repositoryName: string) => (stack: Stack) => {
    const repository = ecr.Repository.fromRepositoryName(stack, 'Imported', repositoryName);
    new LifecyclePolicyAttachment(stack, 'Attachment', { repository, lifecyclePolicy: CARELESS });
  };

  test('has the same verdict and fingerprint as its deployment', async () => {
    rehearsal.ecr.registry.createRepository(REPOSITORY);
    fill();
    app(attached(REPOSITORY));
    const { verdict, fingerprint } = await planned('--app', 'cdk.out');
    const { events } = await rehearsal.deploy('Shop', attached(REPOSITORY));
    expect(verdict).toBe('FAILED');
    expect(events.find(({ reason }) => reason?.includes('UnexpectedExpiry'))!.reason).toContain(`approvedPreview (gateApprovedPreview on a GatedRepository) to "${fingerprint}"`);
  });

  test('is not judged if the repository does not exist, because the deployment does not create it', async () => {
    app(attached('shop/mistyped'));
    const { code, stderr } = await cli.run(['plan', '--app', 'cdk.out']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('UnknownRepository: there is no repository "shop/mistyped" in us-east-1') });
  });
});

describe('a policy file', () => {
  const policy = ['plan', '--policy', 'policy.json', '--repository', REPOSITORY];
  beforeEach(() => {
    rehearsal.ecr.registry.createRepository(REPOSITORY);
    fill();
    cli.write('policy.json', CARELESS.toText());
  });

  test('is checked against the guards that are given as options', async () => {
    expect((await cli.run(policy)).code).toBe(1);
    expect((await cli.run([...policy, '--max-images', '50'])).code).toBe(0);
    const { code, stdout } = await cli.run([...policy, '--max-images', '50', '--protect-tags', 'release-1.0', 'release-1.1', '--protect-tags', 'nothing']);
    expect({ code, tags: stdout.match(/release-1\.\d (?=sha256)/g) }).toEqual({ code: 1, tags: ['release-1.0 ', 'release-1.1 '] });
  });

  test('passes if exactly the affected images are approved', async () => {
    const { fingerprint } = await planned(...policy.slice(1));
    expect((await cli.run([...policy, '--approved-preview', fingerprint])).code).toBe(0);
    expect((await cli.run([...policy, '--approved-preview', '0123456789abcdef'])).code).toBe(1);
  });

  test('is planned on each of several repositories', async () => {
    for (const name of ['shop/api', 'shop/worker']) {
      rehearsal.ecr.registry.createRepository(name);
      fill(name);
    }
    rehearsal.ecr.registry.createRepository('shop/empty');
    const shared = ['plan', '--policy', 'policy.json', '--repository', REPOSITORY, 'shop/api', '--repository', 'shop/empty,shop/worker,shop/api'];
    const { repositories, counts } = await cli.json<PlanResult>(shared);
    expect(repositories.map((each) => [each.repositoryName, each.outcome === 'JUDGED' && each.report.verdict])).toEqual([
      [REPOSITORY, 'FAILED'], ['shop/api', 'FAILED'], ['shop/empty', 'PASSED'], ['shop/worker', 'FAILED'],
    ]);
    expect(counts).toMatchObject({ repositories: 4, unexpected: 3 });
    expect((await cli.run([...shared, '--max-images', '50'])).code).toBe(0);
    const fingerprints = repositories.flatMap((each) => (each.outcome === 'JUDGED' ? [each.report.fingerprint] : []));
    expect((await cli.run([...shared, '--approved-preview', fingerprints.join(',')])).code).toBe(0);
    expect((await cli.run([...shared, '--approved-preview', fingerprints[0]])).code).toBe(fingerprints.every((each) => each === fingerprints[0]) ? 0 : 1);
    const offline = await cli.run([...shared, ...await savedImages(), '--format', 'json']);
    expect((JSON.parse(offline.stdout) as PlanResult).repositories.map(({ outcome }) => outcome)).toEqual(['JUDGED', 'NOT_JUDGED', 'NOT_JUDGED', 'NOT_JUDGED']);
    expect(await cli.run([...shared, '--repository', 'shop/none'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/^UnknownRepository: .*shop\/none.*\n$/) });
  });

  test('can be read from stdin', async () => {
    const args = ['plan', '--policy', '-', '--repository', REPOSITORY, '--max-images', '50'];
    expect((await cli.run(args, { stdin: CARELESS.toText() })).code).toBe(0);
  });

  test('that ECR would reject is not judged, and all its problems are on one line', async () => {
    cli.write('policy.json', { rules: [{ rulePriority: 0, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 0 }, action: { type: 'expire' } }] });
    for (const images of [[], await savedImages()]) {
      const { code, stderr } = await cli.run([...policy, ...images]);
      expect({ code, stderr }).toEqual({
        code: 2, stderr: expect.stringMatching(/^RejectedPolicy: the lifecycle policy for "shop\/web" has 2 problems: .*rulePriority.*; .*countNumber.*\n$/),
      });
    }
  });
});

test('guards given as options never make the plan of an app less strict than its deployment', async () => {
  rehearsal.ecr.registry.createRepository(REPOSITORY);
  fill();
  const assembly = app(gated({}));
  expect(await planned('--app', assembly, '--max-images', '1000')).toMatchObject({ verdict: 'FAILED', limitImplied: true });
  const lenient = app(gated({ guards: [LifecycleGuard.maxImages(1000)] }));
  expect(await planned('--app', lenient, '--protect-tags', 'release-*')).toMatchObject({ verdict: 'FAILED', violations: [{ guardId: 'protect-tags' }] });
});

test('with credentials for a different account, no repository of the stack is judged, because all would look new', async () => {
  rehearsal.ecr.registry.createRepository(REPOSITORY);
  fill();
  const inAccount = (account: string) => cli.synth(`${account}.out`, (scope) => gated({})(new Stack(scope, 'Shop', { env: { account, region: 'us-east-1' } })));
  const { code, stderr } = await cli.run(['plan', '--app', inAccount('999988887777')]);
  expect({ code, stderr }).toEqual({
    code: 2, stderr: expect.stringMatching(/^OtherAccount: the stack Shop belongs to account 999988887777, but the credentials belong to 111122223333; /),
  });
  expect(await planned('--app', inAccount('111122223333'))).toMatchObject({ verdict: 'FAILED' });
});
