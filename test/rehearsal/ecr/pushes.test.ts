import { createHash, randomBytes } from 'node:crypto';
import {
  BatchCheckLayerAvailabilityCommand, BatchGetImageCommand, CompleteLayerUploadCommand, DescribeImagesCommand, ECRClient,
  GetDownloadUrlForLayerCommand, InitiateLayerUploadCommand, PutImageCommand, UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { clientOf, DAY, failureOf, indexText, manifestText, START, startEcr } from './support';

const repositoryName = 'app';
const digestOf = (content: string | Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

async function push(client: ECRClient, imageManifest: string, imageTag?: string): Promise<string> {
  const { image } = await client.send(new PutImageCommand({ repositoryName, imageManifest, imageTag }));
  return image!.imageId!.imageDigest!;
}

test('a pushed image is described and pulled unchanged', async () => {
  const ecr = await startEcr();
  ecr.registry.createRepository(repositoryName);
  const client = clientOf(ecr);
  const manifest = manifestText('one');
  const digest = await push(client, manifest, 'v1');
  expect(digest).toBe(digestOf(manifest));

  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName }));
  expect(imageDetails).toMatchObject([{
    imageDigest: digest,
    imageTags: ['v1'],
    imagePushedAt: new Date(START),
    imageSizeInBytes: 1000,
    artifactMediaType: 'application/vnd.oci.image.config.v1+json',
    imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
  }]);
  expect(imageDetails![0].lastRecordedPullTime).toBeUndefined();

  const { images, failures } = await client.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }, { imageTag: 'v2' }] }));
  expect(images).toMatchObject([{ imageId: { imageDigest: digest, imageTag: 'v1' }, imageManifest: manifest }]);
  expect(failures).toMatchObject([{ imageId: { imageTag: 'v2' }, failureCode: 'ImageNotFound' }]);
});

test('a tag moves to the newest image; the former one is kept untagged', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  const client = clientOf(ecr);
  const one = await push(client, manifestText('one'), 'latest');
  ecr.clock.advance(DAY);
  const two = await push(client, manifestText('two'), 'latest');
  await push(client, manifestText('one'), 'old');
  expect(repository.images).toMatchObject([
    { imageDigest: one, imageTags: ['old'], imagePushedAt: '2026-01-01T00:00:00.000Z' },
    { imageDigest: two, imageTags: ['latest'], imagePushedAt: '2026-01-02T00:00:00.000Z' },
  ]);
  expect((await failureOf(push(client, manifestText('two'), 'latest'))).name).toBe('ImageAlreadyExistsException');
  expect((await failureOf(push(client, manifestText('two')))).name).toBe('ImageAlreadyExistsException');
});

test.each([
  ['IMMUTABLE', [], ['v1', 'dev-1']],
  ['IMMUTABLE_WITH_EXCLUSION', ['dev-*'], ['v1']],
  ['MUTABLE_WITH_EXCLUSION', ['v*'], ['v1']],
  ['MUTABLE', [], []],
] as const)('%s with exclusions %j rejects moving %j', async (imageTagMutability, imageTagMutabilityExclusions, expected) => {
  const ecr = await startEcr();
  ecr.registry.createRepository(repositoryName, { imageTagMutability, imageTagMutabilityExclusions });
  const client = clientOf(ecr);
  const rejected: string[] = [];
  for (const tag of ['v1', 'dev-1']) {
    await push(client, manifestText(`first ${tag}`), tag);
    const error: unknown = await push(client, manifestText(`second ${tag}`), tag).catch((e: unknown) => e);
    if (error instanceof Error) {
      expect(error).toMatchObject({ name: 'ImageTagAlreadyExistsException', message: expect.stringContaining(`'${tag}'`) });
      rejected.push(tag);
    }
  }
  expect(rejected).toEqual(expected);
});

test('indexes and referrers have references', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  const client = clientOf(ecr);
  const child = await push(client, manifestText('amd64'));
  const index = await push(client, indexText([child]), 'v1');
  await push(client, manifestText('signature', { subject: { digest: index }, artifactType: 'application/vnd.signature' }));
  expect(repository.images).toMatchObject([{}, { childDigests: [child] }, { subjectManifestDigest: index }]);
  expect((await client.send(new DescribeImagesCommand({ repositoryName }))).imageDetails).toMatchObject([
    {}, { imageManifestMediaType: 'application/vnd.oci.image.index.v1+json' }, { subjectManifestDigest: index, artifactMediaType: 'application/vnd.signature' },
  ]);
  expect((await failureOf(push(client, indexText([`sha256:${'0'.repeat(64)}`])))).name).toBe('ReferencedImagesNotFoundException');
});

