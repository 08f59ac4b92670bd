import type { Duration } from 'aws-cdk-lib';
import { ageCondition, countCondition, RenderedCondition } from './rendered';

/**
 * The condition under which a rule archives an image.
 *
 * ECR acts within 24 hours after an image meets the condition. An archived image remains listed but cannot be pulled until it is
 * restored, which takes about 20 minutes. It is billed for at least 90 days.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export class ArchiveWhen {
  /**
   * Archives an image if more than this time has passed since it was last pulled.
   *
   * The time starts at the push if the image was never pulled, and at the restoration if it was restored from the archive and not
   * pulled since. ECR updates the pull time at least every 24 hours. The images of Lambda functions look unused, because Lambda
   * does not pull them again.
   *
   * @param age The time since the last pull, at least 1 day, in whole days.
   */
  public static sinceImagePulled(age: Duration): ArchiveWhen {
    return new ArchiveWhen(ageCondition('sinceImagePulled', age));
  }

  /**
   * Archives an image if more than this time has passed since it was pushed or restored from the archive.
   *
   * An image of exactly this age is kept. A new tag on an existing image does not make the image younger.
   *
   * @param age The time since the push, at least 1 day, in whole days.
   */
  public static sinceImagePushed(age: Duration): ArchiveWhen {
    return new ArchiveWhen(ageCondition('sinceImagePushed', age));
  }

  /**
   * Archives the oldest selected images if there are more than `count` of them.
   *
   * Images that rules of higher precedence select also count.
   *
   * @param count The number of images that are kept, at least 1.
   */
  public static imageCountMoreThan(count: number): ArchiveWhen {
    return new ArchiveWhen(countCondition(count));
  }

  private constructor(private readonly condition: RenderedCondition) {}

  /** @internal */
  public _render(): RenderedCondition {
    return this.condition;
  }
}
