import { ImageStatus, LifecycleImage } from './lifecycle-image';
import { rejectProblems } from '../construct/errors';
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
   * @param text The JSON text, an object with `imageDetails` or only that list.
   */
  public static fromDescribeImages(text: string): LifecycleImage[] {
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
