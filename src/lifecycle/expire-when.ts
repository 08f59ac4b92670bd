import type { Duration } from 'aws-cdk-lib';
import { ageCondition, countCondition, RenderedCondition } from './rendered';

/**
 * The condition under which a rule expires an image.
 *
 * ECR acts within 24 hours after an image meets the condition. An expired image is permanently deleted. A rule cannot expire an image
 * by the time since its last pull, but it can archive the image: see `ArchiveWhen`.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export class ExpireWhen {
  /**
   * Expires an image if more than this time has passed since it was pushed.
   *
   * An image of exactly this age is kept. A new tag on an existing image does not make the image younger. For an image that was
   * restored from the archive, the time starts at the restoration.
   *
   * @param age The time since the push, at least 1 day, in whole days.
   */
  public static sinceImagePushed(age: Duration): ExpireWhen {
    return new ExpireWhen(ageCondition('sinceImagePushed', age));
  }

  /**
   * Expires the oldest selected images if there are more than `count` of them.
   *
   * Images that rules of higher precedence select also count.
   *
   * @param count The number of images that are kept, at least 1.
   */
  public static imageCountMoreThan(count: number): ExpireWhen {
    return new ExpireWhen(countCondition(count));
  }

  private constructor(private readonly condition: RenderedCondition) {}

  /** @internal */
  public _render(): RenderedCondition {
    return this.condition;
  }
}
