import { Duration, Stack } from 'aws-cdk-lib';
import { CliUnderTest } from './cli-under-test';
import { EmbeddedEcr } from '../../rehearsal/ecr/embedded-ecr';
import { ExpireWhen, LifecycleGuard, GatedRepository, ImageInventory, ImageSelection, LifecyclePolicy, LifecycleRule } from '../../src';
import { GUARD_IDS } from '../../src/core/judgment/guards/guard';

/* The commands explain, lint and snapshot, and the help of all commands. */

const DAY = 24 * 60 * 60 * 1000;
const NAME = 'shop/web';
const NOW = Date.UTC(2026, 0, 31);
const POLICY = LifecyclePolicy.fromRules(
  LifecycleRule.keep({ images: ImageSelection.tagged('release-*'), description: 'releases stay' }),
  LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) }),
  LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(2) }),
);

let ecr: EmbeddedEcr;
let cli: CliUnderTest;
let release: string;
beforeEach(async () => {
  ecr = await EmbeddedEcr.start({ now: NOW });
  cli = new CliUnderTest({ AWS_ENDPOINT_URL: ecr.endpoint });
  const repository = ecr.registry.createRepository(NAME);
  release = repository.addImage({ tags: ['release-1.0', 'prod'], pushedAt: NOW - 90 * DAY });
  for (let i = 0; i < 3; i++) repository.addImage({ tags: [`pr-${i}`], pushedAt: NOW - (10 - i) * DAY });
  repository.addImage({ pushedAt: NOW - 3 * DAY });
  repository.lifecyclePolicyText = POLICY.toText();
  cli.write('policy.json', POLICY.toText());
});
afterEach(async () => {
  cli.dispose();
  await ecr.stop();
});

const saved = async (...args: string[]) => {
  expect((await cli.run(['snapshot', NAME, '--output', 'images.json', ...args])).code).toBe(0);
  return ['--images', 'images.json', '--now', ecr.clock.iso()];
};

describe('explain', () => {
  test('explains the effect on an image, rule by rule', async () => {
    const { code, stdout } = await cli.run(['explain', 'prod', '--repository', NAME, '--policy', 'policy.json', ...await saved()]);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      `${NAME}  ${release}`,
      'tags: release-1.0, prod',
      'KEEP: the image is kept',
      '',
      '  rule 1 keeps it: it is one of the 999,999 youngest images that the rule selects  (releases stay)',
      '  rule 2 does not select it',
      '  rule 3 would act on it, but rule 1 has precedence and also selects it',
      '',
    ]);
  });

  test('uses the live policy if none is given, and finds an image by the beginning of its digest', async () => {
    for (const image of [release, release.slice(0, 20)]) {
      const { stdout } = await cli.run(['explain', image, '--repository', NAME, '--format', 'json']);
      expect(JSON.parse(stdout)).toMatchObject({ images: [{ imageDigest: release, action: 'KEEP', rules: [{ code: 'WITHIN_COUNT' }, { code: 'DOES_NOT_SELECT' }, { code: 'CLAIMED_EARLIER' }] }] });
    }
  });

  test('finds the image through the gates of an app', async () => {
    cli.synth('cdk.out', (app) => new GatedRepository(new Stack(app, 'Shop'), 'Web', { repositoryName: NAME, lifecyclePolicy: POLICY }));
    for (const images of [[], await saved()]) {
      const { code, stdout } = await cli.run(['explain', 'pr-0', '--app', 'cdk.out', ...images]);
      expect({ code, third: stdout.split('\n')[2] }).toEqual({ code: 0, third: 'EXPIRE by rule 3: the image is deleted' });
    }
  });
});

