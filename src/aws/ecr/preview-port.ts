import type { AffectedImage } from '../../core/judgement/affected-image';

export type TagStatus = 'TAGGED' | 'UNTAGGED' | 'ANY';

/** The lifecycle preview of one account and region, as the gate needs it. */
export interface PreviewPort {
  /**
   * Starts a preview of this text.
   *
   * `busy`: another preview of the repository is running. `no-repository`: there is none of this name.
   */
  start(repositoryName: string, lifecyclePolicyText: string): Promise<'started' | 'busy' | 'no-repository'>;

  /** The state of the repository's one preview, with one page of affected images once it is complete. */
  read(repositoryName: string, tagStatus: TagStatus, nextToken?: string): Promise<PreviewPage>;
}

export interface PreviewPage {
  /** `IN_PROGRESS`, `COMPLETE`, `FAILED`, `EXPIRED`, or what ECR may invent. `GONE`: there is no such preview any more. */
  readonly status: string;
  /** The text that was previewed, which may be somebody else's. */
  readonly lifecyclePolicyText: string;
  readonly affected: readonly AffectedImage[];
  readonly nextToken?: string;
  /** How many images the whole preview affects, by its own summary; absent when it has none. */
  readonly total?: number;
  /** ECR does not know the token of this page any more: the pages so far are only a part. */
  readonly stale?: boolean;
}
