import type { AffectedImage } from './affected-image';
import type { Evidence, Guard, Violation } from './guards/guard';
import { maxExpiring } from './guards/max-expiring';
import { maxImages } from './guards/max-images';
import { protectTags } from './guards/protect-tags';

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

/** Holds what would happen against the guards. All guards speak, whatever the others say. */
export function judge(guards: readonly Guard[], evidence: Evidence): Judgement {
  const { affected } = evidence;
  const limitImplied = !guards.some(({ id }) => id === 'max-images');
  const violations = [
    limitImplied ? impliedLimit(guards, evidence) : undefined,
    ...guards.map((guard) => violationOf(guard, evidence)),
  ].filter((violation): violation is Violation => violation !== undefined);
  const unexpected = new Set(violations.flatMap(({ images }) => images));
  const expiring = affected.filter(({ action }) => action === 'EXPIRE').length;
  return {
    expiring,
    archiving: affected.length - expiring,
    violations,
    unexpected: affected.filter((image) => unexpected.has(image)),
    limitImplied,
  };
}

/** With nothing said of how many images may expire, none may, but by rules that have a budget of their own. */
function impliedLimit(guards: readonly Guard[], { affected }: Evidence): Violation | undefined {
  const budgeted = new Set(guards.flatMap((guard) => (guard.id === 'max-expiring' ? [guard.rulePriority] : [])));
  return maxImages({ id: 'max-images', limit: 0 }, { affected: affected.filter(({ rulePriority }) => !budgeted.has(rulePriority)) });
}

function violationOf(guard: Guard, evidence: Evidence): Violation | undefined {
  switch (guard.id) {
    case 'max-images': return maxImages(guard, evidence);
    case 'max-expiring': return maxExpiring(guard, evidence);
    case 'protect-tags': return protectTags(guard, evidence);
  }
}
