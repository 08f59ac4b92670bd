import type { GuardSelection } from './guard';
import { compileTagTest } from '../../evaluation/candidates';
import type { Image } from '../../evaluation/image';
import { parseTime } from '../../evaluation/time';
import type { AffectedImage } from '../affected-image';

type Inventory = ReadonlyMap<string, Image>;

/** The digests of the newest selected images by push time, of those that can be pulled. */
export function newestOf(count: number, selection: GuardSelection, inventory: Inventory): ReadonlySet<string> {
  const newestFirst = pullable(selection, inventory)
    .map((image) => ({ digest: image.imageDigest, pushedAt: pushTime(image) }))
    .sort((a, b) => b.pushedAt - a.pushedAt || (a.digest < b.digest ? -1 : 1));
  // Of the same moment as the last one that counts, all count: nobody knows which of them is newer.
  const last = newestFirst[Math.min(count, newestFirst.length) - 1]?.pushedAt;
  return new Set(newestFirst.filter(({ pushedAt }) => last !== undefined && pushedAt >= last).map(({ digest }) => digest));
}

/** How many of the selected images would be left to pull, and which would go. */
export function remainingOf(selection: GuardSelection, inventory: Inventory, affected: readonly AffectedImage[]) {
  const selected = new Set(pullable(selection, inventory).map(({ imageDigest }) => imageDigest));
  const going = affected.filter(({ imageDigest }) => selected.has(imageDigest));
  return { left: selected.size - going.length, going };
}

/** `" tagged release-*"`, to follow a noun; nothing for all images. */
export function selectionInWords({ tagStatus, tagPatternList, tagPrefixList }: GuardSelection): string {
  if (tagStatus === 'any') return '';
  if (tagStatus === 'untagged') return ' without a tag';
  return ` tagged ${[...tagPatternList ?? [], ...(tagPrefixList ?? []).map((prefix) => `${prefix}…`)].join(' and ')}`;
}

function pullable(selection: GuardSelection, inventory: Inventory): Image[] {
  const selects = compileTagTest({ ...selection, countType: 'imageCountMoreThan', countNumber: 1 });
  return [...inventory.values()].filter(({ imageStatus, imageTags }) => (imageStatus ?? 'ACTIVE') === 'ACTIVE' && selects(imageTags ?? []));
}

/** Of unknown age means new: it must rather be protected than not. */
function pushTime({ imagePushedAt }: Image): number {
  const time = imagePushedAt === undefined ? NaN : parseTime(imagePushedAt);
  return Number.isNaN(time) ? Infinity : time;
}
