import { effectOn, having } from './evidence';
import type { GuardKind } from './guard-kind';
import { violationOfProtection } from './protection';
import { show } from '../../text/show';
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
  decode: (properties) => ({ digests: properties.textsThat('Digests', digestProblem) }),
};

function digestProblem(text: string): string | undefined {
  return isImageDigest(text) ? undefined : `must be digests, each sha256: and 64 lowercase hex digits, got ${show(text)}`;
}

export function isImageDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}
