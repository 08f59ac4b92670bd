import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Rehearsal } from '../../rehearsal/rehearsal';
import {
  ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, LifecyclePolicy, LifecyclePolicyAttachment, LifecycleRule,
} from '../../src';

/*
 * An event reaches the function through Lambda's queue, and its answer reaches CloudFormation in a PUT request. Neither may block a
 * rollback. The queue uses a simulated clock.
 */

const MINUTE = 60_000;
const REPOSITORY = 'shop/web';
const KEEP = (count: number) => LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(count) }));

let rehearsal: Rehearsal;
let onRollback: (() => void) | undefined;
beforeEach(async () => {
  onRollback = undefined;
  rehearsal = await Rehearsal.start({
    onEvent: ({ resourceType, status }) => {
      if (resourceType === 'AWS::CloudFormation::Stack' && status === 'UPDATE_ROLLBACK_IN_PROGRESS') onRollback?.();
    },
  });
});
afterEach(() => rehearsal.stop());

/** Deploys a gated repository, and a topic that depends on it and can fail. */
const deploy = (count: number, topic = 'old') => rehearsal.deploy('Shop', (stack) => {
  const repository = new GatedRepository(stack, 'Web', { repositoryName: REPOSITORY, guards: [LifecycleGuard.maxImages(10)], lifecyclePolicy: KEEP(count) });
  new sns.Topic(stack, 'Topic', { displayName: topic }).node.addDependency(repository);
});
const topicFails = () => rehearsal.cloudFormation.failOnce('Shop', 'TopicBFC7AF6E', 'no topic today');
const livePolicy = () => rehearsal.livePolicy(REPOSITORY);
const answerFault = (code: string, times: number) => rehearsal.cloudFormation.faults.add({ operation: 'PutResponse', code, status: 503, times });
const gateReason = (events: readonly { resourceType: string; reason?: string }[]) =>
  events.find(({ resourceType, reason }) => resourceType.startsWith('Custom::') && reason)?.reason ?? '';

describe('Lambda throttles', () => {
  test.each([5, 30, 50])('for %p minutes: a rollback waits, and passes', async (minutes) => {
    await deploy(100);
    topicFails();
    onRollback = () => rehearsal.cloudFormation.throttleFunctions(minutes * MINUTE);
    const { status, events } = await deploy(50, 'new');
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(gateReason(events)).toBe('');
    expect(await livePolicy()).toBe(KEEP(100).toText());
  });

  test('for 5 minutes: a deployment waits, and is judged', async () => {
    await deploy(100);
    rehearsal.cloudFormation.throttleFunctions(5 * MINUTE);
    expect((await deploy(50)).status).toBe('UPDATE_COMPLETE');
    expect(await livePolicy()).toBe(KEEP(50).toText());
  });

  test('for 5 minutes: a deletion waits, and passes', async () => {
    await deploy(100);
    rehearsal.cloudFormation.throttleFunctions(5 * MINUTE);
    expect((await rehearsal.cloudFormation.destroy('Shop')).status).toBe('DELETE_COMPLETE');
  });

  test('for longer than CloudFormation waits: the deployment fails, and its late event changes nothing', async () => {
    const attach = (count: number) => rehearsal.deploy('Shop', (stack) => new LifecyclePolicyAttachment(stack, 'Attachment', {
      repository: ecr.Repository.fromRepositoryName(stack, 'Imported', REPOSITORY), lifecyclePolicy: KEEP(count), guards: [LifecycleGuard.maxImages(10)],
    }));
    rehearsal.ecr.registry.createRepository(REPOSITORY);
    await attach(100);
    rehearsal.cloudFormation.throttleFunctions(65 * MINUTE);
    // The late event is in the queue before the event of the rollback, which is handled first.
    const { status, events } = await attach(50);
    expect(gateReason(events)).toContain('CloudFormation did not receive a response');
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await livePolicy()).toBe(KEEP(100).toText());
    const log = rehearsal.cloudFormation.logs(functionName()).join('\n');
    expect(log).toContain('"outcome":"OUTDATED"');
  });
});

