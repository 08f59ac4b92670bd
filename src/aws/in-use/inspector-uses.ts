import type { CoveredResource, Inspector2 } from '@aws-sdk/client-inspector2';
import { allPages, asking, isDefined } from './asking';
import type { ImageUse, InUse, RepositoryAddress } from './image-use';
import { withThousands } from '../../core/text/words';
import type { Call } from '../call';
import { GateError } from '../errors';

/** The most that Inspector lists a call. */
const PAGE_SIZE = 200;
const ACTION = 'inspector2:ListCoverage';

/** `arn:aws:ecr:us-east-1:111122223333:repository/shop/web/sha256:…` */
const IMAGE_ARN = /^arn:[^:]+:ecr:([^:]+):(\d{12}):repository\/(.+)\/(sha256:[0-9a-f]+)$/;

/**
 * The images of this repository that Inspector has seen running on ECS or EKS, and those of which it can tell.
 *
 * Where Inspector does not scan, it has nothing to say: that is not the same as "nothing is in use". So the repository
 * itself is asked for as well as its images. It is listed also when it has no image yet [inferred].
 */
export async function inspectorUses(client: Inspector2, call: Call, repository: RepositoryAddress): Promise<InUse> {
  const { registryId, repositoryName } = repository;
  const equals = (value: string) => ({ comparison: 'EQUALS' as const, value });
  const filterCriteria = {
    resourceType: [equals('AWS_ECR_CONTAINER_IMAGE'), equals('AWS_ECR_REPOSITORY')],
    ecrRepositoryName: [equals(repositoryName)],
    // An administrator's account sees those of its members, too.
    accountId: [equals(registryId)],
  };
  const ask = asking(call);
  const read = (nextToken: string | undefined) => ask(ACTION, async (options) => {
    const answer = await client.listCoverage({ filterCriteria, maxResults: PAGE_SIZE, nextToken }, options);
    return { items: answer.coveredResources, nextToken: answer.nextToken };
  });

  const covered = await allPages(read).catch(explain);
  if (covered.length === 0) {
    throw new GateError(
      'MissingInspectorScan',
      `Amazon Inspector covers neither the repository "${repositoryName}" nor any image of it, so it cannot tell which are in use; ` +
      'turn on enhanced scanning for it, or take Inspector out of what the guard asks',
    );
  }
  const images = covered.map((resource) => imageIn(resource, repository)).filter(isDefined);
  const coverage = new Map<string, string | undefined>();
  // While pages are read, an image may move and come twice: what is unknown stays unknown.
  for (const { digest, unknown } of images) coverage.set(digest, coverage.get(digest) ?? unknown);
  return { uses: images.map(useOf).filter(isDefined), coverage };
}

/** To an account without Inspector, Inspector says no more than that access is denied. */
function explain(error: unknown): never {
  if (!(error instanceof GateError) || error.code !== 'AccessDenied') throw error;
  throw new GateError(
    'AccessDenied',
    `${error.message.slice('AccessDenied: '.length)}; if Amazon Inspector is not enabled in this account and region, ` +
    'enable it for Amazon ECR, or take Inspector out of what the guard asks',
    { cause: error.cause },
  );
}

interface CoveredImage {
  readonly digest: string;
  readonly inUseCount: number;
  /** The reason why Inspector cannot tell whether the image is in use. */
  readonly unknown?: string;
}

function imageIn(resource: CoveredResource, repository: RepositoryAddress): CoveredImage | undefined {
  const { resourceType, resourceId, resourceMetadata } = resource;
  if (resourceType !== 'AWS_ECR_CONTAINER_IMAGE') return undefined;
  const inUseCount = resourceMetadata?.ecrImage?.inUseCount ?? 0;
  const [arn, region, account, name, digest] = IMAGE_ARN.exec(resourceId ?? '') ?? [];
  if (arn === undefined) {
    if (inUseCount <= 0) return undefined;
    throw new GateError('UnknownImageUse', `${ACTION} reports ${JSON.stringify(resourceId)} in use, which is no image's ARN; report it to the makers of this gate`);
  }
  if (region !== repository.region || account !== repository.registryId || name !== repository.repositoryName) return undefined;
  return { digest, inUseCount, unknown: unknownBecause(resource) };
}

/** Scans that keep an image under watch. Others have ended, have not begun, or happen once. */
const WATCHING: readonly (string | undefined)[] = ['SUCCESSFUL', 'SCAN_IN_PROGRESS'];

/**
 * Inspector answers for images that it monitors: their scan is ACTIVE. Once the re-scan duration has passed, an image turns
 * INACTIVE, and a container that starts from it afterwards may go unnoticed [inferred]. A count that is missing says nothing;
 * that an unused image has a count of 0 is inferred.
 */
function unknownBecause({ scanStatus, resourceMetadata }: CoveredResource): string | undefined {
  if (scanStatus?.reason === 'IMAGE_ARCHIVED') return undefined;
  if (scanStatus?.statusCode !== 'ACTIVE' || !WATCHING.includes(scanStatus.reason)) {
    return scanStatus ? `its scan is ${scanStatus.statusCode} with ${scanStatus.reason}` : 'its scan has no status';
  }
  return resourceMetadata?.ecrImage?.inUseCount === undefined ? 'it reports no count of uses' : undefined;
}

function useOf({ digest, inUseCount }: CoveredImage): ImageUse | undefined {
  if (inUseCount <= 0) return undefined;
  return { reference: { digest }, usedBy: `${withThousands(inUseCount)} ECS ${inUseCount === 1 ? 'task or EKS pod' : 'tasks or EKS pods'} seen by Inspector` };
}
