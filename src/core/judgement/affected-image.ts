/** An image that a policy acts on. */
export interface AffectedImage {
  readonly imageDigest: string;
  readonly imageTags: readonly string[];
  /** ISO 8601. */
  readonly imagePushedAt?: string;
  readonly action: 'EXPIRE' | 'TRANSITION';
  /** The rule that acts. */
  readonly rulePriority: number;
  /** ISO 8601: the moment from which the rule acts. Absent: it acts now. */
  readonly goesAt?: string;
  /** With `TRANSITION`: the rule that later expires the image in the archive. */
  readonly expiresLaterBy?: number;
}

/** The line of one image in a fingerprint. It does not depend on the moment, so an image that falls due keeps its line. */
export function fingerprintLine({ imageDigest, action, expiresLaterBy }: AffectedImage): string {
  // An approval of archiving does not approve a deletion that a rule adds to it.
  return `${imageDigest} ${action}${expiresLaterBy === undefined ? '' : ' THEN EXPIRE'}`;
}

/** The length of a fingerprint in hex digits. */
export const FINGERPRINT_LENGTH = 16;

export function expires({ action }: AffectedImage): boolean {
  return action === 'EXPIRE';
}

/** Returns the rule by which the image expires, now or after it was archived. */
export function expiryRuleOf(image: AffectedImage): number | undefined {
  return expires(image) ? image.rulePriority : image.expiresLaterBy;
}
