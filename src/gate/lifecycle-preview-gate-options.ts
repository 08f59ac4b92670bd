import type { Duration } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { GateEnforcement } from './gate-enforcement';
import type { LifecycleGuard } from './lifecycle-guard';

/** How a gate judges. */
export interface LifecyclePreviewGateOptions {
  /**
   * The guards that say which images may go. Every guard has to agree.
   *
   * @default - the gate fails if any image would expire or be archived
   */
  readonly guards?: LifecycleGuard[];

  /**
   * Whether an unexpected expiry, or a preview that cannot be judged, fails the deployment.
   *
   * @default GateEnforcement.FAIL
   */
  readonly enforcement?: GateEnforcement;

  /**
   * The fingerprint that a failed run printed. Exactly the images of that run may go, whatever the guards say.
   *
   * It covers the images that go at once and those that go within `lookAhead`, and stays valid when one of these falls due.
   * Remove it after the deployment, because by then it names images that are gone.
   *
   * @default - the guards alone decide
   */
  readonly approvedPreview?: string;

  /**
   * How long the gate tries to get a judgement before it fails. At least 1 minute, at most 14.
   *
   * @default Duration.minutes(14)
   */
  readonly timeout?: Duration;

  /**
   * The time ahead for which guards protect. At least 1 day, at most 90, in whole days.
   *
   * ECR acts within 24 hours, and images age: an image that passes today may go tomorrow. Guards that protect single images,
   * and `keepAtLeast`, hold for everything that the policy takes within this time. Guards that limit how many images go hold
   * for now.
   *
   * @default Duration.days(2)
   */
  readonly lookAhead?: Duration;

  /**
   * Where the whole report of each judgement goes, as JSON and as a page to open in a browser.
   *
   * A report that cannot be stored there changes no judgement.
   *
   * @default - the Lambda's log alone
   */
  readonly reportBucket?: s3.IBucket;

  /**
   * Any text. Changing it makes the gate run again although the policy and the guards are the same.
   *
   * A commit id, say, to have every deployment judged by the images of the day.
   *
   * @default - the gate runs when a property of the repository, the policy among them, or of the gate changes
   */
  readonly trigger?: string;
}
