/** An image that a preview says will be acted on. */
export interface AffectedImage {
  readonly imageDigest: string;
  readonly imageTags: readonly string[];
  /** ISO 8601. */
  readonly imagePushedAt?: string;
  readonly action: 'EXPIRE' | 'TRANSITION';
  /** The rule that acts. */
  readonly rulePriority: number;
}

/**
 * The text whose SHA-256 names a set of affected images: one line an image, sorted bytewise.
 *
 * Hashing happens at the edges; see `fingerprintOf` there.
 */
export function fingerprintText(affected: readonly AffectedImage[]): string {
  return affected.map(({ imageDigest, action }) => `${imageDigest} ${action}\n`).sort().join('');
}

/** How many hex digits of the hash make the fingerprint. */
export const FINGERPRINT_LENGTH = 16;
