import type { Duration } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { LifecycleGuard } from './lifecycle-guard';

/** The effect of a gate that finds an unexpected expiry, or that cannot judge the preview. */
export enum GateEnforcement {
  /** Fails the deployment, which rolls back and leaves the live policy unchanged. */
  FAIL = 'FAIL',

  /**
   * Writes the result to the log of the Lambda function and continues the deployment.
   *
   * Use it to try out a gate. It does not protect any image.
   */
  WARN = 'WARN',
}

/** Options for a `LifecyclePreviewGate`. */
export interface LifecyclePreviewGateOptions {
  /**
   * The guards that the images of a preview must pass.
   *
   * The gate passes only if every guard accepts the images that the policy would expire or archive. A list without `maxImages` or
   * `maxPercent` allows no image to expire, except by rules with `maxExpiring`, and a list without `maxArchived` allows no image to be
   * archived. The warning `cdk-ecr-lifecycle:guardsWithoutLimit` says so at synthesis.
   *
   * @default - the gate fails if any image would expire or be archived
   */
  readonly guards?: LifecycleGuard[];

  /**
   * Controls whether the deployment fails if a guard objects or the preview cannot be judged.
   *
   * @default GateEnforcement.FAIL
   */
  readonly enforcement?: GateEnforcement;

  /**
   * The fingerprint that a failed gate printed, or several, separated by commas or white space.
   *
   * The gate accepts exactly the images of that run, regardless of the guards. The fingerprint covers the images that would expire
   * or be archived now and within `lookAhead`, and stays valid when more of them fall due. Give several fingerprints if the template
   * is deployed to several accounts and regions. A gate accepts its images if any of them matches. The text can come from a
   * CloudFormation parameter, and an empty text approves nothing. Remove it after the deployment, because it then names images that no
   * longer exist.
   *
   * @default - only the guards decide
   */
  readonly approvedPreview?: string;

  /**
   * The time after which a gate without a result fails.
   *
   * At least 1 minute, at most 14 minutes.
   *
   * @default Duration.minutes(14)
   */
  readonly timeout?: Duration;

  /**
   * The period after the preview for which guards protect images.
   *
   * At least 1 day, at most 90 days, in whole days. ECR acts within 24 hours, and images age: an image that is kept today may expire
   * tomorrow. Guards that protect single images, and `keepAtLeast`, apply to all images that would expire or be archived within this
   * time. Guards that limit the number of images apply to the images that would expire or be archived now.
   *
   * @default Duration.days(2)
   */
  readonly lookAhead?: Duration;

  /**
   * The bucket that receives the report of each run, as JSON and as an HTML page.
   *
   * A report that cannot be stored does not change the result of the gate.
   *
   * @default - reports are only written to the log of the Lambda function
   */
  readonly reportBucket?: s3.IBucket;

  /**
   * A string that makes the gate run again when it changes.
   *
   * For example, pass a commit id to judge the current images in every deployment.
   *
   * @default - the gate runs when a property of the repository, its policy or the gate changes
   */
  readonly trigger?: string;
}
