import { parseTime } from '../evaluation/time';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Familiar lengths of intervals. */
const STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY];

/** The most intervals of a timeline: a picture of 100,000 images is as small as one of 1,000. */
export const MAX_INTERVALS = 160;

/** A period in intervals of equal length, shared by everything that is compared. */
export interface Timeline {
  /** The start, in milliseconds since 1970. A multiple of `step`. */
  readonly from: number;
  /** The length of an interval, in milliseconds. */
  readonly step: number;
  readonly intervals: number;
}

/** Returns the finest possible timeline from the first to the last of these times. */
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

/** Returns the index of the interval that contains the time. The timeline must include the time. */
export function intervalOf(time: number, { from, step }: Timeline): number {
  return Math.floor((time - from) / step);
}

/** Returns the push time in milliseconds since 1970, or NaN if it is unknown. */
export function pushTime({ imagePushedAt }: { readonly imagePushedAt?: string }): number {
  return imagePushedAt === undefined ? NaN : parseTime(imagePushedAt);
}
