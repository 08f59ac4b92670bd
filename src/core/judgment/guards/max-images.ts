import type { Evidence, Violation } from './evidence';
import type { GuardKind } from './guard-kind';
import { plural, withThousands } from '../../text/words';
import { AffectedImage, expires, expiryRuleOf } from '../affected-image';

/** Limits how many images expire. */
export interface MaxImages {
  readonly id: 'max-images';
  readonly limit: number;
}

export const maxImages: GuardKind<MaxImages> = {
  id: 'max-images',
  protects: false,
  limits: 'EXPIRING',
  judge: ({ limit }, { affected }) => violationOfLimit(limit, affected),
  describe: ({ limit }) => `at most ${plural(limit, 'image')} may expire`,
  properties: ['Limit'],
  encode: ({ limit }) => ({ Limit: String(limit) }),
  decode: (properties) => ({ limit: properties.wholeNumber('Limit') }),
};

export function violationOfLimit(limit: number, affected: Evidence['affected']): Violation | undefined {
  const expiring = affected.filter((image) => expiryRuleOf(image) !== undefined);
  if (expiring.length <= limit) return undefined;
  return {
    guardId: maxImages.id,
    because: `${plural(expiring.length, 'image')} would expire${afterArchiving(expiring)}, but at most ${withThousands(limit)} may`,
    images: expiring,
  };
}

/** Returns `" (2 after archiving)"` for expiring images, or nothing if all of them expire at once. */
export function afterArchiving(expiring: readonly AffectedImage[]): string {
  const archived = expiring.filter((image) => !expires(image)).length;
  return archived === 0 ? '' : ` (${archived === expiring.length ? 'all' : withThousands(archived)} after archiving)`;
}