describe('explain in an app with other repositories', () => {
  beforeEach(() => {
    cli.synth('cdk.out', (app) => {
      const stack = new Stack(app, 'Shop');
      new GatedRepository(stack, 'Web', { repositoryName: NAME, lifecyclePolicy: POLICY });
      new GatedRepository(stack, 'Worker', { repositoryName: 'shop/worker', lifecyclePolicy: POLICY });
    });
  });

  test('skips a repository that does not exist yet', async () => {
    expect(await cli.run(['explain', 'pr-0', '--app', 'cdk.out'])).toMatchObject({ code: 0, stdout: expect.stringContaining('by rule 3'), stderr: '' });
  });

  test('reports an error if no gate has the given repository', async () => {
    expect(await cli.run(['explain', 'pr-0', '--app', 'cdk.out', '--repository', 'shop/wep']))
      .toMatchObject({ code: 2, stderr: expect.stringMatching(/^MissingTarget: .*"shop\/wep"/) });
  });

  test('does not need the values of other gates if the repository is given', async () => {
    const template = JSON.parse(cli.read('cdk.out/Shop.template.json')) as { Resources: Record<string, { Properties: Record<string, unknown> }> };
    const worker = Object.values(template.Resources).find(({ Properties: { RepositoryName: name, Guards } }) => name === 'shop/worker' && Guards !== undefined)!;
    worker.Properties.LifecyclePolicyText = { 'Fn::ImportValue': 'Policy' };
    cli.write('cdk.out/Shop.template.json', template);
    for (const images of [[], await saved()]) {
      expect((await cli.run(['explain', 'pr-0', '--app', 'cdk.out', '--repository', NAME, ...images])).code).toBe(0);
    }
  });
});

describe('lint', () => {
  const TRAP = { rules: [{ rulePriority: 1, selection: { tagStatus: 'tagged', tagPatternList: ['a*', 'b*'], countType: 'imageCountMoreThan', countNumber: 5 }, action: { type: 'expire' } }] };

  test('has no findings in a correct policy', async () => {
    cli.write('correct.json', POLICY.toText().replace('"countNumber":2}', '"countNumber":50}'));
    expect(await cli.run(['lint', '--policy', 'correct.json'])).toEqual({ code: 0, stdout: '0 problems and 0 warnings in 1 policy.\n', stderr: '' });
  });

  test('reports warnings, and more warnings with images; each can be ignored', async () => {
    cli.write('trap.json', TRAP);
    const ids = (stdout: string) => stdout.split('\n').flatMap((line) => / warning (\w+):/.exec(line)?.[1] ?? []);
    const alone = await cli.run(['lint', '--policy', 'trap.json']);
    expect({ code: alone.code, ids: ids(alone.stdout) }).toEqual({ code: 1, ids: ['tagListIsAnd'] });
    const withImages = await cli.run(['lint', '--policy', 'trap.json', ...await saved()]);
    expect(ids(withImages.stdout)).toEqual(['tagListIsAnd', 'ruleMatchesNothing']);
    expect((await cli.run(['lint', '--policy', 'trap.json', '--ignore', 'tagListIsAnd'])).code).toBe(0);
    expect((await cli.run(['lint', '--policy', 'trap.json', '--ignore', 'cdk-ecr-lifecycle:tagListIsAnd'])).code).toBe(0);
  });

  test('reports protected tags that could expire, from the option and from the guards of an app', async () => {
    const held = await cli.run(['lint', '--policy', 'policy.json', '--ignore', 'keptImagesCounted', '--protect-tags', 'release-*', 'prod']);
    expect(held).toEqual({
      code: 1,
      stdout: 'policy.json: warning protectedTagsCanExpire: rule 3 can expire an image with the tag "prod" when it selects more than 2 images, '
        + 'although a guard protects "prod"; put LifecycleRule.keep({ images: ImageSelection.tagged(\'prod\') }) before rule 3\n0 problems and 1 warning in 1 policy.\n',
      stderr: '',
    });
    expect((await cli.run(['lint', '--policy', 'policy.json', '--protect-tags', 'prod', '--ignore', 'protectedTagsCanExpire', 'keptImagesCounted'])).code).toBe(0);
    expect(await cli.run(['lint', '--policy', 'policy.json', '--protect-tags', ''])).toMatchObject({ code: 2, stderr: expect.stringContaining('--protect-tags') });

    cli.synth('cdk.out', (app) => {
      new GatedRepository(new Stack(app, 'Shop'), 'Web', { lifecyclePolicy: POLICY, guards: [LifecycleGuard.protectTags('release-*', 'prod')] });
    });
    const { stdout } = await cli.run(['lint', '--app', 'cdk.out', '--ignore', 'keptImagesCounted', '--protect-tags', 'release-1.*', 'dev']);
    expect(stdout).toMatch(/^Shop\/Web.*protects "prod"; .*\nShop\/Web.*protects "dev"; .*\n0 problems and 2 warnings in 1 policy\.\n$/);
  });

  test('reports all problems for which ECR would reject a policy', async () => {
    const [rule] = TRAP.rules;
    cli.write('rejected.json', { rules: [rule, { ...rule, action: { type: 'delete' } }] });
    const { code, stdout } = await cli.run(['lint', '--policy', 'rejected.json', '--format', 'json']);
    const { policies } = JSON.parse(stdout) as { policies: { findings: { kind: string; id: string }[] }[] };
    expect(code).toBe(1);
    expect(policies[0].findings).toEqual(expect.arrayContaining([
      expect.objectContaining({ kind: 'PROBLEM', id: 'DuplicatePriority' }), expect.objectContaining({ kind: 'PROBLEM', message: expect.stringContaining('"delete"') }),
    ]));
  });

  test('checks the policies of an app, even if other values of a gate are known only at the deployment', async () => {
    cli.synth('cdk.out', (app) => {
      const stack = new Stack(app, 'Shop');
      new GatedRepository(stack, 'Web', { repositoryName: `x-${stack.account}`, lifecyclePolicy: LifecyclePolicy.fromText(JSON.stringify(TRAP)) });
    });
    const { code, stdout } = await cli.run(['lint', '--app', 'cdk.out']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringMatching(/^Shop\/Web\w+: warning tagListIsAnd: .*\n0 problems and 1 warning in 1 policy\.\n$/) });
  });
});