test('an invalid manifest and one with a different digest are rejected', async () => {
  const ecr = await startEcr();
  ecr.registry.createRepository(repositoryName);
  const client = clientOf(ecr);
  expect((await failureOf(push(client, 'no json'))).name).toBe('InvalidParameterException');
  expect((await failureOf(push(client, manifestText('x'), 'not a tag'))).name).toBe('InvalidParameterException');
  const mismatch = new PutImageCommand({ repositoryName, imageManifest: manifestText('x'), imageDigest: `sha256:${'0'.repeat(64)}` });
  expect((await failureOf(client.send(mismatch))).name).toBe('ImageDigestDoesNotMatchException');
});

test('a pull is recorded at most once per day; an archived image cannot be pulled', async () => {
  const ecr = await startEcr();
  const repository = ecr.registry.createRepository(repositoryName);
  const digest = repository.addImage({ tags: ['v1'], pushedAt: START - DAY });
  repository.addImage({ tags: ['old'], archivedAt: START - DAY });
  const client = clientOf(ecr);
  const pull = async (imageTag: string) => client.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag }] }));
  const recorded: (string | undefined)[] = [];
  for (const wait of [0, DAY / 2, DAY / 2]) {
    ecr.clock.advance(wait);
    const { images } = await pull('v1');
    expect(digestOf(images![0].imageManifest!)).toBe(digest);
    recorded.push(repository.images[0].lastRecordedPullTime);
  }
  expect(recorded).toEqual(['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z']);
  expect(await pull('old')).toMatchObject({ images: [], failures: [{ failureCode: 'ImageInaccessible' }] });
});

describe('layers', () => {
  const PART = 10 * 1024 * 1024;

  async function upload(client: ECRClient, blob: Buffer, partSize: number, digest = digestOf(blob)): Promise<string> {
    const { uploadId } = await client.send(new InitiateLayerUploadCommand({ repositoryName }));
    for (let from = 0; from < blob.length; from += partSize) {
      const layerPartBlob = blob.subarray(from, from + partSize);
      const range = { partFirstByte: from, partLastByte: from + layerPartBlob.length - 1 };
      await client.send(new UploadLayerPartCommand({ repositoryName, uploadId, layerPartBlob, ...range }));
    }
    await client.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }));
    return digest;
  }

  test('are uploaded in parts and downloaded in one piece', async () => {
    const ecr = await startEcr();
    ecr.registry.createRepository(repositoryName);
    const client = clientOf(ecr);
    const blob = randomBytes(PART + 3);
    const digest = await upload(client, blob, PART);
    const absent = `sha256:${'0'.repeat(64)}`;
    const answer = await client.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [digest, absent, 'nonsense'] }));
    expect(answer).toMatchObject({
      layers: [{ layerDigest: digest, layerAvailability: 'AVAILABLE', layerSize: blob.length }, { layerDigest: absent, layerAvailability: 'UNAVAILABLE' }],
      failures: [{ layerDigest: 'nonsense', failureCode: 'InvalidLayerDigest' }],
    });
    const { downloadUrl } = await client.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: digest }));
    expect(digestOf(Buffer.from(await (await fetch(downloadUrl!)).arrayBuffer()))).toBe(digest);
    expect((await failureOf(client.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: absent })))).name).toBe('LayersNotFoundException');
  });

  test('with inconsistent parts are rejected', async () => {
    const ecr = await startEcr();
    ecr.registry.createRepository(repositoryName);
    const client = clientOf(ecr);
    const layerDigests = [`sha256:${'0'.repeat(64)}`];
    const { uploadId } = await client.send(new InitiateLayerUploadCommand({ repositoryName }));
    const part = (partFirstByte: number) => client.send(new UploadLayerPartCommand({
      repositoryName, uploadId, partFirstByte, partLastByte: partFirstByte + 1, layerPartBlob: Buffer.from('ab'),
    }));
    const complete = async (id = uploadId) => client.send(new CompleteLayerUploadCommand({ repositoryName, uploadId: id, layerDigests }));

    expect((await failureOf(complete())).name).toBe('EmptyUploadException');
    await part(0);
    expect(await failureOf(part(5))).toMatchObject({ name: 'InvalidLayerPartException', lastValidByteReceived: 1 });
    expect((await failureOf(complete())).name).toBe('InvalidLayerException');
    await part(2);
    expect((await failureOf(complete())).name).toBe('LayerPartTooSmallException');
    expect((await failureOf(complete('12345678-0000-4000-8000-000000000000'))).name).toBe('UploadNotFoundException');
    await upload(client, Buffer.from('twice'), 5);
    expect((await failureOf(upload(client, Buffer.from('twice'), 5))).name).toBe('LayerAlreadyExistsException');
  });

  test('are required for a push if the server is configured so', async () => {
    const ecr = await startEcr({ requireLayers: true });
    ecr.registry.createRepository(repositoryName);
    const client = clientOf(ecr);
    expect((await failureOf(push(client, manifestText('one')))).name).toBe('LayersNotFoundException');
    const digest = await upload(client, Buffer.from('layer'), 5);
    await push(client, manifestText('one', { config: { digest }, layers: [{ digest, size: 5 }] }), 'v1');
  });
});
