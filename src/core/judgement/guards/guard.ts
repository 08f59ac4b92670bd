import type { Image } from '../../evaluation/image';
import type { RuleSelection } from '../../policy/policy-document';
import type { AffectedImage } from '../affected-image';

/** A guard as data: what travels between synth and the Lambda, and what the plan reads. */
export type Guard =
  | MaxImages | MaxPercent | MaxArchived | MaxExpiring
  | ProtectTags | ProtectDigests | ProtectPushedWithin | ProtectPulledWithin | ProtectNewest | ProtectInUse
  | KeepAtLeast;

export type GuardId = Guard['id'];

/** More than so many images expire. */
export interface MaxImages {
  readonly id: 'max-images';
  readonly limit: number;
}

/** More than so many of a hundred images of the repository expire. */
export interface MaxPercent {
  readonly id: 'max-percent';
  readonly percent: number;
}

/** More than so many images are archived. */
export interface MaxArchived {
  readonly id: 'max-archived';
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

/** An affected image is one of these. */
export interface ProtectDigests {
  readonly id: 'protect-digests';
  readonly digests: readonly string[];
}

/** An affected image was pushed within this time. */
export interface ProtectPushedWithin {
  readonly id: 'protect-pushed-within';
  readonly seconds: number;
}

/** The last recorded pull of an affected image is within this time. */
export interface ProtectPulledWithin {
  readonly id: 'protect-pulled-within';
  readonly seconds: number;
}

/** An affected image is among the newest of a selection. */
export interface ProtectNewest {
  readonly id: 'protect-newest';
  readonly count: number;
  readonly selection: GuardSelection;
}

/** Something runs an affected image. */
export interface ProtectInUse {
  readonly id: 'protect-in-use';
  readonly sources: readonly InUseSourceId[];
}

/** Fewer than so many of a selection would be left. */
export interface KeepAtLeast {
  readonly id: 'keep-at-least';
  readonly count: number;
  readonly selection: GuardSelection;
}

/** Who says what is in use. */
export type InUseSourceId = typeof IN_USE_SOURCES[number];
export const IN_USE_SOURCES = ['ecs', 'lambda', 'inspector'] as const;

/** Which images a guard counts. */
export type GuardSelection = Pick<RuleSelection, 'tagStatus' | 'tagPatternList' | 'tagPrefixList'>;

/** What a guard objects to. */
export interface Violation {
  readonly guardId: GuardId;
  /** A clause for people: `"12 images would expire, at most 10 may"`. */
  readonly because: string;
  /** The unexpected images. */
  readonly images: readonly AffectedImage[];
}

/** What guards judge over. What no guard asks for may be absent. */
export interface Evidence {
  /** The images that the policy acts on now. */
  readonly affected: readonly AffectedImage[];
  /** The images that it will act on within the look-ahead, each with its day. Absent: none, or time takes no image. */
  readonly ahead?: readonly AffectedImage[];
  /** The moment of the judgement, in milliseconds since 1970. */
  readonly now: number;
  /** Every image of the repository, archived ones too, by digest. */
  readonly inventory?: ReadonlyMap<string, Image>;
  /** The users of each image in use, in words, by its digest. */
  readonly uses?: ReadonlyMap<string, readonly string[]>;
}

/** All images that go, now or within the look-ahead. Guards that protect hold for all of them, limits for now. */
export function going({ affected, ahead = [] }: Pick<Evidence, 'affected' | 'ahead'>): readonly AffectedImage[] {
  return ahead.length === 0 ? affected : [...affected, ...ahead];
}

/** The facts that these guards judge by. */
export interface Needs {
  readonly inventory: boolean;
  /** The images that an index refers to, of the indexes that a guard knows one by one and of those that go. */
  readonly relations: boolean;
  /** The images that an index refers to, of every index that one of these selections counts as one image. */
  readonly counted: readonly GuardSelection[];
  readonly uses: readonly InUseSourceId[];
}

export function needsOf(guards: readonly Guard[]): Needs {
  return {
    inventory: guards.some((guard) => isProtection(guard) || guard.id === 'max-percent'),
    relations: guards.some(({ id }) => id === 'protect-digests' || id === 'protect-in-use'),
    counted: guards.flatMap((guard) => (guard.id === 'max-percent' ? [{ tagStatus: 'any' as const }] : 'selection' in guard ? [guard.selection] : [])),
    uses: [...new Set(guards.flatMap((guard) => (guard.id === 'protect-in-use' ? guard.sources : [])))],
  };
}

/** Guards that hold for single images, and so for the time ahead too. The others limit how many images go now. */
export function isProtection({ id }: Guard): boolean {
  return id.startsWith('protect-') || id === 'keep-at-least';
}
