import { BatchGetImageCommand, DescribeImagesCommand, ECRClient, ImageDetail } from '@aws-sdk/client-ecr';
import type { Call } from '../call';
import { GateError } from '../errors';
import type { IndexPart, InventoryPort } from './inventory-port';
import type { Image } from '../../core/evaluation/image';

/** The most that ECR gives, or takes, a call. */
const PAGE_SIZE = 1_000;
const MANIFESTS_PER_CALL = 100;
const CALLS_AT_ONCE = 8;

/** The images of repositories over the AWS SDK. */
export function sdkInventory(client: ECRClient, call: Call): InventoryPort {
  const manifests = async (repositoryName: string, digests: readonly string[]): Promise<[string, IndexPart[]][]> => {
    const input = { repositoryName, imageIds: digests.map((imageDigest) => ({ imageDigest })) };
    const { images, failures } = await call((options) => client.send(new BatchGetImageCommand(input), options));
    const unknown = failures?.find(({ failureCode }) => failureCode !== 'ImageNotFound');
    if (unknown) {
      throw new GateError('UnknownManifest', `ECR does not show the manifest of ${unknown.imageId?.imageDigest}: ${unknown.failureReason}; try again`);
    }
    const found = (images ?? []).map(({ imageId, imageManifest }): [string, IndexPart[]] => [imageId?.imageDigest ?? '', partsIn(imageManifest ?? '')]);
    const told = new Set([...found.map(([digest]) => digest), ...(failures ?? []).map(({ imageId }) => imageId?.imageDigest)]);
    const untold = digests.find((digest) => !told.has(digest));
    if (untold !== undefined) throw new GateError('UnknownManifest', `ECR answers without the manifest of ${untold}; try again`);
    return found;
  };

  return {
    list: async (repositoryName, tagStatus, nextToken) => {
      // Without ANY only active images would come.
      const input = { repositoryName, nextToken, maxResults: PAGE_SIZE, filter: { tagStatus, imageStatus: 'ANY' as const } };
      const answer = await call((options) => client.send(new DescribeImagesCommand(input), options));
      if (answer.imageDetails === undefined) {
        throw new GateError('IncompleteAnswer', `ecr:DescribeImages answers without a list of the images of "${repositoryName}"; try again`);
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
      await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
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
    // As BuildKit, which Docker builds with, describes the provenance of an image.
    isAttestation: annotations?.['vnd.docker.reference.type'] === 'attestation-manifest',
  }));
}

/** A repository has few of them, and every image would bring copies of its own. */
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
