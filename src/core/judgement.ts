import type { AffectedImage } from './affected-image';
import type { Evidence, Guard, Violation } from './guards/guard';
import { maxImages } from './guards/max-images';
import { protectTags } from './guards/protect-tags';

export interface Judgement {
  readonly expiring: number;
  readonly archiving: number;
  /** One for each guard that objects; none: everything that would go is expected to go. */
  readonly violations: readonly Violation[];
  /** Every image that at least one guard objects to. */
  readonly unexpected: readonly AffectedImage[];
  /** No guard says how many images may expire, so none may. */
  readonly limitImplied: boolean;
}

/** With nothing said of how many images may expire, no expiry is expected. */
const IMPLIED_LIMIT: Guard = { id: 'max-images', limit: 0 };

/** Holds what would happen against the guards. All guards speak, whatever the others say. */
export function judge(guards: readonly Guard[], evidence: Evidence): Judgement {
  const limitImplied = !guards.some(({ id }) => id === 'max-images');
  const violations = [...(limitImplied ? [IMPLIED_LIMIT] : []), ...guards].flatMap((guard) => {
    const violation = violationOf(guard, evidence);
    return violation ? [violation] : [];
  });
  const unexpected = new Set(violations.flatMap(({ images }) => images));
  const expiring = evidence.affected.filter(({ action }) => action === 'EXPIRE').length;
  return {
    expiring,
    archiving: evidence.affected.length - expiring,
    violations,
    unexpected: evidence.affected.filter((image) => unexpected.has(image)),
    limitImplied,
  };
}

function violationOf(guard: Guard, evidence: Evidence): Violation | undefined {
  switch (guard.id) {
    case 'max-images': return maxImages(guard, evidence);
    case 'protect-tags': return protectTags(guard, evidence);
  }
}
