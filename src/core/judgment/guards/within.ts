import type { Evidence } from './evidence';
import { parseTime } from '../../evaluation/time';
import { plural } from '../../text/words';

/**
 * Returns the moment that lies these seconds before the policy acts on an image, in milliseconds since 1970.
 *
 * @param goesAt The day on which the policy acts on the image, or nothing for now.
 */
export function secondsBefore(seconds: number, { now }: Evidence, goesAt: string | undefined): number {
  return (goesAt === undefined ? now : parseTime(goesAt)) - seconds * 1000;
}

export function formatDays(seconds: number): string {
  return plural(seconds / (24 * 60 * 60), 'day');
}
