import { ImageStatus, LifecycleImage } from './lifecycle-image';
import { rejectProblems } from '../construct/errors';
import { readInventoryText } from '../core/evaluation/inventory-text';

/** The images of a repository, from what a tool printed. */
export class ImageInventory {
  /**
   * Reads what `aws ecr describe-images --output json` prints.
   *
   * Add `--filter imageStatus=ANY` to that command, or archived images are missing.
   *
   * @param text JSON: an object with `imageDetails`, or the list in it; fields that play no part are left out
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
