import type { Duration } from 'aws-cdk-lib';
import { countCondition, RenderedCondition, sinceCondition } from './rendered';

/**
 * When a selected image is archived.
 *
 * ECR acts within 24 hours after an image meets the condition. An archived image stays listed but cannot be pulled until
 * it is restored, which takes about 20 minutes, and it is billed for at least 90 days.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export class ArchiveWhen {
  /**
   * When more than this time has passed since the image was last pulled.
   *
   * An image that was never pulled counts from its push, one that came back from the archive and was not pulled since
   * from that moment. ECR refreshes the time of a pull at least every 24 hours. What a Lambda function runs looks
   * unused: Lambda does not pull again.
   *
   * @param age whole days, at least 1
   */
  public static sinceImagePulled(age: Duration): ArchiveWhen {
    return new ArchiveWhen(sinceCondition('sinceImagePulled', age));
  }

  /**
   * When more than this time has passed since the image was pushed, or came back from the archive.
   *
   * An image of exactly this age stays. Tagging an image again does not make it younger.
   *
   * @param age whole days, at least 1
   */
  public static sinceImagePushed(age: Duration): ArchiveWhen {
    return new ArchiveWhen(sinceCondition('sinceImagePushed', age));
  }

  /**
   * When there are more than so many selected images: the youngest ones stay.
   *
   * Images that a rule of higher precedence selects take up places too.
   *
   * @param count how many stay, at least 1
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
