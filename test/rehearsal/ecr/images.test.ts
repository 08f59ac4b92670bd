import {
  BatchDeleteImageCommand, DescribeImagesCommand, ECRClient, ListImagesCommand, paginateDescribeImages, paginateListImages,
} from '@aws-sdk/client-ecr';
import { clientOf, DAY, failureOf, START, startEcr } from './support';

const repositoryName = 'app';

async function describedDigests(client: ECRClient, input: Partial<DescribeImagesCommand['input']>): Promise<(string | undefined)[]> {
  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName, ...input }));
  return imageDetails!.map(({ imageDigest }) => imageDigest);
}

test('2,500 images are listed once each, 1,000 per page, even if some are deleted in between', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  const digests = Array.from({ length: 2500 }, (_, i) => repository.addImage({ tags: i % 2 === 0 ? [`v${i}`] : [] }));

  const pages: (string | undefined)[][] = [];
  for await (const { imageDetails } of paginateDescribeImages({ client: clientOf(ecr), pageSize: 1000 }, { repositoryName })) {
    pages.push(imageDetails!.map(({ imageDigest }) => imageDigest));
    if (pages.length === 1) digests.slice(0, 10).forEach((digest) => repository.store.remove(digest));
  }
  expect(pages.map(({ length }) => length)).toEqual([1000, 1000, 500]);
  expect(pages.flat()).toEqual(digests);
});

test('a page that ends with the last image has no token; the default page size is 100', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  for (let i = 0; i < 200; i++) repository.addImage();
  const client = clientOf(ecr);
  const first = await client.send(new DescribeImagesCommand({ repositoryName }));
  const second = await client.send(new DescribeImagesCommand({ repositoryName, nextToken: first.nextToken }));
  expect([first.imageDetails!.length, second.imageDetails!.length, second.nextToken]).toEqual([100, 100, undefined]);
});

test('an image is described with all details', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  const subject = repository.addImage({ tags: ['v1', 'latest'], pushedAt: START - 5 * DAY + 250, lastPulledAt: START - DAY, sizeInBytes: 42 });
  const digest = repository.addImage({ subject, artifactMediaType: 'application/vnd.signature', archivedAt: START - 3 * DAY, activatedAt: START - 2 * DAY });
  const { imageDetails } = await clientOf(ecr).send(new DescribeImagesCommand({ repositoryName }));
  const common = { registryId: '111122223333', repositoryName, imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json', imageStatus: 'ACTIVE' };
  expect(imageDetails).toEqual([
    {
      ...common,
      imageDigest: subject,
      imageTags: ['v1', 'latest'],
      imageSizeInBytes: 42,
      imagePushedAt: new Date(START - 5 * DAY + 250),
      lastRecordedPullTime: new Date(START - DAY),
    },
    {
      ...common,
      imageDigest: digest,
      imageSizeInBytes: 1_000_000,
      imagePushedAt: new Date(START),
      subjectManifestDigest: subject,
      artifactMediaType: 'application/vnd.signature',
      lastArchivedAt: new Date(START - 3 * DAY),
      lastActivatedAt: new Date(START - 2 * DAY),
    },
  ]);
});

test('archived images are listed only on request, and filters are combined', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  const tagged = repository.addImage({ tags: ['a'] });
  const untagged = repository.addImage();
  const archived = repository.addImage({ tags: ['b'], archivedAt: START });
  const activating = repository.addImage({ status: 'ACTIVATING', archivedAt: START });
  const client = clientOf(ecr);

  expect(await describedDigests(client, {})).toEqual([tagged, untagged]);
  expect(await describedDigests(client, { filter: { tagStatus: 'UNTAGGED' } })).toEqual([untagged]);
  expect(await describedDigests(client, { filter: { imageStatus: 'ANY' } })).toEqual([tagged, untagged, archived, activating]);
  expect(await describedDigests(client, { filter: { imageStatus: 'ANY', tagStatus: 'TAGGED' } })).toEqual([tagged, archived]);
  expect(await describedDigests(client, { filter: { imageStatus: 'ACTIVATING' } })).toEqual([activating]);
  expect(await describedDigests(client, { imageIds: [{ imageTag: 'b' }, { imageDigest: untagged }] })).toEqual([archived, untagged]);
});

