import { CustomResource, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { history, reasonOf, Rehearsal, shop, STACK } from './fixture';

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await Rehearsal.start();
});
afterEach(() => rehearsal.stop());

describe('an update that fails', () => {
  test('in a later resource: all changes are rolled back, with old and new properties swapped', async () => {
    await rehearsal.deploy(shop({ keep: 50 }));
    rehearsal.cloudFormation.failOnce(STACK, 'Topic', 'no more topics');
    const { status, events } = await rehearsal.deploy(shop({ keep: 10, topic: 'v2' }));

    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(history(events, STACK, 'Gate', 'Images', 'Topic')).toEqual([
      'Shop UPDATE_IN_PROGRESS',
      'Gate UPDATE_IN_PROGRESS', 'Gate UPDATE_COMPLETE',
      'Images UPDATE_IN_PROGRESS', 'Images UPDATE_COMPLETE',
      'Topic UPDATE_IN_PROGRESS', 'Topic UPDATE_FAILED',
      'Shop UPDATE_ROLLBACK_IN_PROGRESS',
      'Gate UPDATE_IN_PROGRESS', 'Gate UPDATE_COMPLETE',
      'Images UPDATE_IN_PROGRESS', 'Images UPDATE_COMPLETE',
      'Topic UPDATE_IN_PROGRESS', 'Topic UPDATE_COMPLETE',
      'Shop UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'Shop UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(reasonOf(events, 'UPDATE_FAILED')).toBe('no more topics');
    expect(reasonOf(events, 'UPDATE_ROLLBACK_IN_PROGRESS')).toBe('The following resource(s) failed to update: [Topic].');
    expect(rehearsal.gateRequests()).toEqual(['Create - ->50', 'Update gate 50>10', 'Update gate 10>50']);
    const [, forward, back] = rehearsal.gateEvents();
    expect(Object.keys(back).sort()).toEqual(Object.keys(forward).sort()); // the event does not identify a rollback
    expect(rehearsal.livePolicyKeeps()).toBe(50);
  });

  test('in the gate: the repository is not changed, and the gate itself is rolled back', async () => {
    await rehearsal.deploy(shop({ keep: 50 }));
    const before = rehearsal.ecrOperations();
    const { status, events } = await rehearsal.deploy(shop({ keep: 10, gate: { mode: 'fail' } }));
    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(reasonOf(events, 'UPDATE_FAILED')).toContain('careless policy');
    expect(rehearsal.gateRequests()).toEqual(['Create - ->50', 'Update gate 50>10', 'Update gate 10>50']);
    expect(rehearsal.ecrOperations()).toEqual(before);
    expect(rehearsal.livePolicyKeeps()).toBe(50);
  });

  test('shows a function that its stack is rolling back, through the SDK', async () => {
    const asking = { mode: 'ask-status' } as const;
    const build = (keep: number, topic: string) => (stack: Stack): void => {
      shop({ keep, topic, gate: asking })(stack);
      allowDescribeStacks(stack);
    };
    await rehearsal.deploy(build(50, 'v1'));
    rehearsal.cloudFormation.failOnce(STACK, 'Topic', 'no more topics');
    await rehearsal.deploy(build(10, 'v2'));
    expect(rehearsal.logged('STATUS')).toEqual(['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS']);
  });

  test('deletes created and replacing resources, and restores the others', async () => {
    await rehearsal.deploy(shop({ keep: 50, removalPolicy: RemovalPolicy.DESTROY }));
    rehearsal.cloudFormation.failOnce(STACK, 'Topic', 'no more topics');
    const { events } = await rehearsal.deploy((stack) => {
      shop({ keep: 50, repositoryName: 'shop2', topic: 'v2', removalPolicy: RemovalPolicy.DESTROY })(stack);
      stack.node.findChild('Topic').node.addDependency(new sns.CfnTopic(stack, 'Extra'));
    });
    expect(history(events, STACK, 'Images', 'Extra')).toEqual([
      'Shop UPDATE_IN_PROGRESS',
      'Images UPDATE_IN_PROGRESS', 'Images UPDATE_COMPLETE',
      'Extra CREATE_IN_PROGRESS', 'Extra CREATE_COMPLETE',
      'Shop UPDATE_ROLLBACK_IN_PROGRESS',
      'Images UPDATE_COMPLETE',
      'Shop UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'Extra DELETE_IN_PROGRESS', 'Extra DELETE_COMPLETE',
      'Images DELETE_IN_PROGRESS', 'Images DELETE_COMPLETE',
      'Shop UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(rehearsal.ecr.registry.find('shop2')).toBeUndefined();
    expect(rehearsal.livePolicyKeeps('shop')).toBe(50);
  });

  test('deletes the second custom resource when the first id is restored', async () => {
    await rehearsal.deploy(shop({ keep: 50, gate: { id: 'first' } }));
    rehearsal.cloudFormation.failOnce(STACK, 'Topic', 'no more topics');
    await rehearsal.deploy(shop({ keep: 10, topic: 'v2', gate: { id: 'second' } }));
    expect(rehearsal.gateRequests()).toEqual(['Create - ->50', 'Update first 50>10', 'Update second 10>50', 'Delete second ->10']);
  });

  test('and whose rollback fails leaves the stack in UPDATE_ROLLBACK_FAILED', async () => {
    await rehearsal.deploy(shop({ keep: 50 }));
    rehearsal.cloudFormation.failOnce(STACK, 'Topic', 'no more topics');
    rehearsal.cloudFormation.failOnce(STACK, 'Topic', 'still none');
    const { status, events } = await rehearsal.deploy(shop({ keep: 10, topic: 'v2' }));
    expect(status).toBe('UPDATE_ROLLBACK_FAILED');
    expect(reasonOf(events, 'UPDATE_ROLLBACK_FAILED')).toBe('The following resource(s) failed to update: [Topic].');
    await expect(rehearsal.deploy(shop({ keep: 50 }))).rejects.toThrow('is in UPDATE_ROLLBACK_FAILED state and can not be updated');
  });

  test('can be retried', async () => {
    await rehearsal.deploy(shop({ keep: 50 }));
    const { resources } = rehearsal.cloudFormation.stack(STACK)!;
    const images = Object.keys(resources).find((logicalId) => resources[logicalId].type === 'AWS::ECR::Repository')!;
    rehearsal.cloudFormation.failOnce(STACK, images, 'throttled');
    expect((await rehearsal.deploy(shop({ keep: 10 }))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await rehearsal.deploy(shop({ keep: 10 }))).status).toBe('UPDATE_COMPLETE');
    expect(rehearsal.livePolicyKeeps()).toBe(10);
  });

  test('cannot be requested for a resource that does not exist', async () => {
    rehearsal.cloudFormation.failOnce(STACK, 'Images', 'a logical id without its hash');
    await expect(rehearsal.deploy(shop({ keep: 50 }))).rejects.toThrow('failOnce names [Images], but stack Shop has no such resource');
  });
});

test('a rollback does not wait for a running function', async () => {
  await rehearsal.stop();
  rehearsal = await Rehearsal.start({ serviceTimeoutMs: 2000 });
  const build = (mode: string) => (stack: Stack): void => {
    const handler = new lambda.Function(stack, 'Handler', {
      functionName: 'gate-handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      timeout: Duration.minutes(15),
      code: lambda.Code.fromInline(`
        exports.handler = async (event) => {
          const { StackId, RequestId, LogicalResourceId, ResourceProperties: { mode } } = event;
          console.log('RUN ' + process.pid + ' ' + mode);
          if (mode === 'late') await new Promise(() => setInterval(() => {}, 1000));
          const body = JSON.stringify({ Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId: 'gate' });
          await fetch(event.ResponseURL, { method: 'PUT', body });
        };`),
    });
    new CustomResource(stack, 'Gate', { serviceToken: handler.functionArn, properties: { mode } });
  };
  await rehearsal.deploy(build('quick'));
  const { status, events } = await rehearsal.deploy(build('late'));

  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(reasonOf(events, 'UPDATE_FAILED')).toContain('CloudFormation did not receive a response');
  const [created, late, back] = rehearsal.logged('RUN').map((line) => line.split(' '));
  expect([created[1], late[1], back[1]]).toEqual(['quick', 'late', 'quick']);
  expect(back[0]).not.toBe(late[0]);
});

function allowDescribeStacks(stack: Stack): void {
  const handler = stack.node.findChild('Handler') as lambda.Function;
  handler.addToRolePolicy(new iam.PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [stack.stackId] }));
  // CDK adds the policy next to the function, and the gate must depend on both.
  stack.node.findChild('Gate').node.addDependency(handler);
}