describe('a lost answer', () => {
  test.each(['ConnectionReset', 'SlowDown'])('is sent again: %s', async (code) => {
    answerFault(code, 2);
    expect((await deploy(100)).status).toBe('CREATE_COMPLETE');
    expect(rehearsal.cloudFormation.faults.take('PutResponse')).toBeUndefined();
  });

  test('is rejected: Lambda invokes the function again, and the rollback passes', async () => {
    await deploy(100);
    topicFails();
    onRollback = () => rehearsal.cloudFormation.faults.add({ operation: 'PutResponse', code: 'AccessDenied', status: 403, times: 2 });
    expect((await deploy(50, 'new')).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(rehearsal.cloudFormation.faults.take('PutResponse')).toBeUndefined();
  });
});

describe('the function crashes', () => {
  /** Deploys a function that crashes in the first invocations of each event, in place of the real one. */
  const crashing = (crashes: number, version: string) => rehearsal.deploy('Crashing', (stack: Stack) => {
    const handler = new lambda.Function(stack, 'Handler', {
      functionName: 'crashing',
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline(`
        const { existsSync, writeFileSync } = require('fs');
        exports.handler = async (event) => {
          const { StackId, RequestId, LogicalResourceId } = event;
          console.log('INVOKED');
          for (let i = 0; i < Number(event.ResourceProperties.Crashes); i++) {
            const mark = __dirname + '/' + RequestId + '-' + i;
            if (!existsSync(mark)) { writeFileSync(mark, ''); process.exit(1); }
          }
          const body = JSON.stringify({ Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId: 'one' });
          await fetch(event.ResponseURL, { method: 'PUT', body });
        };`),
    });
    new CustomResource(stack, 'One', { serviceToken: handler.functionArn, serviceTimeout: Duration.hours(1), properties: { Crashes: crashes, version } });
  });

  test('twice: the third invocation answers', async () => {
    expect((await crashing(2, 'a')).status).toBe('CREATE_COMPLETE');
    expect(rehearsal.cloudFormation.logs('crashing')).toHaveLength(3);
  });

  test('each time: CloudFormation gives up after the service timeout, and rolls back', async () => {
    await crashing(0, 'a');
    const { status, events } = await crashing(99, 'b');
    expect(gateReason(events) || events.map(({ reason }) => reason).join()).toContain('CloudFormation did not receive a response');
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('the gate has the maximum service timeout', async () => {
    await deploy(100);
    expect(rehearsal.cloudFormation.customResourceEvents.map(({ ResourceProperties }) => ResourceProperties.ServiceTimeout)).toEqual(['3600']);
  });
});

describe('each event is delivered twice', () => {
  beforeEach(() => rehearsal.cloudFormation.deliverEachEvent(2));

  test('to a gate: create, update, rollback, block and delete have the same outcomes', async () => {
    expect((await deploy(100)).status).toBe('CREATE_COMPLETE');
    expect((await deploy(50)).status).toBe('UPDATE_COMPLETE');
    topicFails();
    expect((await deploy(40, 'new')).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await livePolicy()).toBe(KEEP(50).toText());
    const repository = rehearsal.ecr.registry.repository(REPOSITORY);
    for (let i = 0; i < 30; i++) repository.addImage({ tags: [`pr-${i}`], pushedAt: rehearsal.ecr.clock.now() - i });
    const { status, events } = await deploy(5);
    expect([status, gateReason(events)]).toEqual(['UPDATE_ROLLBACK_COMPLETE', expect.stringContaining('UnexpectedExpiry')]);
    expect(await livePolicy()).toBe(KEEP(50).toText());
    expect((await rehearsal.cloudFormation.destroy('Shop')).status).toBe('DELETE_COMPLETE');
  });

  test('to an attachment: the found policy is restored at the end', async () => {
    const found = KEEP(999).toText();
    rehearsal.ecr.registry.createRepository(REPOSITORY).lifecyclePolicyText = found;
    const attach = (count: number, topic = 'old') => rehearsal.deploy('Shop', (stack) => {
      const attachment = new LifecyclePolicyAttachment(stack, 'Attachment', {
        repository: ecr.Repository.fromRepositoryName(stack, 'Imported', REPOSITORY), lifecyclePolicy: KEEP(count), guards: [LifecycleGuard.maxImages(10)],
      });
      new sns.Topic(stack, 'Topic', { displayName: topic }).node.addDependency(attachment);
    });
    await attach(100);
    expect(await livePolicy()).toBe(KEEP(100).toText());
    topicFails();
    expect((await attach(50, 'new')).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await livePolicy()).toBe(KEEP(100).toText());
    await attach(60);
    expect(await livePolicy()).toBe(KEEP(60).toText());

    // All events are delivered once more, much later.
    for (const event of rehearsal.cloudFormation.customResourceEvents.slice(0, -1)) await rehearsal.cloudFormation.invoke(functionName(), event);
    expect(await livePolicy()).toBe(KEEP(60).toText());
    await rehearsal.cloudFormation.destroy('Shop');
    expect(await livePolicy()).toBe(found);
  });
});

test('a manual invocation fails with the purpose of the function', async () => {
  await deploy(100);
  const { payload, functionError } = await rehearsal.cloudFormation.invoke(functionName(), { hello: 'world' });
  expect(functionError).toBe('Unhandled');
  expect(JSON.parse(payload)).toMatchObject({ errorMessage: expect.stringContaining('MalformedEvent: this function answers requests of CloudFormation custom resources') });
});

test('the role of the function allows writing only to the log group that its message names', async () => {
  await deploy(100);
  const { resources } = rehearsal.cloudFormation.stack('Shop')!;
  const [group] = Object.values(resources).filter(({ type }) => type === 'AWS::Logs::LogGroup');
  const mayWrite = (arn: string) => rehearsal.cloudFormation.authorize(functionName(), 'logs:PutLogEvents', arn);
  const { Arn } = group.attributes as { Arn: string };
  expect(mayWrite(Arn)).toBe(true);
  expect(mayWrite(Arn.replace(group.physicalId!, '/aws/lambda/other'))).toBe(false);
  const repository = rehearsal.ecr.registry.repository(REPOSITORY);
  for (let i = 0; i < 30; i++) repository.addImage({ tags: [`pr-${i}`], pushedAt: rehearsal.ecr.clock.now() - i });
  expect(gateReason((await deploy(5)).events)).toContain(`log group ${group.physicalId}`);
});

function functionName(): string {
  return Object.values(rehearsal.cloudFormation.stack('Shop')!.resources).find(({ type }) => type === 'AWS::Lambda::Function')!.physicalId!;
}