test('a token is valid only for the same request', async () => {
  const ecr = await startEcr();
  for (const name of ['app', 'other']) {
    const repository = ecr.registry.createRepository(name);
    for (let i = 0; i < 3; i++) repository.addImage();
  }
  const client = clientOf(ecr);
  const { nextToken } = await client.send(new DescribeImagesCommand({ repositoryName, maxResults: 1 }));
  const rejected = [
    client.send(new DescribeImagesCommand({ repositoryName: 'other', nextToken })),
    client.send(new DescribeImagesCommand({ repositoryName, nextToken, filter: { imageStatus: 'ANY' } })),
    client.send(new ListImagesCommand({ repositoryName, nextToken })),
    client.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'x' }], nextToken })),
    client.send(new DescribeImagesCommand({ repositoryName, maxResults: 1001 })),
    client.send(new DescribeImagesCommand({ repositoryName, filter: { imageStatus: 'GONE' as 'ANY' } })),
  ];
  for (const call of rejected) expect((await failureOf(call)).name).toBe('InvalidParameterException');
});

test('a request for a missing image is an error', async () => {
  const ecr = await startEcr();
  ecr.registry.createRepository(repositoryName);
  expect(await failureOf(clientOf(ecr).send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'v9' }] })))).toMatchObject({
    name: 'ImageNotFoundException',
    message: "The image with imageId {imageDigest:'null', imageTag:'v9'} does not exist within the repository with name 'app' in the registry with id '111122223333'",
  });
});

test('ListImages has one entry per tag', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  const two = repository.addImage({ tags: ['a', 'b'] });
  const none = repository.addImage();
  const pages = [];
  for await (const { imageIds } of paginateListImages({ client: clientOf(ecr), pageSize: 1 }, { repositoryName })) pages.push(imageIds);
  expect(pages).toEqual([[{ imageDigest: two, imageTag: 'a' }], [{ imageDigest: two, imageTag: 'b' }], [{ imageDigest: none }]]);
  const { imageIds } = await clientOf(ecr).send(new ListImagesCommand({ repositoryName, filter: { tagStatus: 'UNTAGGED' } }));
  expect(imageIds).toEqual([{ imageDigest: none }]);
});

test('an image is deleted with its last tag; a child is kept while its index exists', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  const image = repository.addImage({ tags: ['a', 'b'] });
  const child = repository.addImage();
  const index = repository.addImage({ children: [child] });
  const client = clientOf(ecr);
  const remove = async (...imageIds: { imageDigest?: string; imageTag?: string }[]) =>
    client.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));

  expect(await remove({ imageTag: 'a' })).toMatchObject({ imageIds: [{ imageDigest: image, imageTag: 'a' }], failures: [] });
  expect(repository.images[0].imageTags).toEqual(['b']);
  expect(await remove({ imageTag: 'b' }, { imageDigest: child }, { imageTag: 'zzz' }, {}, { imageDigest: 'sha256:1' })).toMatchObject({
    imageIds: [{ imageDigest: image, imageTag: 'b' }],
    failures: [
      { failureCode: 'ImageReferencedByManifestList', failureReason: `Requested image referenced by manifest list: [${index}]` },
      { failureCode: 'ImageNotFound', imageId: { imageTag: 'zzz' } },
      { failureCode: 'MissingDigestAndTag' },
      { failureCode: 'InvalidImageDigest' },
    ],
  });
  await remove({ imageDigest: index }, { imageDigest: child });
  expect(repository.images).toEqual([]);
});
