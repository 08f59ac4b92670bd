import { Duration, Token } from 'aws-cdk-lib';
import { MAX_TIMEOUT } from './gate-provider';
import type { LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';
import { MisuseError } from '../construct/errors';
import { FINGERPRINT_LENGTH } from '../core/judgement/affected-image';
import { show } from '../core/text/show';

/** ECR acts within 24 hours: an image that falls due a day later is gone before the day after. */
export const DEFAULT_LOOK_AHEAD = Duration.days(2);

/** An archived image is kept for 90 days at least, so that no image is archived and expired within the look-ahead. */
const MAX_LOOK_AHEAD = Duration.days(90);

/** Refuses what no gate takes, where it is written down. */
export function checkGateOptions({ approvedPreview, timeout = MAX_TIMEOUT, lookAhead = DEFAULT_LOOK_AHEAD }: LifecyclePreviewGateOptions): void {
  const fingerprint = new RegExp(`^[0-9a-f]{${FINGERPRINT_LENGTH}}$`);
  if (approvedPreview !== undefined && !Token.isUnresolved(approvedPreview) && !fingerprint.test(approvedPreview)) {
    throw new MisuseError(
      'InvalidFingerprint', `approvedPreview takes the ${FINGERPRINT_LENGTH} hex digits that a failed run printed, got ${show(approvedPreview)}`);
  }
  const seconds = timeout.toSeconds();
  if (!(seconds >= 60 && seconds <= MAX_TIMEOUT.toSeconds())) {
    throw new MisuseError('InvalidTimeout', `timeout takes 1 to ${MAX_TIMEOUT.toMinutes()} minutes, got ${timeout.toHumanString()}`);
  }
  const days = lookAhead.isUnresolved() ? NaN : lookAhead.toDays({ integral: false });
  if (!Number.isInteger(days) || days < 1 || days > MAX_LOOK_AHEAD.toDays()) {
    throw new MisuseError('InvalidLookAhead', `lookAhead takes 1 to ${MAX_LOOK_AHEAD.toDays()} whole days, got ` +
      (lookAhead.isUnresolved() ? 'a token' : lookAhead.toHumanString()));
  }
}
