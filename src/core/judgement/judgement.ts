import type { AffectedImage } from './affected-image';
import type { Evidence, Guard, Violation } from './guards/guard';
import { expires, maxArchived, maxExpiring, maxImages, maxPercent } from './guards/limits';
import {
  keepAtLeast, protectDigests, protectInUse, protectNewest, protectPulledWithin, protectPushedWithin, protectTags,
} from './guards/protections';

export interface Judgement {
  readonly expiring: number;
  readonly archiving: number;
  /** One for each guard that objects; none: everything that would go is expected to go. */
  readonly violations: readonly Violation[];
  /** Every image that at least one guard objects to. */
  readonly unexpected: readonly AffectedImage[];
  /** No guard says how many images may expire in all, so none may by a rule without a budget. */
  readonly limitImplied: boolean;
}

/**
 * Holds what would happen against the guards. All guards speak, whatever the others say.
 *
 * @param added more guards, which only ever make it stricter: a limit among them does not lift the one that is implied
 */
export function judge(guards: readonly Guard[], evidence: Evidence, added: readonly Guard[] = []): Judgement {
  const { affected } = evidence;
  const limitImplied = !guards.some(({ id }) => id === 'max-images' || id === 'max-percent');
  const violations = [
    limitImplied ? impliedLimit(guards, evidence) : undefined,
    ...[...guards, ...added].map((guard) => violationOf(guard, evidence)),
  ].filter((violation): violation is Violation => violation !== undefined);
  const unexpected = new Set(violations.flatMap(({ images }) => images));
  const expiring = affected.filter(expires).length;
  return {
    expiring,
    archiving: affected.length - expiring,
    violations,
    unexpected: affected.filter((image) => unexpected.has(image)),
    limitImplied,
  };
}

/** With nothing said of how many images may expire, none may, but by rules that have a budget of their own. */
function impliedLimit(guards: readonly Guard[], evidence: Evidence): Violation | undefined {
  const budgeted = new Set(guards.flatMap((guard) => (guard.id === 'max-expiring' ? [guard.rulePriority] : [])));
  const affected = evidence.affected.filter(({ rulePriority }) => !budgeted.has(rulePriority));
  return maxImages({ id: 'max-images', limit: 0 }, { ...evidence, affected });
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
