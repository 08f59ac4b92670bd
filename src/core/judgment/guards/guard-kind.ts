import type { Evidence, Violation } from './evidence';
import type { GuardSelection } from './selection';
import type { PropertyReader } from '../../text/property-reader';

/**
 * A kind of guard: everything that the project knows about guards with one id.
 *
 * A guard itself is data. It is encoded at synthesis and decoded by the Lambda function, and the command line makes it
 * from an option.
 */
export interface GuardKind<G extends { readonly id: string }> {
  readonly id: G['id'];
  /**
   * True for guards that protect single images. They hold for the look-ahead as well and need every image of the repository.
   * Other guards limit how many images are affected now.
   */
  readonly protects: boolean;
  /** The total that the guard limits. If no guard limits a total, no image may be affected. */
  readonly limits?: 'EXPIRING' | 'ARCHIVING';
  /** The names of its properties in the custom resource, besides `Id`. */
  readonly properties: readonly string[];
  /** Returns the facts that the guard needs besides the affected images. */
  needs?(guard: G): Partial<Needs>;
  judge(guard: G, evidence: Evidence): Violation | undefined;
  /** Returns the guard as a clause for people. */
  describe(guard: G): string;
  encode(guard: G): Readonly<Record<string, unknown>>;
  decode(properties: PropertyReader): Omit<G, 'id'>;
}

/** The facts that guards need. */
export interface Needs {
  readonly inventory: boolean;
  /** The images that an index refers to, of the indexes that a guard knows by digest and of those that are affected. */
  readonly relations: boolean;
  /** The images that an index refers to, of every index in one of these selections. */
  readonly counted: readonly GuardSelection[];
  /** Images that a guard names by digest. */
  readonly digests: readonly string[];
  readonly uses: readonly InUseSourceId[];
}

/** A source that reports images in use. */
export type InUseSourceId = typeof IN_USE_SOURCES[number];
export const IN_USE_SOURCES = ['ecs', 'lambda', 'inspector'] as const;
