import type { Evidence, MaxArchived, MaxExpiring, MaxImages, MaxPercent, Violation } from './guard';
import { belongsToAnother, countedAmong } from './units';
import type { Image } from '../../evaluation/image';
import { plural, withThousands } from '../../text/words';
import { AffectedImage, expires } from '../affected-image';

export function maxImages(guard: MaxImages, { affected }: Pick<Evidence, 'affected'>): Violation | undefined {
  const expiring = affected.filter(expiresInTheEnd);
  if (expiring.length <= guard.limit) return undefined;
  return {
    guardId: guard.id,
    because: `${plural(expiring.length, 'image')} would expire${later(expiring)}, at most ${withThousands(guard.limit)} may`,
    images: expiring,
  };
}

export function maxExpiring(guard: MaxExpiring, { affected }: Evidence): Violation | undefined {
  const expiring = affected.filter((image) => expiryRuleOf(image) === guard.rulePriority);
  if (expiring.length <= guard.limit) return undefined;
  return {
    guardId: guard.id,
    because: `${plural(expiring.length, 'image')} would expire by rule ${guard.rulePriority}${later(expiring)}, at most ${withThousands(guard.limit)} may`,
    images: expiring,
  };
}

export function maxArchived(guard: MaxArchived, { affected }: Evidence): Violation | undefined {
  const archiving = affected.filter((image) => !expires(image));
  if (archiving.length <= guard.limit) return undefined;
  return {
    guardId: guard.id,
    because: `${plural(archiving.length, 'image')} would be archived, at most ${withThousands(guard.limit)} may`,
    images: archiving,
  };
}

/** An image index counts once, with all its parts, and so does an image with its signatures. */
export function maxPercent(guard: MaxPercent, { affected, inventory }: Required<Pick<Evidence, 'affected' | 'inventory'>>): Violation | undefined {
  const expiring = affected.filter(expiresInTheEnd);
  const images = expiring.map(({ imageDigest }): Image => inventory.get(imageDigest) ?? { imageDigest });
  const belongs = belongsToAnother(images);
  const expiringCount = images.filter((image) => !belongs(image)).length;
  const all = countedAmong([...inventory.values()]).length;
  if (expiringCount * 100 <= guard.percent * all) return undefined;
  return {
    guardId: guard.id,
    because: `${withThousands(expiringCount)} of ${plural(all, 'image')} would expire${later(expiring)}, at most ${guard.percent} % may`,
    images: expiring,
  };
}

/** The rule by which the image expires: now, or after it was archived. */
export function expiryRuleOf(image: AffectedImage): number | undefined {
  return expires(image) ? image.rulePriority : image.expiresLaterBy;
}

function expiresInTheEnd(image: AffectedImage): boolean {
  return expiryRuleOf(image) !== undefined;
}

function later(expiring: readonly AffectedImage[]): string {
  const archived = expiring.filter((image) => !expires(image)).length;
  return archived === 0 ? '' : ` (${archived === expiring.length ? 'all' : withThousands(archived)} after archiving)`;
}
