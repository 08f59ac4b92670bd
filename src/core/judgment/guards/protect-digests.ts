import { effectOn, having } from './evidence';
import type { GuardKind } from './guard-kind';
import { violationOfProtection } from './protection';
import { plural } from '../../text/words';

/** Protects images by digest. */
export interface ProtectDigests {
  readonly id: 'protect-digests';
  readonly digests: readonly string[];
}

export const protectDigests: GuardKind<ProtectDigests> = {
  id: 'protect-digests',
  protects: true,
  needs: ({ digests }) => ({ relations: true, digests }),
  judge: ({ id, digests }, evidence) => {
    const wanted = new Set(digests);
    return violationOfProtection(
      id, ({ imageDigest }) => wanted.has(imageDigest), having(evidence, 'inventory'),
      (images) => `${plural(images.length, 'image')} protected by digest ${effectOn(images)}`,
    );
  },
  describe: ({ digests }) => `${plural(digests.length, 'image')} named by digest ${digests.length === 1 ? 'is' : 'are'} protected: ${digests.join(', ')}`,
  properties: ['Digests'],
  encode: ({ digests }) => ({ Digests: digests }),
  decode: (properties) => ({ digests: properties.texts('Digests') }),
};

export function isImageDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}
