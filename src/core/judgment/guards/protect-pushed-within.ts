import { effectOn } from './evidence';
import type { GuardKind } from './guard-kind';
import { violationOfProtection } from './protection';
import { formatDays, secondsBefore } from './within';
import { parseTime } from '../../evaluation/time';
import { plural } from '../../text/words';

/** Protects images that were pushed within this time. */
export interface ProtectPushedWithin {
  readonly id: 'protect-pushed-within';
  readonly seconds: number;
}

/** Judges by the moment at which the policy acts on the image. An image of unknown push time is protected, because it may be young. */
export const protectPushedWithin: GuardKind<ProtectPushedWithin> = {
  id: 'protect-pushed-within',
  protects: true,
  judge: ({ id, seconds }, evidence) => violationOfProtection(
    id,
    ({ imagePushedAt, goesAt }) => imagePushedAt === undefined || !(parseTime(imagePushedAt) < secondsBefore(seconds, evidence, goesAt)),
    evidence,
    (images) => `${plural(images.length, 'image')} pushed within ${formatDays(seconds)} ${effectOn(images)}`,
  ),
  describe: ({ seconds }) => `images pushed within ${formatDays(seconds)} are protected`,
  properties: ['Seconds'],
  encode: ({ seconds }) => ({ Seconds: String(seconds) }),
  decode: (properties) => ({ seconds: properties.wholeNumber('Seconds') }),
};
