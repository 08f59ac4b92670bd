import type { Duration } from 'aws-cdk-lib';
import { countCondition, RenderedCondition, sinceCondition } from './rendered';

/**
 * When a selected image expires.
 *
 * ECR acts within 24 hours after an image meets the condition. An expired image is gone for good. By the time since its
 * last pull an image can only be archived: see `ArchiveWhen`.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export class ExpireWhen {
  /**
   * When more than this time has passed since the image was pushed.
   *
   * An image of exactly this age stays. Tagging an image again does not make it younger. An image that came back from
   * the archive counts from that moment.
   *
   * @param age whole days, at least 1
   */
  public static sinceImagePushed(age: Duration): ExpireWhen {
    return new ExpireWhen(sinceCondition('sinceImagePushed', age));
  }

  /**
   * When there are more than so many selected images: the youngest ones stay.
   *
   * Images that a rule of higher precedence selects take up places too.
   *
   * @param count how many stay, at least 1
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
