import {
  DeleteLifecyclePolicyCommand, DeleteRepositoryPolicyCommand, GetAuthorizationTokenCommand, GetLifecyclePolicyCommand, GetRepositoryPolicyCommand,
  PutLifecyclePolicyCommand, SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { clientOf, DAY, EXPIRE_UNTAGGED, failureOf, KEEP_TWO, policyText, START, startEcr } from './support';

const repositoryName = 'app';

test('a lifecycle policy is put, replaced, returned unchanged, and deleted', async () => {
  const ecr = await startEcr();
  ecr.registry.createRepository(repositoryName);
  const client = clientOf(ecr);
  const get = async () => client.send(new GetLifecyclePolicyCommand({ repositoryName }));
  expect((await failureOf(get())).name).toBe('LifecyclePolicyNotFoundException');
  expect((await failureOf(client.send(new DeleteLifecyclePolicyCommand({ repositoryName })))).name).toBe('LifecyclePolicyNotFoundException');

  await client.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: policyText(EXPIRE_UNTAGGED) }));
  const lifecyclePolicyText = `\n ${policyText(KEEP_TWO)} `;
  await client.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
  expect(await get()).toMatchObject({ registryId: '111122223333', repositoryName, lifecyclePolicyText });
  expect((await get()).lastEvaluatedAt).toBeUndefined();
  ecr.runLifecycle();
  expect((await get()).lastEvaluatedAt).toEqual(new Date(START + DAY));

  await client.send(new DeleteLifecyclePolicyCommand({ repositoryName }));
  expect((await failureOf(get())).name).toBe('LifecyclePolicyNotFoundException');
});

test('an invalid policy is rejected in the format of ECR, and the live one is kept', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  const live = policyText(EXPIRE_UNTAGGED);
  repository.lifecyclePolicyText = live;
  const client = clientOf(ecr);
  const put = async (lifecyclePolicyText: string) => failureOf(client.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText })));

  expect(await put(policyText(EXPIRE_UNTAGGED, { ...KEEP_TWO, rulePriority: 1 }))).toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringMatching(/^Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: .+'$/),
  });
  expect(await put(policyText(EXPIRE_UNTAGGED).slice(0, -1))).toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringMatching(/^Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy parsing failure: .+'$/),
  });
  expect((await put('{"rules":[]}')).name).toBe('InvalidParameterException');
  expect((await put(policyText(EXPIRE_UNTAGGED) + ' '.repeat(30_720))).name).toBe('InvalidParameterException');
  expect(repository.lifecyclePolicyText).toBe(live);
  expect(() => { repository.lifecyclePolicyText = '{}'; }).toThrow('Lifecycle policy validation failure');
});

test('a repository policy is set, read and deleted', async () => {
  const ecr = await startEcr();
  ecr.registry.createRepository(repositoryName);
  const client = clientOf(ecr);
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '222233334444' }, Action: 'ecr:BatchGetImage' }] });
  const get = async () => client.send(new GetRepositoryPolicyCommand({ repositoryName }));
  expect((await failureOf(get())).name).toBe('RepositoryPolicyNotFoundException');
  await client.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: policy }));
  expect((await get()).policyText).toBe(policy);
  await client.send(new DeleteRepositoryPolicyCommand({ repositoryName }));
  expect((await failureOf(get())).name).toBe('RepositoryPolicyNotFoundException');
});

test.each([
  ['text that is not JSON', 'nonsense'],
  ['no statement', { Version: '2012-10-17' }],
  ['no principal', { Statement: [{ Effect: 'Allow', Action: 'ecr:*' }] }],
  ['a resource', { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:*', Resource: '*' }] }],
  ['a lock-out', { Statement: [{ Effect: 'Deny', Principal: '*', Action: 'ecr:Set*' }] }],
  ['too long a text', ' '.repeat(10_241)],
])('a repository policy with %s is rejected', async (_, policy) => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  const text = typeof policy === 'string' ? policy : JSON.stringify(policy);
  const set = clientOf(ecr).send(new SetRepositoryPolicyCommand({ repositoryName, policyText: text }));
  expect((await failureOf(set)).name).toBe('InvalidParameterException');
  expect(repository.policyText).toBeUndefined();
});

test('a policy that locks out the owner requires force; other denials do not', async () => {
  const ecr = await startEcr();
  ecr.registry.createRepository(repositoryName);
  const client = clientOf(ecr);
  const deny = { Effect: 'Deny', Principal: '*', Action: 'ecr:*' };
  const exempt = { ...deny, Condition: { StringNotEquals: { 'aws:PrincipalAccount': '111122223333' } } };
  await client.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: JSON.stringify({ Statement: deny }), force: true }));
  await client.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: JSON.stringify({ Statement: [exempt] }) }));
});

test('GetAuthorizationToken returns a token', async () => {
  const ecr = await startEcr();
  const { authorizationData } = await clientOf(ecr).send(new GetAuthorizationTokenCommand({}));
  expect(authorizationData).toEqual([{
    authorizationToken: expect.stringMatching(/^[A-Za-z0-9+/=]+$/),
    expiresAt: new Date(START + DAY / 2),
    proxyEndpoint: 'https://111122223333.dkr.ecr.us-east-1.amazonaws.com',
  }]);
});
