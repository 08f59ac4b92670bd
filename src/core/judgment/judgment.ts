import { AffectedImage, expires, expiryRuleOf } from './affected-image';
import { affectedInAll, Evidence, Violation } from './guards/evidence';
import { Guard, limitsTotal, needsOf, violationOf } from './guards/guard';
import { violationOfArchiveLimit } from './guards/max-archived';
import { violationOfLimit } from './guards/max-images';

export interface Judgment {
  /** The number of images that expire now. */
  readonly expiring: number;
  /** The number of images that are archived now. */
  readonly archiving: number;
  /** The number of images that are affected later, within the look-ahead. */
  readonly ahead: number;
  /** One per guard that objects. Empty if every affected image is expected to be affected. */
  readonly violations: readonly Violation[];
  /** The images that at least one guard objects to. */
  readonly unexpected: readonly AffectedImage[];
  /** True if no guard limits the number of expiring images. Then only rules with a budget of their own may expire images. */
  readonly limitImplied: boolean;
  /** True if no guard limits the number of archived images. Then no image may be archived. */
  readonly archiveLimitImplied: boolean;
  /** True if the approval covers all images that are affected now. */
  readonly approved: boolean;
  /** True if a guard objects to an image that the approval does not cover. */
  readonly blocks: boolean;
}

export interface JudgeOptions {
  /** Additional guards, which only make the judgment stricter: a limit among them does not replace the implied limit. */
  readonly added?: readonly Guard[];
  /** The digests of the images that an approval covers. Absent if there is no approval, or if it is for another set of images. */
  readonly approved?: ReadonlySet<string>;
  /**
   * Ignores guards that lack their facts.
   *
   * INVARIANT: set only if an approval covers every image, so that no guard can block.
   */
  readonly approvedInFull?: boolean;
}

/** Judges the affected images by the guards. All guards are evaluated, even if others object. */
export function judge(guards: readonly Guard[], evidence: Evidence, { added = [], approved, approvedInFull = false }: JudgeOptions = {}): Judgment {
  const { affected, ahead = [] } = evidence;
  const limitImplied = !limitsTotal(guards, 'EXPIRING');
  const archiveLimitImplied = !limitsTotal(guards, 'ARCHIVING');
  const all = approvedInFull ? [...guards, ...added].filter((guard) => hasFacts(guard, evidence)) : [...guards, ...added];
  const violations = [
    limitImplied ? impliedLimit(guards, evidence) : undefined,
    archiveLimitImplied ? violationOfArchiveLimit(0, evidence.affected) : undefined,
    ...all.map((guard) => violationOf(guard, evidence)),
  ].filter((violation): violation is Violation => violation !== undefined);
  const unexpected = new Set(violations.flatMap(({ images }) => images));
  const expiring = affected.filter(expires).length;
  return {
    expiring,
    archiving: affected.length - expiring,
    ahead: ahead.length,
    violations,
    unexpected: affectedInAll(evidence).filter((image) => unexpected.has(image)),
    limitImplied,
    archiveLimitImplied,
    approved: approved !== undefined,
    blocks: [...unexpected].some(({ imageDigest }) => !approved?.has(imageDigest)),
  };
}

/** Returns the violation of the implied limit: no image may expire, except by rules that have a budget of their own. */
function impliedLimit(guards: readonly Guard[], evidence: Evidence): Violation | undefined {
  const budgeted = new Set(guards.flatMap((guard) => (guard.id === 'max-expiring' ? [guard.rulePriority] : [])));
  const affected = evidence.affected.filter((image) => !budgeted.has(expiryRuleOf(image) ?? NaN));
  return violationOfLimit(0, affected);
}

function hasFacts(guard: Guard, { inventory, uses }: Evidence): boolean {
  const needs = needsOf([guard]);
  return (!needs.inventory || inventory !== undefined) && (needs.uses.length === 0 || uses !== undefined);
}
