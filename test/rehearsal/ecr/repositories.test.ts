import {
  CreateRepositoryCommand, DeleteRepositoryCommand, DescribeRepositoriesCommand, ListTagsForResourceCommand, paginateDescribeRepositories,
  PutImageScanningConfigurationCommand, PutImageTagMutabilityCommand, TagResourceCommand, UntagResourceCommand,
} from '@aws-sdk/client-ecr';
import { clientOf, failureOf, START, startEcr } from './support';

test('a repository is created, described and deleted', async () => {
  const ecr = await startEcr();
  const client = clientOf(ecr);

  const { repository } = await client.send(new CreateRepositoryCommand({ repositoryName: 'team/app' }));
  expect(repository).toEqual({
    repositoryArn: 'arn:aws:ecr:us-east-1:111122223333:repository/team/app',
    registryId: '111122223333',
    repositoryName: 'team/app',
    repositoryUri: '111122223333.dkr.ecr.us-east-1.amazonaws.com/team/app',
    createdAt: new Date(START),
    imageTagMutability: 'MUTABLE',
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: 'AES256' },
  });
  const described = await client.send(new DescribeRepositoriesCommand({ repositoryNames: ['team/app'] }));
  expect(described.repositories).toEqual([repository]);

  await client.send(new DeleteRepositoryCommand({ repositoryName: 'team/app' }));
  expect(await failureOf(client.send(new DescribeRepositoriesCommand({ repositoryNames: ['team/app'] })))).toMatchObject({
    name: 'RepositoryNotFoundException',
    message: "The repository with name 'team/app' does not exist in the registry with id '111122223333'",
    $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/./) },
  });
});

test('common mistakes have their own errors', async () => {
  const ecr = await startEcr();
  const client = clientOf(ecr);
  ecr.registry.createRepository('app').addImage();

  const codes = await Promise.all([
    client.send(new CreateRepositoryCommand({ repositoryName: 'app' })),
    client.send(new CreateRepositoryCommand({ repositoryName: 'App' })),
    client.send(new CreateRepositoryCommand({ repositoryName: 'a' })),
    client.send(new DeleteRepositoryCommand({ repositoryName: 'app' })),
    client.send(new DeleteRepositoryCommand({ repositoryName: 'app', registryId: '999999999999' })),
    client.send(new DescribeRepositoriesCommand({ maxResults: 1001 })),
    client.send(new DescribeRepositoriesCommand({ nextToken: 'made-up' })),
  ].map(async (call) => (await failureOf(call)).name));
  expect(codes).toEqual([
    'RepositoryAlreadyExistsException', 'InvalidParameterException', 'InvalidParameterException', 'RepositoryNotEmptyException',
    'RepositoryNotFoundException', 'InvalidParameterException', 'InvalidParameterException',
  ]);

  await client.send(new DeleteRepositoryCommand({ repositoryName: 'app', force: true }));
  expect(ecr.registry.find('app')).toBeUndefined();
});

test('repositories are listed in pages, sorted by name', async () => {
  const ecr = await startEcr();
  for (let i = 9; i >= 0; i--) ecr.registry.createRepository(`app-${i}`);

  const pages: (string | undefined)[][] = [];
  for await (const { repositories } of paginateDescribeRepositories({ client: clientOf(ecr), pageSize: 4 }, {})) {
    pages.push(repositories!.map(({ repositoryName }) => repositoryName));
  }
  expect(pages.map(({ length }) => length)).toEqual([4, 4, 2]);
  expect(pages.flat()).toEqual(Array.from({ length: 10 }, (_, i) => `app-${i}`));
});

test('settings and tags are stored', async () => {
  const ecr = await startEcr();
  const client = clientOf(ecr);
  const { repository } = await client.send(new CreateRepositoryCommand({
    repositoryName: 'app',
    tags: [{ Key: 'team', Value: 'a' }],
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'alias/k' },
  }));
  expect(repository).toMatchObject({
    imageScanningConfiguration: { scanOnPush: true }, encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'alias/k' },
  });
  const resourceArn = repository!.repositoryArn;
  await client.send(new TagResourceCommand({ resourceArn, tags: [{ Key: 'stage', Value: 'b' }] }));
  await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }));
  expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([{ Key: 'stage', Value: 'b' }]);
  const tooMany = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: '' }));
  expect((await failureOf(client.send(new TagResourceCommand({ resourceArn, tags: tooMany })))).name).toBe('TooManyTagsException');

  await client.send(new PutImageScanningConfigurationCommand({ repositoryName: 'app', imageScanningConfiguration: { scanOnPush: false } }));
  await client.send(new PutImageTagMutabilityCommand({
    repositoryName: 'app',
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
  }));
  expect((await client.send(new DescribeRepositoriesCommand({}))).repositories).toMatchObject([{
    imageScanningConfiguration: { scanOnPush: false },
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
  }]);
  expect(await failureOf(client.send(new PutImageTagMutabilityCommand({
    repositoryName: 'app', imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
  })))).toMatchObject({ name: 'InvalidParameterException' });
});
