import {
  ECRClient,
  GetLifecyclePolicyPreviewCommand,
  GetLifecyclePolicyPreviewResponse,
  InvalidParameterException,
  LifecyclePolicyPreviewInProgressException,
  LifecyclePolicyPreviewNotFoundException,
  LifecyclePolicyPreviewResult,
  LifecyclePolicyPreviewSummary,
  RepositoryNotFoundException,
  StartLifecyclePolicyPreviewCommand,
} from '@aws-sdk/client-ecr';
import type { Call } from '../call';
import type { PreviewPage, PreviewPort } from './preview-port';
import type { AffectedImage } from '../../core/judgment/affected-image';

/** ECR's maximum page size. */
const PAGE_SIZE = 100;

/** The preview no longer exists. The empty text is never ours. */
const GONE: PreviewPage = { status: 'GONE', lifecyclePolicyText: '', affected: [] };

/** Starts and reads lifecycle previews with the AWS SDK, which retries throttling, 5xx and lost connections. */
export function sdkPreview(client: ECRClient, call: Call): PreviewPort {
  return {
    start: async (repositoryName, lifecyclePolicyText) => {
      try {
        await call((options) => client.send(new StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText }), options));
        return 'started';
      } catch (error) {
        if (error instanceof LifecyclePolicyPreviewInProgressException) return 'busy';
        if (error instanceof RepositoryNotFoundException) return 'no-repository';
        throw error;
      }
    },

    read: async (repositoryName, tagStatus, nextToken) => {
      const input = { repositoryName, nextToken, maxResults: PAGE_SIZE, ...(tagStatus === 'ANY' ? {} : { filter: { tagStatus } }) };
      try {
        return pageOf(await call((options) => client.send(new GetLifecyclePolicyPreviewCommand(input), options)));
      } catch (error) {
        if (error instanceof LifecyclePolicyPreviewNotFoundException || error instanceof RepositoryNotFoundException) return GONE;
        if (error instanceof InvalidParameterException && nextToken !== undefined) return { ...GONE, stale: true };
        throw error;
      }
    },
  };
}

function pageOf({ status, lifecyclePolicyText, nextToken, previewResults, summary }: GetLifecyclePolicyPreviewResponse): PreviewPage {
  return {
    status: status ?? '',
    lifecyclePolicyText: lifecyclePolicyText ?? '',
    affected: (previewResults ?? []).map(affectedImage),
    nextToken,
    total: totalOf(summary),
  };
}

function totalOf(summary: LifecyclePolicyPreviewSummary | undefined): number | undefined {
  const transitions = summary?.transitioningImageTotalCounts;
  if (summary?.expiringImageTotalCount === undefined && transitions === undefined) return undefined;
  return (transitions ?? []).reduce((sum, { imageTotalCount }) => sum + (imageTotalCount ?? 0), summary?.expiringImageTotalCount ?? 0);
}

function affectedImage(result: LifecyclePolicyPreviewResult): AffectedImage {
  return {
    imageDigest: result.imageDigest ?? '',
    imageTags: result.imageTags ?? [],
    imagePushedAt: result.imagePushedAt?.toISOString(),
    // An unknown action counts as the worse one.
    action: result.action?.type === 'TRANSITION' ? 'TRANSITION' : 'EXPIRE',
    rulePriority: result.appliedRulePriority ?? 0,
  };
}
