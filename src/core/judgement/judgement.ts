import { AffectedImage, expires } from './affected-image';
import { Evidence, going, Guard, needsOf, Violation } from './guards/guard';
import { expiryRuleOf, maxArchived, maxExpiring, maxImages, maxPercent } from './guards/limits';
import {
  keepAtLeast, protectDigests, protectInUse, protectNewest, protectPulledWithin, protectPushedWithin, protectTags,
} from './guards/protections';

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
  const limitImplied = !guards.some(({ id }) => id === 'max-images' || id === 'max-percent');
  const archiveLimitImplied = !guards.some(({ id }) => id === 'max-archived');
  const all = approvedInFull ? [...guards, ...added].filter((guard) => hasFacts(guard, evidence)) : [...guards, ...added];
  const violations = [
    limitImplied ? impliedLimit(guards, evidence) : undefined,
    archiveLimitImplied ? maxArchived({ id: 'max-archived', limit: 0 }, evidence) : undefined,
    ...all.map((guard) => violationOf(guard, evidence)),
  ].filter((violation): violation is Violation => violation !== undefined);
  const unexpected = new Set(violations.flatMap(({ images }) => images));
  const expiring = affected.filter(expires).length;
  return {
    expiring,
    archiving: affected.length - expiring,
    ahead: ahead.length,
    violations,
    unexpected: going(evidence).filter((image) => unexpected.has(image)),
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
  return maxImages({ id: 'max-images', limit: 0 }, { affected });
}

function hasFacts(guard: Guard, { inventory, uses }: Evidence): boolean {
  const needs = needsOf([guard]);
  return (!needs.inventory || inventory !== undefined) && (needs.uses.length === 0 || uses !== undefined);
}

function violationOf(guard: Guard, evidence: Evidence): Violation | undefined {
  switch (guard.id) {
    case 'max-images': return maxImages(guard, evidence);
    case 'max-percent': return maxPercent(guard, having(evidence, 'inventory'));
    case 'max-archived': return maxArchived(guard, evidence);
    case 'max-expiring': return maxExpiring(guard, evidence);
    case 'protect-tags': return protectTags(guard, evidence);
    case 'protect-digests': return protectDigests(guard, having(evidence, 'inventory'));
    case 'protect-pushed-within': return protectPushedWithin(guard, evidence);
    case 'protect-pulled-within': return protectPulledWithin(guard, having(evidence, 'inventory'));
    case 'protect-newest': return protectNewest(guard, having(evidence, 'inventory'));
    case 'protect-in-use': return protectInUse(guard, having(evidence, 'inventory', 'uses'));
    case 'keep-at-least': return keepAtLeast(guard, having(evidence, 'inventory'));
  }
}

/** INVARIANT: no guard judges without its facts. `needsOf` says beforehand which they are. */
function having<K extends keyof Evidence>(evidence: Evidence, ...facts: readonly K[]): Evidence & Required<Pick<Evidence, K>> {
  const missing = facts.filter((fact) => evidence[fact] === undefined);
  if (missing.length > 0) throw new Error(`a guard has to judge without ${missing.join(' and ')}`);
  return evidence as Evidence & Required<Pick<Evidence, K>>;
}
