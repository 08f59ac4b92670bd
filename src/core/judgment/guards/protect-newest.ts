import { effectOn, having } from './evidence';
import type { GuardKind } from './guard-kind';
import { violationOfProtection } from './protection';
import { decodeSelection, encodeSelection, formatSelection, GuardSelection } from './selection';
import { countedAmong, isPullable, selectedImages } from './units';
import type { Image } from '../../evaluation/image';
import { parseTime } from '../../evaluation/time';
import { plural, withThousands } from '../../text/words';

/** Protects the newest images of a selection. */
export interface ProtectNewest {
  readonly id: 'protect-newest';
  readonly count: number;
  readonly selection: GuardSelection;
}

export const protectNewest: GuardKind<ProtectNewest> = {
  id: 'protect-newest',
  protects: true,
  needs: ({ selection }) => ({ counted: [selection] }),
  judge: ({ id, count, selection }, evidence) => {
    const newest = newestOf(count, selection, having(evidence, 'inventory').inventory.values());
    return violationOfProtection(
      id, ({ imageDigest }) => newest.has(imageDigest), evidence,
      (images) => `${withThousands(images.length)} of the ${plural(count, 'newest image')}${formatSelection(selection)} ${effectOn(images)}`,
    );
  },
  describe: ({ count, selection }) => `the ${plural(count, 'newest image')}${formatSelection(selection)} ${count === 1 ? 'is' : 'are'} protected`,
  properties: ['Count', 'Selection'],
  encode: ({ count, selection }) => ({ Count: String(count), Selection: encodeSelection(selection) }),
  decode: (properties) => ({ count: properties.wholeNumber('Count'), selection: decodeSelection(properties.object('Selection')) }),
};

/** Returns the digests of the newest selected images by push time, among the images that can be pulled. */
function newestOf(count: number, selection: GuardSelection, images: Iterable<Image>): ReadonlySet<string> {
  const selected = selectedImages(selection, images);
  const newestFirst = countedAmong(selected).filter(isPullable).map(pushTime).sort((a, b) => b - a);
  const last = newestFirst.length < count ? -Infinity : newestFirst[count - 1];
  // Images of the same moment as the last one are protected too, because their order is not known, and so are images in
  // between that belong, or may belong, to another image.
  const newest = selected.filter((image) => isPullable(image) && pushTime(image) >= last);
  return new Set(newest.map(({ imageDigest }) => imageDigest));
}

/** An image of unknown age counts as new, so that it is protected. */
function pushTime({ imagePushedAt }: Image): number {
  const time = imagePushedAt === undefined ? NaN : parseTime(imagePushedAt);
  return Number.isNaN(time) ? Infinity : time;
}
