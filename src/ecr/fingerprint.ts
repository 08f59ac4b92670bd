import { createHash } from 'node:crypto';
import { AffectedImage, FINGERPRINT_LENGTH, fingerprintText } from '../core/judgement/affected-image';

/** Names exactly this set of affected images. */
export function fingerprintOf(affected: readonly AffectedImage[]): string {
  return createHash('sha256').update(fingerprintText(affected)).digest('hex').slice(0, FINGERPRINT_LENGTH);
}
