import { having } from './evidence';
import type { GuardKind } from './guard-kind';
import { afterArchiving } from './max-images';
import { belongsToAnother, countedAmong } from './units';
import type { Image } from '../../evaluation/image';
import { plural, withThousands } from '../../text/words';
import { expiryRuleOf } from '../affected-image';

/** Limits which percentage of the images of the repository expires. */
export interface MaxPercent {
  readonly id: 'max-percent';
  readonly percent: number;
}

/** An image index counts once with all its parts, and an image counts once with its signatures. */
export const maxPercent: GuardKind<MaxPercent> = {
  id: 'max-percent',
  protects: false,
  limits: 'EXPIRING',
  needs: () => ({ inventory: true, counted: [{ tagStatus: 'any' }] }),
  judge: ({ id, percent }, evidence) => {
    const { affected, inventory } = having(evidence, 'inventory');
    const expiring = affected.filter((image) => expiryRuleOf(image) !== undefined);
    const images = expiring.map(({ imageDigest }): Image => inventory.get(imageDigest) ?? { imageDigest });
    const belongs = belongsToAnother(images);
    const expiringCount = images.filter((image) => !belongs(image)).length;
    const all = countedAmong([...inventory.values()]).length;
    if (expiringCount * 100 <= percent * all) return undefined;
    return {
      guardId: id,
      because: `${withThousands(expiringCount)} of ${plural(all, 'image')} would expire${afterArchiving(expiring)}, but at most ${percent}% may`,
      images: expiring,
    };
  },
  describe: ({ percent }) => `at most ${percent}% of the images may expire`,
  properties: ['Percent'],
  encode: ({ percent }) => ({ Percent: String(percent) }),
  decode: (properties) => ({ percent: properties.number('Percent') }),
};

/** True for a number from 0 to 100 with at most 2 decimals. */
export function isPercentage(text: string): boolean {
  return /^\d{1,3}(\.\d\d?)?$/.test(text) && Number(text) <= 100;
}
