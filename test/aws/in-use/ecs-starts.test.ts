import { A, failureOf, FOREIGN_IMAGES, REPOSITORY, Stage, summary, WEB } from './fixtures';
import type { Rule, Schedule, TaskDefinition } from '../../../rehearsal/in-use/account';
import { ecsUses } from '../../../src/aws/in-use/ecs-uses';

/* Task definitions that a rule or a schedule starts, between two runs. EventBridge, Scheduler and ECS over HTTP. */

const stage = new Stage();
const read = async () => summary(await ecsUses(stage.clients, stage.call, REPOSITORY));
const times = (action: string) => stage.calls.filter((call) => call === action).length;

function define(name: string, image: string, status?: TaskDefinition['status']): { readonly taskDefinition: string } {
  stage.account.taskDefinitions.push({ name, images: [image], status });
  return { taskDefinition: name };
}

const rule = (name: string, ...targets: Rule['targets'][number][]) => stage.account.rules.push({ name, targets });
const schedule = (name: string, target: Schedule['target']) => stage.account.schedules.push({ name, target });
const FUNCTION = { arn: 'arn:aws:lambda:us-east-1:111122223333:function:report' };

test('a task definition of a rule or of a schedule is in use between two runs', async () => {
  const nightly = define('nightly-report:7', `${WEB}:nightly`);
  rule('nightly-report', nightly);
  schedule('weekly', nightly);
  stage.account.schedules.push({ name: 'monthly', group: 'finance', target: define('invoices:3', `${WEB}@${A}`) });
  expect(await read()).toEqual([
    ':nightly <- EventBridge rule nightly-report (task nightly-report:7)',
    ':nightly <- schedule default/weekly (task nightly-report:7)',
    'sha256:aaaa <- schedule finance/monthly (task invoices:3)',
  ]);
});

test('rules of all event buses count, and all targets of a rule', async () => {
  stage.account.rules.push(
    { name: 'order', bus: 'orders', targets: [FUNCTION, define('bill:1', `${WEB}:bill`), define('ship:1', `${WEB}:ship`)] },
    { name: 'ticket', bus: 'aws.partner/example.com/1', targets: [define('ticket:1', `${WEB}:ticket`)] },
  );
  expect(await read()).toEqual([
    ':bill <- EventBridge rule orders/order (task bill:1)',
    ':ship <- EventBridge rule orders/order (task ship:1)',
    ':ticket <- EventBridge rule aws.partner/example.com/1/ticket (task ticket:1)',
  ]);
});

