import type { GuardSelection } from './guard';
import { countedAmong, isPullable, selectedImages } from './units';
import type { Image } from '../../evaluation/image';
import { parseTime } from '../../evaluation/time';
import type { AffectedImage } from '../affected-image';

type Inventory = ReadonlyMap<string, Image>;

/** The digests of the newest selected images by push time, of those that can be pulled. */
export function newestOf(count: number, selection: GuardSelection, inventory: Inventory): ReadonlySet<string> {
  const selected = selectedImages(selection, inventory.values());
  const newestFirst = countedAmong(selected).filter(isPullable).map(pushTime).sort((a, b) => b - a);
  const last = newestFirst.length < count ? -Infinity : newestFirst[count - 1];
  // Images of the same moment as the last one are protected too, because their order is not known, and so are images in
  // between that belong to another one or may do so.
  const protectedImages = selected.filter((image) => isPullable(image) && pushTime(image) >= last);
  return new Set(protectedImages.map(({ imageDigest }) => imageDigest));
}

/** How many of the selected images would be left to pull, and which would go. */
export function remainingOf(selection: GuardSelection, inventory: Inventory, going: readonly AffectedImage[]) {
  const selected = selectedImages(selection, inventory.values());
  const digests = new Set(selected.filter(isPullable).map(({ imageDigest }) => imageDigest));
  const leaving = going.filter(({ imageDigest }) => digests.has(imageDigest));
  const gone = new Set(leaving.map(({ imageDigest }) => imageDigest));
  const left = countedAmong(selected).filter((image) => isPullable(image) && !gone.has(image.imageDigest)).length;
  return { left, leaving };
}

/** `" tagged release-*"`, to follow a noun; nothing for all images. */
export function formatSelection({ tagStatus, tagPatternList, tagPrefixList }: GuardSelection): string {
  if (tagStatus === 'any') return '';
  if (tagStatus === 'untagged') return ' without a tag';
  return ` tagged ${[...tagPatternList ?? [], ...(tagPrefixList ?? []).map((prefix) => `${prefix}…`)].join(' and ')}`;
}

/** An image of unknown age counts as new, so that it is protected. */
function pushTime({ imagePushedAt }: Image): number {
  const time = imagePushedAt === undefined ? NaN : parseTime(imagePushedAt);
  return Number.isNaN(time) ? Infinity : time;
}
