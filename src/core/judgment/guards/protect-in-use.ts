import { effectOn, having } from './evidence';
import { GuardKind, IN_USE_SOURCES, InUseSourceId } from './guard-kind';
import { violationOfProtection } from './protection';
import { cut, plural } from '../../text/words';
import type { AffectedImage } from '../affected-image';

/** Protects images that one of the sources reports as in use. */
export interface ProtectInUse {
  readonly id: 'protect-in-use';
  readonly sources: readonly InUseSourceId[];
}

export const protectInUse: GuardKind<ProtectInUse> = {
  id: 'protect-in-use',
  protects: true,
  needs: ({ sources }) => ({ relations: true, uses: sources }),
  judge: ({ id }, evidence) => {
    const { uses } = having(evidence, 'inventory', 'uses');
    return violationOfProtection(
      id, ({ imageDigest }) => uses.has(imageDigest), evidence,
      (images) => `${plural(images.length, 'image')} in use ${effectOn(images)}${usedBy(images, uses)}`,
    );
  },
  describe: ({ sources }) => `images in use are protected (sources: ${sources.join(', ')})`,
  properties: ['Sources'],
  encode: ({ sources }) => ({ Sources: sources }),
  decode: (properties) => ({ sources: properties.someOf('Sources', IN_USE_SOURCES) }),
};

function usedBy(images: readonly AffectedImage[], uses: ReadonlyMap<string, readonly string[]>): string {
  const [first] = images.flatMap(({ imageDigest }) => uses.get(imageDigest) ?? []);
  return first === undefined ? '' : ` (${cut(first, 80)})`;
}
