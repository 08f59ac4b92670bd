import { Duration, Token } from 'aws-cdk-lib';
import { MAX_TIMEOUT } from './function/gate-provider';
import type { LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';
import { MisuseError } from '../construct/errors';
import { isLookupDummy } from '../construct/known-value';
import { FINGERPRINT_LENGTH } from '../core/judgment/affected-image';
import { approvalsIn, isFingerprint } from '../core/judgment/approved-previews';
import { show } from '../core/text/show';

/** ECR acts within 24 hours: an image that falls due a day later is gone before the day after. */
export const DEFAULT_LOOK_AHEAD = Duration.days(2);

/** An archived image is kept for at least 90 days, so that no image is archived and expired within the look-ahead. */
const MAX_LOOK_AHEAD = Duration.days(90);

/** Throws if a gate does not accept the options. `GatedRepository` has them with the prefix `gate`, so messages name no property. */
export function checkGateOptions({ approvedPreview, timeout = MAX_TIMEOUT, lookAhead = DEFAULT_LOOK_AHEAD }: LifecyclePreviewGateOptions): void {
  // The part of a text that is a token can be checked only at deployment, where a malformed entry approves nothing.
  const malformed = approvalsIn(approvedPreview).filter((entry) => !Token.isUnresolved(entry) && !isLookupDummy(entry) && !isFingerprint(entry));
  if (malformed.length > 0) {
    throw new MisuseError(
      'InvalidFingerprint',
      `each approved preview of a gate must be the ${FINGERPRINT_LENGTH} hex digits from the message of a failed gate, got ${malformed.map(show).join(' and ')}; ` +
      'copy the digits from that message, and separate several previews by commas');
  }
  const seconds = timeout.toSeconds();
  if (!(seconds >= 60 && seconds <= MAX_TIMEOUT.toSeconds())) {
    throw new MisuseError('InvalidTimeout', `the timeout of a gate must be 1 to ${MAX_TIMEOUT.toMinutes()} minutes, got ${timeout.toHumanString()}`);
  }
  const days = lookAhead.isUnresolved() ? NaN : lookAhead.toDays({ integral: false });
  if (!Number.isInteger(days) || days < 1 || days > MAX_LOOK_AHEAD.toDays()) {
    throw new MisuseError('InvalidLookAhead', `the look-ahead of a gate must be 1 to ${MAX_LOOK_AHEAD.toDays()} whole days, got ` +
      (lookAhead.isUnresolved() ? 'a token' : lookAhead.toHumanString()));
  }
}
