import type { CoveredResource, Inspector2 } from '@aws-sdk/client-inspector2';
import { allPages, isDefined, makeCallAction } from './call-action';
import type { ImageUse, ImageUses, RepositoryAddress } from './image-use';
import { withThousands } from '../../core/text/words';
import type { Call } from '../call';
import { GateError } from '../errors';

/** The maximum page size of Inspector. */
const PAGE_SIZE = 200;
const ACTION = 'inspector2:ListCoverage';

/** `arn:aws:ecr:us-east-1:111122223333:repository/shop/web/sha256:…` */
const IMAGE_ARN = /^arn:[^:]+:ecr:([^:]+):(\d{12}):repository\/(.+)\/(sha256:[0-9a-f]+)$/;

/**
 * Returns the images of this repository that Inspector has seen running on ECS or EKS, and the images that it monitors.
 *
 * If Inspector does not scan the repository, the images in use are unknown, although the list of its images is empty. So the
 * request asks for the repository as well. Inspector also lists a repository that has no images yet [inferred].
 */
export async function inspectorUses(client: Inspector2, call: Call, repository: RepositoryAddress): Promise<ImageUses> {
  const { registryId, repositoryName } = repository;
  const equals = (value: string) => ({ comparison: 'EQUALS' as const, value });
  const filterCriteria = {
    resourceType: [equals('AWS_ECR_CONTAINER_IMAGE'), equals('AWS_ECR_REPOSITORY')],
    ecrRepositoryName: [equals(repositoryName)],
    // The account of an administrator also lists the images of its members.
    accountId: [equals(registryId)],
  };
  const callAction = makeCallAction(call);
  const read = (nextToken: string | undefined) => callAction(ACTION, async (options) => {
    const answer = await client.listCoverage({ filterCriteria, maxResults: PAGE_SIZE, nextToken }, options);
    return { items: answer.coveredResources, nextToken: answer.nextToken };
  });

  const covered = await allPages(read).catch(rethrowWithHint);
  if (covered.length === 0) {
    throw new GateError(
      'MissingInspectorScan',
      `Amazon Inspector covers neither the repository "${repositoryName}" nor any image of it, so the images in use are unknown; ` +
      'turn on enhanced scanning for it, or remove Inspector from the sources of the guard',
    );
  }
  const images = covered.map((resource) => imageIn(resource, repository)).filter(isDefined);
  const coverage = new Map<string, string | undefined>();
  // An image may be listed twice if it moves to another page during the read. An unknown use then stays unknown.
  for (const { digest, unknown } of images) coverage.set(digest, coverage.get(digest) ?? unknown);
  return { uses: images.map(useOf).filter(isDefined), coverage };
}

/** In an account without Inspector, Inspector only reports that access is denied. */
function rethrowWithHint(error: unknown): never {
  if (!(error instanceof GateError) || error.code !== 'AccessDenied') throw error;
  throw new GateError(
    'AccessDenied',
    `${error.message}; if Amazon Inspector is not enabled in this account and region, ` +
    'enable it for Amazon ECR, or remove Inspector from the sources of the guard',
    { cause: error.cause },
  );
}

interface CoveredImage {
  readonly digest: string;
  readonly inUseCount: number;
  /** The reason if Inspector does not know whether the image is in use. */
  readonly unknown?: string;
}

function imageIn(resource: CoveredResource, repository: RepositoryAddress): CoveredImage | undefined {
  const { resourceType, resourceId, resourceMetadata } = resource;
  if (resourceType !== 'AWS_ECR_CONTAINER_IMAGE') return undefined;
  const inUseCount = resourceMetadata?.ecrImage?.inUseCount ?? 0;
  const [arn, region, account, name, digest] = IMAGE_ARN.exec(resourceId ?? '') ?? [];
  if (arn === undefined) {
    if (inUseCount <= 0) return undefined;
    throw new GateError('UnknownImageUse', `${ACTION} reports ${JSON.stringify(resourceId)} as in use, which is not the ARN of an image; report it to the maintainers of cdk-ecr-lifecycle`);
  }
  if (region !== repository.region || account !== repository.registryId || name !== repository.repositoryName) return undefined;
  return { digest, inUseCount, unknown: unknownBecause(resource) };
}

/** The reasons of scans that monitor an image. Other scans have ended, have not begun, or run once. */
const MONITORING: readonly (string | undefined)[] = ['SUCCESSFUL', 'SCAN_IN_PROGRESS'];

/**
 * Inspector knows the use of images that it monitors: their scan is ACTIVE. When the re-scan duration has passed, an image
 * becomes INACTIVE, and Inspector may not detect a container that starts from it afterwards [inferred]. An unused image has a
 * count of 0 [inferred]. A missing count leaves the use unknown.
 */
function unknownBecause({ scanStatus, resourceMetadata }: CoveredResource): string | undefined {
  if (scanStatus?.reason === 'IMAGE_ARCHIVED') return undefined;
  if (scanStatus?.statusCode !== 'ACTIVE' || !MONITORING.includes(scanStatus.reason)) {
    return scanStatus ? `its scan has status ${scanStatus.statusCode} with reason ${scanStatus.reason}` : 'its scan has no status';
  }
  return resourceMetadata?.ecrImage?.inUseCount === undefined ? 'it does not report a count of uses' : undefined;
}

function useOf({ digest, inUseCount }: CoveredImage): ImageUse | undefined {
  if (inUseCount <= 0) return undefined;
  return { reference: { digest }, usedBy: `${withThousands(inUseCount)} ECS ${inUseCount === 1 ? 'task or EKS pod' : 'tasks or EKS pods'} seen by Inspector` };
}
