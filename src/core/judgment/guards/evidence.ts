import type { Image } from '../../evaluation/image';
import { AffectedImage, expires } from '../affected-image';

/** The facts that guards judge by. A fact that no guard needs may be absent. */
export interface Evidence {
  /** The images that the policy acts on now. */
  readonly affected: readonly AffectedImage[];
  /** The images that it will act on within the look-ahead, each with its day. Absent if there are none. */
  readonly ahead?: readonly AffectedImage[];
  /** The moment of the judgment, in milliseconds since 1970. */
  readonly now: number;
  /** Every image of the repository by digest, including archived images. */
  readonly inventory?: ReadonlyMap<string, Image>;
  /** The users of each image in use, as text, by the digest of the image. */
  readonly uses?: ReadonlyMap<string, readonly string[]>;
}

/** An objection of a guard. */
export interface Violation {
  readonly guardId: string;
  /** A clause for people: `"12 images would expire, but at most 10 may"`. */
  readonly because: string;
  /** The unexpected images. */
  readonly images: readonly AffectedImage[];
}

/** Returns all affected images, now and within the look-ahead. Protections hold for all of them, limits only for now. */
export function affectedInAll({ affected, ahead = [] }: Pick<Evidence, 'affected' | 'ahead'>): readonly AffectedImage[] {
  return ahead.length === 0 ? affected : [...affected, ...ahead];
}

/** INVARIANT: no guard judges without its facts. `needsOf` names them beforehand. */
export function having<K extends keyof Evidence>(evidence: Evidence, ...facts: readonly K[]): Evidence & Required<Pick<Evidence, K>> {
  const missing = facts.filter((fact) => evidence[fact] === undefined);
  if (missing.length > 0) throw new Error(`a guard has to judge without ${missing.join(' and ')}`);
  return evidence as Evidence & Required<Pick<Evidence, K>>;
}

/** Returns the verb for what happens to these images: `"would expire"`, `"would be archived"`, or both. */
export function effectOn(images: readonly AffectedImage[]): string {
  if (images.every(expires)) return 'would expire';
  return images.some(expires) ? 'would expire or be archived' : 'would be archived';
}
