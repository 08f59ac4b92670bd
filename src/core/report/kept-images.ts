import { intervalOf, pushTime, timelineOver } from './push-times';
import type { Image } from '../evaluation/image';
import type { AffectedImage } from '../judgment/affected-image';

/** The number and the push times of the images that the policy does not act on. A list of them would be larger than the rest of the report. */
export interface KeptImages {
  readonly images: number;
  /** The number of kept images that are already archived. */
  readonly archived: number;
  readonly ofUnknownPushTime: number;
  /** The intervals with at least one image, oldest first. */
  readonly pushed: readonly PushedIn[];
}

export interface PushedIn {
  /** The start of the interval, in ISO 8601. All intervals have the same length. */
  readonly from: string;
  readonly images: number;
}

/** Summarizes the kept images. The intervals cover the whole repository, so that kept and affected images can be drawn together. */
export function keptImages(inventory: ReadonlyMap<string, Image>, affected: readonly AffectedImage[], now: number): KeptImages {
  const affectedDigests = new Set(affected.map(({ imageDigest }) => imageDigest));
  const kept = [...inventory.values()].filter(({ imageDigest }) => !affectedDigests.has(imageDigest));
  const times = kept.map(pushTime);
  const timeline = timelineOver([...times, ...affected.map(pushTime), now]);
  const counts = new Array<number>(timeline.intervals).fill(0);
  let ofUnknownPushTime = 0;
  for (const time of times) {
    if (Number.isNaN(time)) ofUnknownPushTime++;
    else counts[intervalOf(time, timeline)]++;
  }
  return {
    images: kept.length,
    archived: kept.filter(({ imageStatus }) => imageStatus === 'ARCHIVED').length,
    ofUnknownPushTime,
    pushed: counts
      .map((images, i) => ({ from: new Date(timeline.from + i * timeline.step).toISOString(), images }))
      .filter(({ images }) => images > 0),
  };
}
