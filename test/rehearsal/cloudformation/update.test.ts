import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as sns from 'aws-cdk-lib/aws-sns';
import { history, Rehearsal, shop, STACK } from './fixture';

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await Rehearsal.start();
});
afterEach(() => rehearsal.stop());

describe('an update that succeeds', () => {
  test('sends old and new properties, and puts the new policy', async () => {
    await rehearsal.deploy(shop({ keep: 50 }));
    const { status, events } = await rehearsal.deploy(shop({ keep: 10 }));

    expect(status).toBe('UPDATE_COMPLETE');
    expect(history(events, STACK, 'Gate', 'Images', 'Topic')).toEqual([
      'Shop UPDATE_IN_PROGRESS',
      'Gate UPDATE_IN_PROGRESS', 'Gate UPDATE_COMPLETE',
      'Images UPDATE_IN_PROGRESS', 'Images UPDATE_COMPLETE',
      'Shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'Shop UPDATE_COMPLETE',
    ]);
    expect(rehearsal.gateRequests()).toEqual(['Create - ->50', 'Update gate 50>10']);
    expect(rehearsal.livePolicyKeeps()).toBe(10);
  });

  test('does not invoke a custom resource without changed properties', async () => {
    await rehearsal.deploy(shop({ keep: 50 }));
    const { status, events } = await rehearsal.deploy(shop({ keep: 50, topic: 'v2' }));
    expect(status).toBe('UPDATE_COMPLETE');
    expect(history(events, 'Gate', 'Images', 'Topic')).toEqual(['Topic UPDATE_IN_PROGRESS', 'Topic UPDATE_COMPLETE']);
    expect(rehearsal.gateRequests()).toEqual(['Create - ->50']);
  });

  test('puts the lifecycle policy on every update of the repository, and deletes it if the template has none', async () => {
    const scanning = (imageScanOnPush: boolean, keep?: number) => (stack: Stack): void => {
      new ecr.Repository(stack, 'Images', { repositoryName: 'shop', imageScanOnPush, lifecycleRules: keep ? [{ maxImageCount: keep }] : [] });
    };
    await rehearsal.deploy(scanning(false, 50));
    rehearsal.ecr.registry.find('shop')!.lifecyclePolicyText = undefined; // a user deleted it manually

    await rehearsal.deploy(scanning(true, 50));
    expect(rehearsal.livePolicyKeeps()).toBe(50);
    await rehearsal.deploy(scanning(true));
    expect(rehearsal.livePolicyKeeps()).toBeUndefined();
    expect(rehearsal.ecrOperations().filter((operation) => operation.includes('LifecyclePolicy'))).toEqual([
      'PutLifecyclePolicy', 'PutLifecyclePolicy', 'DeleteLifecyclePolicy',
    ]);
  });

  test('deletes the former custom resource last when the physical id changes', async () => {
    await rehearsal.deploy(shop({ keep: 50, gate: { id: 'first' } }));
    const { events } = await rehearsal.deploy(shop({ keep: 10, gate: { id: 'second' } }));
    expect(history(events, STACK, 'Gate', 'Images').slice(-5)).toEqual([
      'Images UPDATE_COMPLETE',
      'Shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'Gate DELETE_IN_PROGRESS', 'Gate DELETE_COMPLETE',
      'Shop UPDATE_COMPLETE',
    ]);
    expect(rehearsal.gateRequests()).toEqual(['Create - ->50', 'Update first 50>10', 'Delete first ->50']);
    expect(rehearsal.cloudFormation.stack(STACK)!.resources.Gate.physicalId).toBe('second');
  });

  test('replaces a repository whose name changes: creates the new one first, and deletes the former one in the cleanup', async () => {
    await rehearsal.deploy(shop({ keep: 50, removalPolicy: RemovalPolicy.DESTROY }));
    const { events } = await rehearsal.deploy(shop({ keep: 50, repositoryName: 'shop2', removalPolicy: RemovalPolicy.DESTROY }));
    expect(history(events, STACK, 'Images')).toEqual([
      'Shop UPDATE_IN_PROGRESS', 'Images UPDATE_IN_PROGRESS', 'Images UPDATE_COMPLETE',
      'Shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'Images DELETE_IN_PROGRESS', 'Images DELETE_COMPLETE', 'Shop UPDATE_COMPLETE',
    ]);
    expect(rehearsal.livePolicyKeeps('shop2')).toBe(50);
    expect(rehearsal.ecr.registry.find('shop')).toBeUndefined();
  });

  test('retains a replaced repository if the template requests it', async () => {
    await rehearsal.deploy(shop({ keep: 50 }));
    const { events } = await rehearsal.deploy(shop({ keep: 50, repositoryName: 'shop2' }));
    expect(history(events, 'Images').slice(-1)).toEqual(['Images DELETE_SKIPPED']);
    expect(rehearsal.livePolicyKeeps('shop')).toBe(50);
  });

  test('deletes removed resources in reverse order', async () => {
    const topics = (...names: string[]) => (stack: Stack): void => {
      names.reduce<sns.CfnTopic | undefined>((former, name) => {
        const topic = new sns.CfnTopic(stack, name);
        if (former) topic.node.addDependency(former);
        return topic;
      }, undefined);
    };
    await rehearsal.deploy(topics('One', 'Two', 'Three'));
    const { events } = await rehearsal.deploy(topics('One', 'Four'));
    expect(history(events, STACK, 'One', 'Two', 'Three', 'Four')).toEqual([
      'Shop UPDATE_IN_PROGRESS', 'Four CREATE_IN_PROGRESS', 'Four CREATE_COMPLETE', 'Shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'Three DELETE_IN_PROGRESS', 'Three DELETE_COMPLETE', 'Two DELETE_IN_PROGRESS', 'Two DELETE_COMPLETE', 'Shop UPDATE_COMPLETE',
    ]);
  });
});
