import { Fn, NestedStack, Stack } from 'aws-cdk-lib';
import { CliUnderTest } from './cli-under-test';
import { EmbeddedEcr } from '../../rehearsal/ecr/embedded-ecr';
import { EmbeddedRuntimes } from '../../rehearsal/in-use/embedded-runtimes';
import { Rehearsal } from '../../rehearsal/rehearsal';
import { ExpireWhen, GatedRepository, ImageSelection, InUseSource, LifecycleGuard, LifecyclePolicy, LifecycleRule } from '../../src';

/* The printed policy allows a plan, and nothing that a plan does not call. */

interface Printed {
  readonly Version: string;
  readonly Statement: readonly { readonly Effect: string; readonly Action: readonly string[]; readonly Resource: readonly string[] }[];
}

const DAY = 24 * 60 * 60 * 1000;
const POLICY = LifecyclePolicy.fromRules(LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(1) }));
const actionsOf = ({ Statement }: Printed) => [...new Set(Statement.flatMap(({ Action }) => Action))].sort();
const matches = (pattern: string, text: string) => new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replace(/\*/g, '.*')}$`).test(text);

let called: Map<string, Set<string>>;
let printed: Printed;
let ecr: EmbeddedEcr;
let runtimes: EmbeddedRuntimes;
let cli: CliUnderTest;
beforeEach(async () => {
  called = new Map();
  const authorize = (_: string, action: string, resource: string) => {
    called.set(action, (called.get(action) ?? new Set()).add(resource));
    return printed.Statement.some(({ Action, Resource }) => Action.includes(action) && Resource.some((pattern) => matches(pattern, resource)));
  };
  [ecr, runtimes] = await Promise.all([EmbeddedEcr.start({ now: Date.UTC(2026, 0, 31), authorize }), EmbeddedRuntimes.start({ authorize })]);
  cli = new CliUnderTest({
    AWS_ENDPOINT_URL_ECR: ecr.endpoint,
    ...Object.fromEntries(['ECS', 'EVENTBRIDGE', 'SCHEDULER', 'LAMBDA', 'INSPECTOR2'].map((service) => [`AWS_ENDPOINT_URL_${service}`, runtimes.endpoint])),
  });
});
afterEach(async () => {
  cli.dispose();
  await Promise.all([ecr.stop(), runtimes.stop()]);
});

/** Adds images and workloads, so that each action of each source is called. */
function fill(name: string): void {
  const repository = ecr.registry.createRepository(name);
  const now = ecr.clock.now();
  const child = repository.addImage({ pushedAt: now - 9 * DAY });
  const index = repository.addImage({ tags: ['multi'], pushedAt: now - 8 * DAY, children: [child] });
  repository.addImage({ tags: ['old'], pushedAt: now - 7 * DAY });
  repository.addImage({ tags: ['new'], pushedAt: now - DAY });
  const uri = `111122223333.dkr.ecr.us-east-1.amazonaws.com/${name}`;
  runtimes.account = {
    ...runtimes.account,
    clusters: [{ name: 'main', services: [{ name: 'web', taskDefinition: 'web:1', revisions: [{ id: '1', containers: [{ image: `${uri}@${index}` }] }] }], tasks: [{ id: 't1', taskDefinition: 'web:1', containers: [{ image: `${uri}:new` }] }] }] as never,
    taskDefinitions: [{ name: 'web:1', images: [`${uri}:new`] }, { name: 'job:1', images: [`${uri}:new`] }],
    rules: [{ name: 'nightly', targets: [{ taskDefinition: 'job:1' }] }],
    schedules: [{ name: 'weekly', target: { taskDefinition: 'job:1' } }],
    functions: [{ name: 'thumbnails', version: '$LATEST', imageUri: `${uri}@${index}` }],
    coverage: repository.images.map(({ imageDigest }) => ({ repositoryName: name, digest: imageDigest })),
  };
}

describe.each<[string, string[]]>([
  ['no guards', []],
  ['a limit', ['--max-images', '50']],
  ['a percentage', ['--max-percent', '50']],
  ['protected tags', ['--protect-tags', 'old,new']],
  ['images in use', ['--protect-in-use', 'ecs,lambda', '--protect-in-use', 'inspector', '--protect-digests', `sha256:${'0'.repeat(64)}`]],
])('with %s', (name, guards) => {
  const isExact = name !== 'protected tags';

  test('a plan of a policy file needs no other permission', async () => {
    fill('shop/web');
    cli.write('policy.json', POLICY.toText());
    const source = ['--policy', 'policy.json', '--repository', 'shop/web', '--region', 'us-east-1', ...guards];
    printed = await cli.json<Printed>(['permissions', ...source]);
    const { code, stderr } = await cli.run(['plan', ...source]);
    expect({ code: code === 0 || code === 1, stderr }).toEqual({ code: true, stderr: '' });
    if (isExact) expect([...called.keys()].sort()).toEqual(actionsOf(printed));
    else expect(actionsOf(printed)).toEqual(expect.arrayContaining([...called.keys()]));
  });

  test('neither does a plan of an app', async () => {
    fill('shop/web');
    cli.synth('cdk.out', (app) => {
      const stack = new Stack(app, 'Shop', { env: { account: '111122223333', region: 'us-east-1' } });
      new GatedRepository(stack, 'Web', { repositoryName: 'shop/web', lifecyclePolicy: POLICY });
    });
    printed = await cli.json<Printed>(['permissions', '--app', 'cdk.out', ...guards]);
    const { code, stderr } = await cli.run(['plan', '--app', 'cdk.out', ...guards]);
    expect({ code: code === 0 || code === 1, stderr }).toEqual({ code: true, stderr: '' });
    if (isExact) expect([...called.keys()].sort()).toEqual(actionsOf(printed));
    expect(JSON.stringify(printed)).toContain('"arn:aws:ecr:us-east-1:111122223333:repository/shop/web"');
  });
});

test('the stack of a generated name may be read, and nothing else of CloudFormation', async () => {
  const rehearsal = await Rehearsal.start();
  try {
    const build = (stack: Stack) => { new GatedRepository(stack, 'Web', { lifecyclePolicy: POLICY }); };
    await rehearsal.deploy('Shop', build);
    cli.synth('cdk.out', (app) => build(new Stack(app, 'Shop')));
    printed = await cli.json<Printed>(['permissions', '--app', 'cdk.out', '--region', 'us-east-1']);
    const before = rehearsal.cloudFormation.calls.length;
    const { code } = await cli.run(['plan', '--app', 'cdk.out'], {
      environment: { AWS_ENDPOINT_URL_ECR: rehearsal.ecr.endpoint, AWS_ENDPOINT_URL_CLOUDFORMATION: rehearsal.cloudFormation.endpoint },
    });
    expect(code).toBe(0);
    const used = [
      ...rehearsal.cloudFormation.calls.slice(before).map(({ operation }) => `cloudformation:${operation}`),
      ...rehearsal.ecr.calls.filter(({ accessKeyId }) => accessKeyId === 'person').map(({ operation }) => `ecr:${operation}`),
    ];
    expect([...new Set(used)].sort()).toEqual(actionsOf(printed));
    const [name] = [...rehearsal.ecr.registry.repositories].map((repository) => repository.name);
    const resources = printed.Statement.flatMap(({ Resource }) => Resource);
    expect(resources).toContain('arn:aws:cloudformation:us-east-1:*:stack/Shop/*');
    expect(resources.some((pattern) => matches(pattern, `arn:aws:ecr:us-east-1:111122223333:repository/${name}`))).toBe(true);
  } finally {
    await rehearsal.stop();
  }
});

describe('the document', () => {
  test('is the same in every run, has each ARN once, and fits a managed policy for 80 repositories', async () => {
    cli.synth('cdk.out', (app) => {
      const stack = new Stack(app, 'Shop', { env: { account: '111122223333', region: 'us-east-1' } });
      for (let i = 0; i < 80; i++) {
        new GatedRepository(stack, `R${i}`, {
          repositoryName: `shop/${i}`, lifecyclePolicy: POLICY, guards: i % 2 === 0 ? [LifecycleGuard.protectTags('prod')] : [LifecycleGuard.protectInUse(InUseSource.ecs())],
        });
      }
    });
    const [one, two] = await Promise.all([1, 2].map(() => cli.run(['permissions', '--app', 'cdk.out'])));
    expect(one).toEqual(two);
    expect(one).toMatchObject({ code: 0, stderr: '' });
    const document = JSON.parse(one.stdout) as Printed;
    expect(JSON.stringify(document).length).toBeLessThan(6_144);
    const arns = document.Statement.flatMap(({ Resource }) => Resource);
    expect(new Set(arns).size).toBe(arns.length);
    for (const { Action, Resource } of document.Statement) expect([[...Action].sort(), [...Resource].sort()]).toEqual([Action, Resource]);
  });

  test('that is too long for a managed policy has a note', async () => {
    const names = Array.from({ length: 150 }, (_, i) => `team/a-rather-long-name-${i}`);
    const { code, stderr } = await cli.run(['permissions', '--repository', names.join()]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^OversizedPolicy: the policy has [\d,]+ characters/) });
  });

  test('has wildcards for what the app leaves to the deployment', async () => {
    cli.synth('cdk.out', (app) => {
      const stack = new Stack(app, 'Shop');
      new GatedRepository(stack, 'A', { repositoryName: Fn.join('-', ['web', Fn.ref('AWS::AccountId'), Fn.ref('AWS::Region')]), lifecyclePolicy: POLICY });
      new GatedRepository(new NestedStack(stack, 'Nested'), 'B', { lifecyclePolicy: POLICY });
      new GatedRepository(new Stack(app, 'China', { env: { account: '111122223333', region: 'cn-north-1' } }), 'C', { repositoryName: 'shop/c', lifecyclePolicy: POLICY });
    });
    const { Statement } = await cli.json<Printed>(['permissions', '--app', 'cdk.out']);
    const resources = Statement.flatMap(({ Resource }) => Resource);
    expect(resources).toEqual(expect.arrayContaining([
      'arn:aws:ecr:*:*:repository/web-*-*', 'arn:aws-cn:ecr:cn-north-1:111122223333:repository/shop/c', 'arn:aws:cloudformation:*:*:stack/Shop-*/*',
      expect.stringMatching(/^arn:aws:ecr:\*:\*:repository\/shop-\*-b[0-9a-f]+-\*$/),
    ]));
    expect(actionsOf({ Version: '', Statement })).toContain('ecr:DescribeRegistry');
  });

  test.each<[string, string[], RegExp]>([
    ['no repository', [], /^InvalidOptions: --app: give --app DIRECTORY, or --repository NAME/],
    ['an empty name', ['--repository', 'a,'], /^InvalidOptions: --repository: has an empty name/],
    ['another format', ['--repository', 'a', '--format', 'yaml'], /^UsageError: .*yaml/],
  ])('is not printed for %s', async (_, args, message) => {
    expect(await cli.run(['permissions', ...args])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });
});
