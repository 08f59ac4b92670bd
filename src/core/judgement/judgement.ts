import { AffectedImage, expires, expiryRuleOf } from './affected-image';
import { affectedInAll, Evidence, Violation } from './guards/evidence';
import { Guard, limitsTotal, needsOf, violationOf } from './guards/guard';
import { violationOfArchiveLimit } from './guards/max-archived';
import { violationOfLimit } from './guards/max-images';

export interface Judgement {
  /** Images that expire now. */
  readonly expiring: number;
  /** Images that are archived now. */
  readonly archiving: number;
  /** Images that go later, within the look-ahead. */
  readonly ahead: number;
  /** One for each guard that objects; none: everything that would go is expected to go. */
  readonly violations: readonly Violation[];
  /** Every image that at least one guard objects to. */
  readonly unexpected: readonly AffectedImage[];
  /** No guard limits how many images expire in all, so none may by a rule without a budget. */
  readonly limitImplied: boolean;
  /** No guard limits how many images are archived, so none may. */
  readonly archiveLimitImplied: boolean;
  /** The approval names all images that go now. */
  readonly approved: boolean;
  /** A guard objects to an image that the approval does not name. */
  readonly blocks: boolean;
}

export interface JudgeOptions {
  /** More guards, which only ever make it stricter: a limit among them does not lift the one that is implied. */
  readonly added?: readonly Guard[];
  /** The images that an approval names, by digest. Absent: none is given, or it is for another set. */
  readonly approved?: ReadonlySet<string>;
  /**
   * Leaves out guards that lack their facts.
   *
   * INVARIANT: only where an approval names every image, so that no guard has a say.
   */
  readonly approvedInFull?: boolean;
}

/** Holds what would happen against the guards. All guards speak, whatever the others say. */
export function judge(guards: readonly Guard[], evidence: Evidence, { added = [], approved, approvedInFull = false }: JudgeOptions = {}): Judgement {
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

/** No guard says how many images may expire, so none may, except by rules that have a budget of their own. */
function impliedLimit(guards: readonly Guard[], evidence: Evidence): Violation | undefined {
  const budgeted = new Set(guards.flatMap((guard) => (guard.id === 'max-expiring' ? [guard.rulePriority] : [])));
  const affected = evidence.affected.filter((image) => !budgeted.has(expiryRuleOf(image) ?? NaN));
  return violationOfLimit(0, affected);
}

function hasFacts(guard: Guard, { inventory, uses }: Evidence): boolean {
  const needs = needsOf([guard]);
  return (!needs.inventory || inventory !== undefined) && (needs.uses.length === 0 || uses !== undefined);
}
