import { A, B, C, failureOf, REPOSITORY, Stage, summary, WEB } from './fixtures';
import type { Call } from '../../../src/aws/call';
import { readUses } from '../../../src/aws/in-use/read-uses';
import type { InUseSourceId } from '../../../src/core/judgment/guards/guard-kind';

const stage = new Stage();
const read = async (...sources: InUseSourceId[]) => summary((await readUses(sources, stage.clients, stage.call, REPOSITORY)).uses);

beforeEach(() => {
  stage.account.taskDefinitions = [{ name: 'web:1', images: [`${WEB}@${A}`] }];
  stage.account.clusters = [{
    name: 'shop',
    services: [{ name: 'web', taskDefinition: 'web:1', revisions: [{ id: 'r1', containers: [] }] }],
    tasks: [{ id: 't1', taskDefinition: 'web:1', containers: [{ image: `${WEB}:1`, imageDigest: A }] }],
  }];
  stage.account.rules = [
    { name: 'hourly', targets: [{ taskDefinition: 'web:1' }] }, { name: 'nightly', bus: 'orders', targets: [{ taskDefinition: 'web:1' }] },
  ];
  stage.account.schedules = [{ name: 'weekly', group: 'reports', target: { taskDefinition: 'web:1' } }];
  stage.account.functions = [{ name: 'thumbnailer', version: '7', resolvedImageUri: `${WEB}@${B}` }];
  stage.account.coverage = [{ repositoryName: 'shop/web', digest: C, inUseCount: 2 }];
});

const ALL = {
  ecs: [
    'sha256:aaaa <- ECS service shop/web', 'sha256:aaaa <- ECS task shop/web:1', 'sha256:aaaa <- EventBridge rule hourly (task web:1)',
    'sha256:aaaa <- EventBridge rule orders/nightly (task web:1)', 'sha256:aaaa <- schedule reports/weekly (task web:1)',
  ],
  lambda: ['sha256:bbbb <- Lambda function thumbnailer version 7'],
  inspector: ['sha256:cccc <- 2 ECS tasks or EKS pods seen by Inspector'],
};

test('all sources', async () => {
  expect(await read('inspector', 'ecs', 'lambda', 'ecs')).toEqual([...ALL.ecs, ...ALL.lambda, ...ALL.inspector]);
});

test.each([
  ['ecs', ['ecs', 'events', 'scheduler']], ['lambda', ['lambda']], ['inspector', ['inspector2']],
] as const)('the source %s calls only its own services', async (source, services) => {
  expect(await read(source)).toEqual(ALL[source]);
  expect(new Set(stage.runtimes.calls.map(({ action }) => action.split(':')[0]))).toEqual(new Set(services));
});

test.each<[InUseSourceId[], boolean]>([
  [['ecs', 'lambda'], false], [['inspector'], true], [['ecs', 'inspector'], true],
])('only Inspector reports its coverage, because it does not monitor all images: %j', async (sources, says) => {
  const { coverage } = await readUses(sources, stage.clients, stage.call, REPOSITORY);
  expect(coverage && [...coverage.keys()]).toEqual(says ? [C] : undefined);
});

test('without sources there are no calls', async () => {
  expect(await read()).toEqual([]);
  expect(stage.calls).toEqual([]);
});

test('a source without a client is rejected before any call', async () => {
  await expect(readUses(['lambda', 'ecs'], { lambda: stage.clients.lambda }, stage.call, REPOSITORY)).rejects.toThrow('no client for the source ecs');
  expect(stage.calls).toEqual([]);
});

test.each([
  ['ecs', 'ecs:DescribeTasks'], ['ecs', 'events:ListRules'], ['ecs', 'scheduler:GetSchedule'], ['lambda', 'lambda:GetFunction'], ['inspector', 'inspector2:ListCoverage'],
] as const)('a failure of one source (%s) fails the whole read', async (_, action) => {
  stage.runtimes.faults.add({ operation: action, fault: { kind: 'error', code: 'UnforeseenException', message: 'oh' } });
  expect(await failureOf(read('ecs', 'lambda', 'inspector'))).toContain(`UnknownImageUse: ${action} failed with UnforeseenException: oh`);
});

describe('a hundred calls', () => {
  const made: Promise<unknown>[] = [];
  /** A call without a limit. */
  const call: Call = (request) => {
    const answer = request({ abortSignal: new AbortController().signal });
    made.push(answer);
    return answer;
  };

  beforeEach(() => {
    made.length = 0;
    stage.account.functions = Array.from({ length: 100 }, (_, i) => ({ name: 'f', version: `${i}`, resolvedImageUri: `${WEB}:${i}` }));
  });
  // The calls in progress continue after a source has failed.
  afterEach(() => Promise.allSettled(made));

  test('are made a few at a time', async () => {
    stage.runtimes.latencyMs = 5;
    expect((await readUses(['lambda'], stage.clients, call, REPOSITORY)).uses).toHaveLength(100);
    expect(stage.runtimes.busiest).toBeGreaterThan(1);
    expect(stage.runtimes.busiest).toBeLessThanOrEqual(8);
  });

  test('end when one of them fails', async () => {
    stage.runtimes.faults.add({ operation: 'lambda:GetFunction', skip: 10, fault: { kind: 'error', code: 'UnforeseenException' } });
    await expect(readUses(['lambda'], stage.clients, call, REPOSITORY)).rejects.toThrow('UnforeseenException');
    await Promise.allSettled(made);
    expect(made.length).toBeLessThan(40);
  });
});

test('the required permissions are exactly these actions on these resources', async () => {
  await read('ecs', 'lambda', 'inspector');
  const needed = new Set(stage.runtimes.calls.flatMap(({ action, resources }) => resources.map((resource) => `${action} on ${resource}`)));
  const at = (service: string) => `arn:aws:${service}:us-east-1:111122223333:`;
  expect([...needed].sort()).toEqual([
    `ecs:DescribeServiceRevisions on ${at('ecs')}service-revision/shop/web/r1`,
    `ecs:DescribeServiceRevisions on ${at('ecs')}service/shop/web`,
    `ecs:DescribeServices on ${at('ecs')}service/shop/web`,
    'ecs:DescribeTaskDefinition on *',
    `ecs:DescribeTasks on ${at('ecs')}task/shop/t1`,
    'ecs:ListClusters on *',
    'ecs:ListServices on *',
    'ecs:ListTasks on *',
    'events:ListEventBuses on *',
    'events:ListRules on *',
    `events:ListTargetsByRule on ${at('events')}rule/hourly`,
    `events:ListTargetsByRule on ${at('events')}rule/orders/nightly`,
    'inspector2:ListCoverage on *',
    `lambda:GetFunction on ${at('lambda')}function:thumbnailer:7`,
    'lambda:ListFunctions on *',
    `scheduler:GetSchedule on ${at('scheduler')}schedule/reports/weekly`,
    `scheduler:ListSchedules on ${at('scheduler')}schedule/*/*`,
  ]);
});
