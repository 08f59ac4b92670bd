import type { Evidence, MaxImages, Violation } from './guard';
import { counted } from '../../text/words';

export function maxImages(guard: MaxImages, { affected }: Evidence): Violation | undefined {
  const expiring = affected.filter(({ action }) => action === 'EXPIRE');
  if (expiring.length <= guard.limit) return undefined;
  return {
    guardId: guard.id,
    because: `${counted(expiring.length, 'image')} would expire, at most ${guard.limit} may`,
    images: expiring,
  };
}
