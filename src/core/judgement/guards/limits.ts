import type { Evidence, MaxArchived, MaxExpiring, MaxImages, MaxPercent, Violation } from './guard';
import { counted, grouped } from '../../text/words';
import type { AffectedImage } from '../affected-image';

export function maxImages(guard: MaxImages, { affected }: Evidence): Violation | undefined {
  const expiring = affected.filter(expires);
  if (expiring.length <= guard.limit) return undefined;
  return {
    guardId: guard.id,
    because: `${counted(expiring.length, 'image')} would expire, at most ${grouped(guard.limit)} may`,
    images: expiring,
  };
}

export function maxExpiring(guard: MaxExpiring, { affected }: Evidence): Violation | undefined {
  const expiring = affected.filter((image) => expires(image) && image.rulePriority === guard.rulePriority);
  if (expiring.length <= guard.limit) return undefined;
  return {
    guardId: guard.id,
    because: `${counted(expiring.length, 'image')} would expire by rule ${guard.rulePriority}, at most ${grouped(guard.limit)} may`,
    images: expiring,
  };
}

export function maxArchived(guard: MaxArchived, { affected }: Evidence): Violation | undefined {
  const archiving = affected.filter((image) => !expires(image));
  if (archiving.length <= guard.limit) return undefined;
  return {
    guardId: guard.id,
    because: `${counted(archiving.length, 'image')} would be archived, at most ${grouped(guard.limit)} may`,
    images: archiving,
  };
}

export function maxPercent(guard: MaxPercent, { affected, inventory }: Required<Pick<Evidence, 'affected' | 'inventory'>>): Violation | undefined {
  const expiring = affected.filter(expires);
  if (expiring.length * 100 <= guard.percent * inventory.size) return undefined;
  return {
    guardId: guard.id,
    because: `${grouped(expiring.length)} of ${counted(inventory.size, 'image')} would expire, at most ${guard.percent} % may`,
    images: expiring,
  };
}

export function expires({ action }: AffectedImage): boolean {
  return action === 'EXPIRE';
}
