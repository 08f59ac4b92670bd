import { affectedInAll, having } from './evidence';
import type { GuardKind } from './guard-kind';
import { decodeSelection, encodeSelection, formatSelection, GuardSelection } from './selection';
import { countedAmong, isPullable, selectedImages } from './units';
import { plural, withThousands } from '../../text/words';

/** Requires that a number of images of a selection remains. */
export interface KeepAtLeast {
  readonly id: 'keep-at-least';
  readonly count: number;
  readonly selection: GuardSelection;
}

/** An archived image does not count as remaining, because it cannot be pulled. */
export const keepAtLeast: GuardKind<KeepAtLeast> = {
  id: 'keep-at-least',
  protects: true,
  needs: ({ selection }) => ({ counted: [selection] }),
  judge: ({ id, count, selection }, evidence) => {
    const selected = selectedImages(selection, having(evidence, 'inventory').inventory.values());
    const pullable = new Set(selected.filter(isPullable).map(({ imageDigest }) => imageDigest));
    const leaving = affectedInAll(evidence).filter(({ imageDigest }) => pullable.has(imageDigest));
    const gone = new Set(leaving.map(({ imageDigest }) => imageDigest));
    const left = countedAmong(selected).filter((image) => isPullable(image) && !gone.has(image.imageDigest)).length;
    if (left >= count || leaving.length === 0) return undefined;
    return {
      guardId: id,
      because: `${plural(left, 'image')}${formatSelection(selection)} would remain, but at least ${withThousands(count)} must`,
      images: leaving,
    };
  },
  describe: ({ count, selection }) => `at least ${plural(count, 'image')}${formatSelection(selection)} must remain`,
  properties: ['Count', 'Selection'],
  encode: ({ count, selection }) => ({ Count: String(count), Selection: encodeSelection(selection) }),
  decode: (properties) => ({ count: properties.wholeNumber('Count'), selection: decodeSelection(properties.object('Selection')) }),
};
