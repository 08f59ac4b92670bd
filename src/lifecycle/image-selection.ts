import type { RenderedSelection } from './rendered';

/**
 * Which images a lifecycle rule is about.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export class ImageSelection {
  /**
   * Every image, tagged or not.
   *
   * A policy may have one such rule for each storage class, and it has to come last.
   */
  public static all(): ImageSelection {
    return new ImageSelection({ tagStatus: 'any' });
  }

  /**
   * Images without a tag, for instance because a newer image took the tag over.
   *
   * The images that an image index refers to are usually untagged as well.
   */
  public static untagged(): ImageSelection {
    return new ImageSelection({ tagStatus: 'untagged' });
  }

  /**
   * Images with a tag that matches the pattern.
   *
   * To select images with any of several tags, write one rule for each pattern: ECR reads a list of patterns as AND.
   *
   * @param pattern matched against the whole tag; `*` stands for any run of characters, at most 4 of them
   */
  public static tagged(pattern: string): ImageSelection {
    return new ImageSelection({ tagStatus: 'tagged', tagPatternList: [pattern] });
  }

  private constructor(private readonly selection: RenderedSelection) {}

  /** @internal */
  public _render(): RenderedSelection {
    return this.selection;
  }
}
