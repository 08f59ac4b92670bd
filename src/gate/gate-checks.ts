import { Token } from 'aws-cdk-lib';
import { LONGEST_TIMEOUT } from './gate-provider';
import type { LifecyclePreviewGateOptions } from './lifecycle-preview-gate';
import { FINGERPRINT_LENGTH } from '../core/judgement/affected-image';
import { show } from '../core/text/show';
import { MisuseError } from '../lifecycle/errors';

/** Refuses what no gate takes, where it is written down. */
export function checkGateOptions({ approvedPreview, timeout = LONGEST_TIMEOUT }: LifecyclePreviewGateOptions): void {
  const fingerprint = new RegExp(`^[0-9a-f]{${FINGERPRINT_LENGTH}}$`);
  if (approvedPreview !== undefined && !Token.isUnresolved(approvedPreview) && !fingerprint.test(approvedPreview)) {
    throw new MisuseError(
      'FingerprintInvalid', `approvedPreview takes the ${FINGERPRINT_LENGTH} hex digits that a failed run printed, got ${show(approvedPreview)}`);
  }
  const seconds = timeout.toSeconds();
  if (!(seconds >= 60 && seconds <= LONGEST_TIMEOUT.toSeconds())) {
    throw new MisuseError('TimeoutInvalid', `timeout takes 1 to ${LONGEST_TIMEOUT.toMinutes()} minutes, got ${timeout.toHumanString()}`);
  }
}
