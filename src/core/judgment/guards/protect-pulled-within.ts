import { effectOn, having } from './evidence';
import type { GuardKind } from './guard-kind';
import { violationOfProtection } from './protection';
import { formatDays, secondsBefore } from './within';
import { parseTime } from '../../evaluation/time';
import { plural } from '../../text/words';

/** Protects images whose last recorded pull is within this time. */
export interface ProtectPulledWithin {
  readonly id: 'protect-pulled-within';
  readonly seconds: number;
}

/** ECR records a pull within 24 hours, so the last pull may be up to 24 hours later than the recorded one. */
const RECORDING_DELAY_SECONDS = 24 * 60 * 60;

export const protectPulledWithin: GuardKind<ProtectPulledWithin> = {
  id: 'protect-pulled-within',
  protects: true,
  judge: ({ id, seconds }, evidence) => {
    const { inventory } = having(evidence, 'inventory');
    const wasPulled = (imageDigest: string, goesAt: string | undefined) => {
      const pulledAt = inventory.get(imageDigest)?.lastRecordedPullTime;
      return pulledAt !== undefined && !(parseTime(pulledAt) < secondsBefore(seconds + RECORDING_DELAY_SECONDS, evidence, goesAt));
    };
    return violationOfProtection(
      id, ({ imageDigest, goesAt }) => wasPulled(imageDigest, goesAt), evidence,
      (images) => `${plural(images.length, 'image')} pulled within ${formatDays(seconds)} ${effectOn(images)}`,
    );
  },
  describe: ({ seconds }) => `images pulled within ${formatDays(seconds)} are protected`,
  properties: ['Seconds'],
  encode: ({ seconds }) => ({ Seconds: String(seconds) }),
  decode: (properties) => ({ seconds: properties.wholeNumber('Seconds') }),
};
