import { parseTime } from '../evaluation/time';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Intervals that people think in. */
const STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY];

/** So many intervals at most: a picture of 100,000 images stays as small as one of 1,000. */
export const MAX_INTERVALS = 160;

/** A stretch of time in intervals of the same length, the same for everything that is compared. */
export interface Timeline {
  /** Milliseconds since 1970; a multiple of `step`. */
  readonly from: number;
  /** Milliseconds. */
  readonly step: number;
  readonly intervals: number;
}

/** The finest timeline from the first to the last of these times. */
export function timelineOver(times: Iterable<number>): Timeline {
  let first = Infinity;
  let last = -Infinity;
  for (const time of times) {
    if (Number.isNaN(time)) continue;
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  if (last < first) return { from: 0, step: MINUTE, intervals: 1 };
  const fits = (step: number) => intervalsBetween(first, last, step) <= MAX_INTERVALS;
  let step = STEPS.find(fits) ?? STEPS[STEPS.length - 1];
  while (!fits(step)) step *= 2;
  return { from: Math.floor(first / step) * step, step, intervals: intervalsBetween(first, last, step) };
}

function intervalsBetween(first: number, last: number, step: number): number {
  return Math.floor(last / step) - Math.floor(first / step) + 1;
}

/** The place of a time on a timeline that covers it. */
export function intervalOf(time: number, { from, step }: Timeline): number {
  return Math.floor((time - from) / step);
}

/** NaN when unknown. */
export function pushTime({ imagePushedAt }: { readonly imagePushedAt?: string }): number {
  return imagePushedAt === undefined ? NaN : parseTime(imagePushedAt);
}