describe('snapshot', () => {
  test('has every image with all fields that rules and guards use, sorted, and can be read as describe-images output', async () => {
    const repository = ecr.registry.repository(NAME);
    repository.addImage({ tags: ['old'], pushedAt: NOW - 400 * DAY, archivedAt: NOW - 100 * DAY, lastPulledAt: NOW - 200 * DAY });
    for (let i = 0; i < 1_100; i++) repository.addImage({ tags: [`many-${i}`] });
    await saved();
    const images = ImageInventory.fromDescribeImages(cli.read('images.json'));
    const byDigest = (a: { imageDigest: string }, b: { imageDigest: string }) => (a.imageDigest < b.imageDigest ? -1 : 1);
    const tagsInOrder = <T extends { imageTags?: readonly string[] }>(image: T) => ({ ...image, imageTags: [...image.imageTags ?? []].sort() });
    expect(images.map(tagsInOrder)).toEqual([...repository.images].sort(byDigest).map(tagsInOrder));
  });

  test('reads the images of indexes only with --children, because ECR would record it as a pull', async () => {
    const repository = ecr.registry.repository(NAME);
    const child = repository.addImage();
    repository.addImage({ tags: ['multi'], children: [child] });
    repository.addImage({ tags: ['archived'], children: [child], archivedAt: NOW });
    const without = await cli.run(['snapshot', NAME]);
    expect(without).toMatchObject({ code: 0, stderr: expect.stringMatching(/^ChildrenNotRead: .*--children.*\n$/) });
    expect(ecr.calls.map(({ operation }) => operation)).not.toContain('BatchGetImage');
    const { stdout, stderr } = await cli.run(['snapshot', NAME, '--children']);
    expect(stderr).toBe('');
    const index = ImageInventory.fromDescribeImages(stdout).find(({ imageTags }) => imageTags?.includes('multi'));
    expect(index?.childDigests).toEqual([child]);
    // The manifest of an archived image cannot be read.
    expect(ImageInventory.fromDescribeImages(stdout).find(({ imageTags }) => imageTags?.includes('archived'))).not.toHaveProperty('childDigests');
  });
});

describe('help', () => {
  test.each(['plan', 'explain', 'lint', 'snapshot', 'permissions', 'completion'])('%s has a usage line and exit codes', async (command) => {
    const { code, stdout, stderr } = await cli.run([command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: ecr-lifecycle ${command} `));
    expect(stdout).toMatch(/Exit codes:\n +0 /);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('there is an option for every guard that is independent of a rule', async () => {
    const { stdout } = await cli.run(['plan', '--help']);
    // The limit of a rule belongs to the rule, so it is part of the app.
    for (const id of GUARD_IDS.filter((guard) => guard !== 'max-expiring')) expect(stdout).toContain(`--${id} <`);
  });

  test('the version is that of the package', async () => {
    const { version } = jest.requireActual<{ version: string }>('../../package.json');
    expect(await cli.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});
