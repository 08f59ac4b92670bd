import { ImageStatus, LifecycleImage } from './lifecycle-image';
import { MisuseError, rejectProblems } from '../construct/errors';
import { isToken } from '../construct/known-value';
import { readInventoryText } from '../core/evaluation/inventory-text';

/**
 * Reads the images of a repository from the output of a tool.
 *
 * @example
 * const policy = LifecyclePolicy.fromRules(
 *   LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(100) }),
 * );
 * const images = ImageInventory.fromDescribeImages(describeImagesOutput);
 * policy.simulate(images).expiring.length;
 */
export class ImageInventory {
  /**
   * Reads the output of `aws ecr describe-images --output json`.
   *
   * Add `--filter imageStatus=ANY` to that command to include archived images. Fields that a simulation does not need are ignored.
   *
   * Throws `InvalidImages` with all problems of the list, such as a tag on two images or a time without an offset.
   *
   * @param text The JSON text, an object with `imageDetails`, only that list, or a list of all pages.
   */
  public static fromDescribeImages(text: string): LifecycleImage[] {
    if (isToken(text)) {
      throw new MisuseError('UnresolvedImages', 'fromDescribeImages takes text that is known at synthesis, got a token, which is known only at deployment; read it from a file');
    }
    const read = readInventoryText(text);
    if (read.ok) {
      return read.value.images.map(({ imageTags, childDigests, imageStatus, ...image }) => ({
        ...image,
        ...(imageStatus && { imageStatus: ImageStatus[imageStatus as keyof typeof ImageStatus] }),
        ...(imageTags && { imageTags: [...imageTags] }),
        ...(childDigests && { childDigests: [...childDigests] }),
      }));
    }
    return rejectProblems('InvalidImages', 'the list of images', read.problems);
  }

  private constructor() {}
}
