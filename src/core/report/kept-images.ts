import { intervalOf, pushTime, timelineOver } from './push-times';
import type { Image } from '../evaluation/image';
import type { AffectedImage } from '../judgement/affected-image';

/** The images that the policy leaves alone: how many, and from when. A list of them would dwarf the report. */
export interface KeptImages {
  readonly images: number;
  /** How many of them are in the archive already. */
  readonly archived: number;
  readonly ofUnknownPushTime: number;
  /** Oldest first; intervals without an image are left out. */
  readonly pushed: readonly PushedIn[];
}

export interface PushedIn {
  /** Where the interval begins, ISO 8601; it goes up to where the next one of the same length would begin. */
  readonly from: string;
  readonly images: number;
}

/** The intervals are those of the whole repository, so that what is kept and what goes can be drawn side by side. */
export function keptImages(inventory: ReadonlyMap<string, Image>, affected: readonly AffectedImage[], now: number): KeptImages {
  const going = new Set(affected.map(({ imageDigest }) => imageDigest));
  const kept = [...inventory.values()].filter(({ imageDigest }) => !going.has(imageDigest));
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
