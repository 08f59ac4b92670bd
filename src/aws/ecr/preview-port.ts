import type { AffectedImage } from '../../core/judgment/affected-image';

export type TagStatus = 'TAGGED' | 'UNTAGGED' | 'ANY';

/** The lifecycle previews of one account and region. */
export interface PreviewPort {
  /**
   * Starts a preview of this text.
   *
   * Returns `busy` if another preview of the repository is running, `no-repository` if the repository does not exist.
   */
  start(repositoryName: string, lifecyclePolicyText: string): Promise<'started' | 'busy' | 'no-repository'>;

  /** Returns the state of the repository's only preview, and one page of affected images if the preview is complete. */
  read(repositoryName: string, tagStatus: TagStatus, nextToken?: string): Promise<PreviewPage>;
}

export interface PreviewPage {
  /** `IN_PROGRESS`, `COMPLETE`, `FAILED`, `EXPIRED`, or a future status. `GONE` if the preview no longer exists. */
  readonly status: string;
  /** The text that was previewed. It may be the text of another preview. */
  readonly lifecyclePolicyText: string;
  readonly affected: readonly AffectedImage[];
  readonly nextToken?: string;
  /** The number of images that the preview affects, by its summary. Absent if there is no summary. */
  readonly total?: number;
  /** True if ECR no longer knows the token of this page: the pages before it are incomplete. */
  readonly stale?: boolean;
}
