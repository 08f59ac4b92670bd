import type { Evidence, MaxExpiring, Violation } from './guard';
import { counted } from '../../text/words';

export function maxExpiring(guard: MaxExpiring, { affected }: Evidence): Violation | undefined {
  const expiring = affected.filter(({ action, rulePriority }) => action === 'EXPIRE' && rulePriority === guard.rulePriority);
  if (expiring.length <= guard.limit) return undefined;
  return {
    guardId: guard.id,
    because: `${counted(expiring.length, 'image')} would expire by rule ${guard.rulePriority}, at most ${guard.limit} may`,
    images: expiring,
  };
}