test('disabled rules and schedules count, and are reported as disabled', async () => {
  const job = define('job:1', `${WEB}:job`);
  stage.account.rules.push({ name: 'paused', state: 'DISABLED', targets: [job] });
  stage.account.rules.push({ name: 'audit', state: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS', targets: [job] });
  stage.account.schedules.push({ name: 'paused', state: 'DISABLED', target: job });
  expect(await read()).toEqual([
    ':job <- EventBridge rule audit (task job:1)',
    ':job <- EventBridge rule paused (disabled, task job:1)',
    ':job <- schedule default/paused (disabled, task job:1)',
  ]);
});

test('a family stands for its newest active revision', async () => {
  define('job:9', `${WEB}:9`);
  define('job:10', `${WEB}:10`);
  define('job:11', `${WEB}:11`, 'INACTIVE');
  define('job-of-others:12', `${WEB}:12`);
  rule('newest', { taskDefinition: 'job' });
  schedule('newest', { taskDefinition: 'job' });
  expect(await read()).toEqual([':10 <- EventBridge rule newest (task job:10)', ':10 <- schedule default/newest (task job:10)']);
  expect(stage.runtimes.calls.filter(({ action }) => action === 'ecs:DescribeTaskDefinition').map(({ input }) => input)).toEqual([{ taskDefinition: 'job' }]);
});

test('a deleted or deregistered task definition does not use an image', async () => {
  define('old:1', `${WEB}:old`, 'INACTIVE');
  for (const taskDefinition of ['old:1', 'old', 'never:1', 'never']) {
    rule(taskDefinition.replace(':', '-'), { taskDefinition });
    schedule(taskDefinition.replace(':', '-'), { taskDefinition });
  }
  expect(await read()).toEqual([]);
  expect(times('DescribeTaskDefinition')).toBe(4);
});

test('a deregistered task definition of a service is in use, because ECS continues to start its tasks', async () => {
  const { taskDefinition } = define('web:1', `${WEB}:1`, 'INACTIVE');
  stage.account.clusters.push({ name: 'shop', services: [{ name: 'web', taskDefinition }], tasks: [] });
  rule('report', { taskDefinition });
  expect(await read()).toEqual([':1 <- ECS service shop/web']);
});

describe('a schedule that calls an ECS action directly', () => {
  const runTask = (input?: string) => ({ arn: 'arn:aws:scheduler:::aws-sdk:ecs:runTask', input });

  test.each([
    ['by family and revision', 'job:1'],
    ['by family', 'job'],
    ['by ARN', 'arn:aws:ecs:us-east-1:111122223333:task-definition/job:1'],
    ['by ARN without revision', 'arn:aws:ecs:us-east-1:111122223333:task-definition/job'],
  ])('names its task definition %s', async (_, TaskDefinition) => {
    define('job:1', `${WEB}:job`);
    schedule('s', runTask(JSON.stringify({ Cluster: 'main', TaskDefinition })));
    expect(await read()).toEqual([':job <- schedule default/s (task job:1)']);
  });

  test.each([
    ['without a task definition', '{"Cluster":"main"}'], ['without input', undefined], ['null', 'null'], ['of another type', '{"TaskDefinition":7}'],
  ])('%s does not start a task', async (_, input) => {
    schedule('s', runTask(input));
    expect(await read()).toEqual([]);
  });

  test('with an input that is not JSON fails', async () => {
    schedule('s', runTask('{"TaskDefinition":'));
    expect(await failureOf(read())).toContain('UnknownImageUse: the input of the schedule default/s is not JSON, so the task definition that it starts is unknown');
  });
});

test('a task definition that services, rules and schedules share is read once', async () => {
  const shared = define('web:1', `${WEB}:1`);
  stage.account.clusters.push({ name: 'shop', services: [{ name: 'web', ...shared }], tasks: [] });
  rule('one', shared, shared);
  rule('two', shared);
  schedule('three', shared);
  expect(await read()).toHaveLength(4);
  expect(times('DescribeTaskDefinition')).toBe(1);
});

test('images of other repositories, accounts, regions and registries are ignored', async () => {
  stage.account.taskDefinitions.push({ name: 'foreign:1', images: FOREIGN_IMAGES });
  rule('r', { taskDefinition: 'foreign:1' });
  schedule('s', { taskDefinition: 'foreign:1' });
  expect(await read()).toEqual([]);
});

test('targets that are not ECS tasks are ignored', async () => {
  rule('r', FUNCTION, { arn: 'arn:aws:states:us-east-1:111122223333:stateMachine:report' });
  schedule('s', FUNCTION);
  schedule('t', { arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage', input: '{"TaskDefinition":"job:1"}' });
  expect(await read()).toEqual([]);
  expect(times('GetSchedule')).toBe(0);
  expect(times('DescribeTaskDefinition')).toBe(0);
});

describe('an incomplete or denied answer fails', () => {
  const answer = (operation: string, body: object) => stage.runtimes.faults.add({ operation, fault: { kind: 'respond', body } });
  const clusterArn = 'arn:aws:ecs:us-east-1:111122223333:cluster/main';
  beforeEach(() => {
    const job = define('job:1', `${WEB}:job`);
    rule('r', job);
    schedule('s', job);
  });

  test.each([
    ['events:ListEventBuses', {}, 'EventBuses'],
    ['events:ListEventBuses', { EventBuses: null }, 'EventBuses'],
    ['events:ListEventBuses', { EventBuses: [{ Arn: 'x' }] }, 'the name of an event bus'],
    ['events:ListRules', {}, 'Rules'],
    ['events:ListRules', { Rules: [{ State: 'ENABLED' }] }, 'the name of a rule of the event bus default'],
    ['events:ListTargetsByRule', {}, 'Targets of the rule r'],
    ['events:ListTargetsByRule', { Targets: [{ Id: '1' }] }, 'TaskDefinitionArn of a target of the rule r'],
    ['events:ListTargetsByRule', { Targets: [{ Id: '1', Arn: clusterArn }] }, 'TaskDefinitionArn of a target of the rule r'],
    ['events:ListTargetsByRule', { Targets: [{ Id: '1', Arn: clusterArn, EcsParameters: { TaskCount: 1 } }] }, 'TaskDefinitionArn of a target of the rule r'],
    ['scheduler:ListSchedules', {}, 'Schedules'],
    ['scheduler:ListSchedules', { Schedules: [{ GroupName: 'g' }] }, 'the name of a schedule'],
    ['scheduler:ListSchedules', { Schedules: [{ Name: 's' }] }, 'the group of the schedule s'],
    ['scheduler:GetSchedule', {}, 'Target of the schedule default/s'],
    ['scheduler:GetSchedule', { Target: {} }, 'the ARN of the target of the schedule default/s'],
    ['scheduler:GetSchedule', { Target: { Arn: clusterArn } }, 'TaskDefinitionArn of the schedule default/s'],
  ])('%s answers %j', async (action, body, missing) => {
    answer(action, body);
    expect(await failureOf(read())).toContain(`UnknownImageUse: ${action} answered without ${missing}, so the images in use are unknown; try again`);
  });

  test('a second page without its list', async () => {
    stage.runtimes.pageSize = 1;
    rule('second', FUNCTION);
    stage.runtimes.faults.add({ operation: 'events:ListRules', skip: 1, fault: { kind: 'respond', body: {} } });
    expect(await failureOf(read())).toContain('UnknownImageUse: events:ListRules answered without Rules');
  });

  test.each(['events:ListEventBuses', 'events:ListRules', 'events:ListTargetsByRule', 'scheduler:ListSchedules', 'scheduler:GetSchedule'])(
    '%s denied: the message names the action', async (action) => {
      stage.deny(action);
      expect(await failureOf(read())).toContain(`AccessDenied: ${action}: access denied; allow it`);
    });

  test.each([
    ['events:ListRules', 'InvalidEventPatternException'], ['events:ListTargetsByRule', 'OperationDisabledException'],
    ['scheduler:ListSchedules', 'ValidationException'], ['scheduler:GetSchedule', 'ConflictException'],
  ])('%s fails with %s', async (operation, code) => {
    stage.runtimes.faults.add({ operation, fault: { kind: 'error', code, message: 'no' } });
    expect(await failureOf(read())).toContain(`UnknownImageUse: ${operation} failed with ${code}: no, so the images in use are unknown; try again`);
  });

  test('ECS does not describe a task definition for another reason than that it does not exist', async () => {
    stage.runtimes.faults.add({ operation: 'ecs:DescribeTaskDefinition', fault: { kind: 'error', code: 'ClientException', message: 'Too long' } });
    expect(await failureOf(read())).toContain('UnknownImageUse: ecs:DescribeTaskDefinition failed with ClientException: Too long');
  });
});

test('unknown fields and states are ignored', async () => {
  define('job:1', `${WEB}:job`);
  rule('r', { taskDefinition: 'job:1' });
  schedule('s', { taskDefinition: 'job:1' });
  stage.runtimes.faults.add({ operation: 'events:ListRules', fault: { kind: 'respond', body: { Rules: [{ Name: 'r', State: 'DREAMING', New: {} }], New: 1 } } });
  const Target = { Arn: 'arn:aws:ecs:us-east-1:111122223333:cluster/main', EcsParameters: { TaskDefinitionArn: 'job:1', New: 1 }, New: [] };
  stage.runtimes.faults.add({ operation: 'scheduler:GetSchedule', fault: { kind: 'respond', body: { Name: 's', State: 'DREAMING', Target, New: 1 } } });
  expect(await read()).toEqual([':job <- EventBridge rule r (task job:1)', ':job <- schedule default/s (task job:1)']);
});

test('a schedule without a target in the list is read', async () => {
  schedule('s', define('job:1', `${WEB}:job`));
  stage.runtimes.faults.add({ operation: 'scheduler:ListSchedules', fault: { kind: 'respond', body: { Schedules: [{ Name: 's', GroupName: 'default' }] } } });
  expect(await read()).toEqual([':job <- schedule default/s (task job:1)']);
});

test('all pages of all lists are read, for any page size', async () => {
  for (let i = 0; i < 120; i++) {
    const { taskDefinition } = define(`job:${i}`, `${WEB}:${i}`);
    stage.account.rules.push({ name: `rule-${i}`, bus: i < 110 ? 'orders' : `bus-${i}`, targets: [{ taskDefinition }, FUNCTION, { taskDefinition }] });
    schedule(`schedule-${i}`, { taskDefinition });
  }
  expect(await read()).toHaveLength(240);
  const sizes = { ListEventBuses: 1, ListRules: 13, ListTargetsByRule: 120, ListSchedules: 2, GetSchedule: 120, DescribeTaskDefinition: 120 };
  for (const [action, calls] of Object.entries(sizes)) expect([action, times(action)]).toEqual([action, calls]);

  stage.runtimes.pageSize = 2;
  expect(await read()).toHaveLength(240);
  expect(times('ListSchedules')).toBe(2 + 60);
});

test('a rule, a bus or a schedule that is deleted during the read does not use an image', async () => {
  const job = define('job:1', `${WEB}:job`);
  stage.account.rules = [{ name: 'kept', targets: [job] }, { name: 'gone', bus: 'gone', targets: [job] }];
  stage.account.schedules = [{ name: 'kept', target: job }, { name: 'gone', target: job }];
  stage.meanwhile('events:ListRules', () => stage.account.rules.pop());
  stage.meanwhile('scheduler:GetSchedule', () => stage.account.schedules.pop());
  expect(await read()).toEqual([':job <- EventBridge rule kept (task job:1)', ':job <- schedule default/kept (task job:1)']);

  stage.account.rules.push({ name: 'gone', targets: [job] });
  stage.meanwhile('events:ListTargetsByRule', () => stage.account.rules.pop());
  expect(await read()).toEqual([':job <- EventBridge rule kept (task job:1)', ':job <- schedule default/kept (task job:1)']);
});

test('throttling, lost connections and permissions that are not effective yet are retried', async () => {
  const job = define('job:1', `${WEB}:job`);
  rule('r', job);
  schedule('s', job);
  stage.throttle('events:ListTargetsByRule');
  stage.throttle('scheduler:GetSchedule');
  stage.runtimes.faults.add({ operation: 'events:ListEventBuses', fault: { kind: 'reset' } });
  stage.runtimes.faults.add({ operation: 'scheduler:ListSchedules', fault: { kind: 'error', code: 'InternalServerException', status: 500 } });
  stage.deny('events:ListRules', 'not yet', 5);
  expect(await read()).toHaveLength(2);
  expect(stage.runtimes.faults.pending).toBe(0);
});
