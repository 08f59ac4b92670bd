import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as sns from 'aws-cdk-lib/aws-sns';
import { addGate, history, reasonOf, Rehearsal, STACK } from './fixture';

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await Rehearsal.start();
});
afterEach(() => rehearsal.stop());

function repository(props: ecr.RepositoryProps): (stack: Stack) => void {
  return (stack) => {
    const images = new ecr.Repository(stack, 'Images', { repositoryName: 'shop', ...props });
    images.node.addDependency(new sns.CfnTopic(stack, 'Before'));
    new sns.CfnTopic(stack, 'After').node.addDependency(images);
  };
}

function pushImage(): void {
  rehearsal.ecr.registry.repository('shop').addImage({ tags: ['v1'] });
}

test('resources are deleted in reverse order, custom resources by a Delete event', async () => {
  await rehearsal.deploy((stack) => {
    repository({ removalPolicy: RemovalPolicy.DESTROY })(stack);
    stack.node.findChild('Images').node.addDependency(addGate(stack, { keep: 5 }));
  });
  const { id } = rehearsal.cloudFormation.stack(STACK)!;
  const { status, events } = await rehearsal.cloudFormation.destroy(STACK);

  expect(status).toBe('DELETE_COMPLETE');
  expect(history(events, STACK, 'Before', 'Images', 'Gate', 'After')).toEqual([
    'Shop DELETE_IN_PROGRESS',
    'After DELETE_IN_PROGRESS', 'After DELETE_COMPLETE',
    'Images DELETE_IN_PROGRESS', 'Images DELETE_COMPLETE',
    'Gate DELETE_IN_PROGRESS', 'Gate DELETE_COMPLETE',
    'Before DELETE_IN_PROGRESS', 'Before DELETE_COMPLETE',
    'Shop DELETE_COMPLETE',
  ]);
  expect(rehearsal.gateEvents()[1]).toMatchObject({
    RequestType: 'Delete', PhysicalResourceId: 'gate', ResourceProperties: { keep: '5' },
  });
  expect(rehearsal.gateEvents()[1]).not.toHaveProperty('OldResourceProperties');
  expect(rehearsal.cloudFormation.stack(STACK)).toBeUndefined();
  expect(rehearsal.cloudFormation.stack(id)).toMatchObject({ status: 'DELETE_COMPLETE', resources: {} });
});

test('a retained repository is kept', async () => {
  await rehearsal.deploy(repository({}));
  const { status, events } = await rehearsal.cloudFormation.destroy(STACK);
  expect(status).toBe('DELETE_COMPLETE');
  expect(history(events, 'Images')).toEqual(['Images DELETE_SKIPPED']);
  expect(rehearsal.ecr.registry.find('shop')).toBeDefined();
});

test('a repository with images fails the deletion, and its dependencies are kept', async () => {
  await rehearsal.deploy(repository({ removalPolicy: RemovalPolicy.DESTROY }));
  pushImage();
  const { status, events } = await rehearsal.cloudFormation.destroy(STACK);
  expect(status).toBe('DELETE_FAILED');
  expect(history(events, 'Before', 'Images', 'After')).toEqual([
    'After DELETE_IN_PROGRESS', 'After DELETE_COMPLETE', 'Images DELETE_IN_PROGRESS', 'Images DELETE_FAILED',
  ]);
  expect(reasonOf(events, 'DELETE_FAILED')).toContain('still contains images');

  rehearsal.ecr.registry.deleteRepository('shop');
  expect((await rehearsal.cloudFormation.destroy(STACK)).status).toBe('DELETE_COMPLETE');
});

test('EmptyOnDelete deletes the images as well', async () => {
  await rehearsal.deploy(repository({ removalPolicy: RemovalPolicy.DESTROY, emptyOnDelete: true }));
  pushImage();
  expect((await rehearsal.cloudFormation.destroy(STACK)).status).toBe('DELETE_COMPLETE');
  expect(rehearsal.ecr.registry.find('shop')).toBeUndefined();
});

test('a repository or stack that is already deleted does not fail the deletion', async () => {
  await rehearsal.deploy(repository({ removalPolicy: RemovalPolicy.DESTROY }));
  rehearsal.ecr.registry.deleteRepository('shop');
  expect((await rehearsal.cloudFormation.destroy(STACK)).status).toBe('DELETE_COMPLETE');
  expect((await rehearsal.cloudFormation.destroy(STACK)).events).toEqual([]);
});
