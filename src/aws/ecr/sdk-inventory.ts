import { BatchGetImageCommand, DescribeImagesCommand, ECRClient, ImageDetail } from '@aws-sdk/client-ecr';
import type { Call } from '../call';
import { GateError } from '../errors';
import type { IndexPart, InventoryPort } from './inventory-port';
import type { Image } from '../../core/evaluation/image';

/** ECR's maximum page size. */
const PAGE_SIZE = 1_000;
/** ECR's maximum number of digests per request. */
const MANIFESTS_PER_CALL = 100;
const MAX_CONCURRENT_CALLS = 8;

/** Reads the images of repositories with the AWS SDK. */
export function sdkInventory(client: ECRClient, call: Call): InventoryPort {
  const manifests = async (repositoryName: string, digests: readonly string[]): Promise<[string, IndexPart[]][]> => {
    const input = { repositoryName, imageIds: digests.map((imageDigest) => ({ imageDigest })) };
    const { images, failures } = await call((options) => client.send(new BatchGetImageCommand(input), options));
    const unknown = failures?.find(({ failureCode }) => failureCode !== 'ImageNotFound');
    if (unknown) {
      throw new GateError('UnknownManifest', `ECR did not return the manifest of ${unknown.imageId?.imageDigest}: ${unknown.failureReason}; try again`);
    }
    const found = (images ?? []).map(({ imageId, imageManifest }): [string, IndexPart[]] => [imageId?.imageDigest ?? '', partsIn(imageManifest ?? '')]);
    const answered = new Set([...found.map(([digest]) => digest), ...(failures ?? []).map(({ imageId }) => imageId?.imageDigest)]);
    const omitted = digests.find((digest) => !answered.has(digest));
    if (omitted !== undefined) throw new GateError('UnknownManifest', `ECR answered without the manifest of ${omitted}; try again`);
    return found;
  };

  return {
    list: async (repositoryName, tagStatus, nextToken) => {
      // Without ANY, ECR lists only active images.
      const input = { repositoryName, nextToken, maxResults: PAGE_SIZE, filter: { tagStatus, imageStatus: 'ANY' as const } };
      const answer = await call((options) => client.send(new DescribeImagesCommand(input), options));
      if (answer.imageDetails === undefined) {
        throw new GateError('IncompleteAnswer', `ecr:DescribeImages answered without a list of the images of "${repositoryName}"; try again`);
      }
      return { images: answer.imageDetails.map(imageOf), nextToken: answer.nextToken };
    },

    parts: async (repositoryName, indexDigests) => {
      const batches: string[][] = [];
      for (let i = 0; i < indexDigests.length; i += MANIFESTS_PER_CALL) batches.push(indexDigests.slice(i, i + MANIFESTS_PER_CALL));
      const found: [string, IndexPart[]][] = [];
      const worker = async () => {
        for (let batch = batches.shift(); batch; batch = batches.shift()) found.push(...await manifests(repositoryName, batch));
      };
      await Promise.all(Array.from({ length: MAX_CONCURRENT_CALLS }, worker));
      return new Map(found);
    },
  };
}

interface IndexManifest {
  readonly manifests?: readonly { readonly digest: string; readonly annotations?: Readonly<Record<string, string>> }[];
}

function partsIn(manifest: string): IndexPart[] {
  const { manifests = [] } = JSON.parse(manifest) as IndexManifest;
  return manifests.map(({ digest, annotations }) => ({
    imageDigest: digest,
    // The annotation of BuildKit, Docker's build engine, for the provenance of an image.
    isAttestation: annotations?.['vnd.docker.reference.type'] === 'attestation-manifest',
  }));
}

/** Status and media type strings are few. All images share one copy of each. */
const known = new Map<string, string>();

function shared(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!known.has(text)) known.set(text, text);
  return known.get(text);
}

function imageOf(detail: ImageDetail): Image {
  return {
    imageDigest: detail.imageDigest ?? '',
    imageTags: detail.imageTags,
    imagePushedAt: detail.imagePushedAt?.toISOString(),
    lastRecordedPullTime: detail.lastRecordedPullTime?.toISOString(),
    lastArchivedAt: detail.lastArchivedAt?.toISOString(),
    lastActivatedAt: detail.lastActivatedAt?.toISOString(),
    imageStatus: shared(detail.imageStatus),
    imageSizeInBytes: detail.imageSizeInBytes,
    imageManifestMediaType: shared(detail.imageManifestMediaType),
    subjectManifestDigest: detail.subjectManifestDigest,
  };
}
