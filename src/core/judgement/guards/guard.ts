import type { AffectedImage } from '../affected-image';

/** A guard as data: what travels between synth and the Lambda, and what the plan reads. */
export type Guard = MaxImages | MaxExpiring | ProtectTags;

/** More than so many images expire. */
export interface MaxImages {
  readonly id: 'max-images';
  readonly limit: number;
}

/** More than so many images expire by this one rule: the rule's own budget. */
export interface MaxExpiring {
  readonly id: 'max-expiring';
  readonly rulePriority: number;
  readonly limit: number;
}

/** An affected image has a tag that matches one of the patterns. */
export interface ProtectTags {
  readonly id: 'protect-tags';
  readonly patterns: readonly string[];
}

/** What a guard objects to. */
export interface Violation {
  readonly guardId: Guard['id'];
  /** A clause for people: `"12 images expire, at most 10 may"`. */
  readonly because: string;
  /** The unexpected images. */
  readonly images: readonly AffectedImage[];
}

/** What guards judge over. */
export interface Evidence {
  readonly affected: readonly AffectedImage[];
}
