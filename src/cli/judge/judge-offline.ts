import type { JudgeInput } from './assignment';
import { fileInventory } from './file-inventory';
import { imagesOwnerOf } from './images-owner';
import { Judge, judged, makeJudge, withoutPolicy } from './outcome';
import { Deadline, SYSTEM_CLOCK } from '../../aws/deadline';
import { Facts } from '../../aws/judgment/facts';
import { judgeAffected, JudgedRepository } from '../../aws/judgment/judge-affected';
import type { Image } from '../../core/evaluation/image';
import { checkTimes } from '../../core/evaluation/inventory';
import { predictAffected } from '../../core/judgment/affected-image';
import { parsePolicyText } from '../../core/policy/policy-text';
import { commandError, problemsError } from '../errors';
import type { ImageFiles } from '../input/image-files';

export interface OfflineSettings {
  /** The moment of the judgment, in milliseconds since 1970. */
  readonly now: number;
  /** True if the user confirms that no image is in use. */
  readonly assumeNotInUse: boolean;
}

/** Returns a judge that evaluates policies on saved images. It collects the same facts and applies the same guards as `judgeLive`, without AWS. */
export function judgeOffline(files: ImageFiles, settings: OfflineSettings): Judge {
  return makeJudge(async (assignment, input) => {
    const { lifecyclePolicyText } = input;
    if (lifecyclePolicyText === undefined) return withoutPolicy(assignment, input);
    const owner = imagesOwnerOf(input.repository, assignment.gate);
    const images = await files.imagesOf(owner);
    return judged(assignment, input, owner.name, await judgeImages(input, owner.name, lifecyclePolicyText, images, settings), {});
  });
}

async function judgeImages(
  input: JudgeInput, repositoryName: string, lifecyclePolicyText: string, images: readonly Image[], { now, assumeNotInUse }: OfflineSettings,
): Promise<JudgedRepository> {
  const parsed = parsePolicyText(lifecyclePolicyText);
  if (!parsed.ok) throw problemsError('RejectedPolicy', `the lifecycle policy for "${repositoryName}"`, parsed.problems);
  const missingTimes = checkTimes(parsed.value, images);
  if (missingTimes.length > 0) throw problemsError('InvalidImages', `the list of the images of "${repositoryName}"`, missingTimes);

  // Guards get the same facts as in a gate and no more, because the verdict must not depend on the source of the images.
  const facts = new Facts({
    guards: [...input.guards, ...input.addedGuards],
    repositoryName,
    inventory: fileInventory(images),
    readUses: async () => {
      if (assumeNotInUse) return { uses: [] };
      throw commandError('UnknownImageUse', `a guard needs to know which images are in use, and saved images do not contain this; plan "${repositoryName}" without --images, `
        + 'or confirm with --assume-not-in-use that no image is in use');
    },
    // No fact is read over the network, so the limit is never reached.
    deadline: Deadline.in(SYSTEM_CLOCK, 60_000),
  });
  const answer = await judgeAffected(
    { ...input, repositoryName, lifecyclePolicyText }, predictAffected(parsed.value, images, now), facts, { now: () => now });
  const { evidence } = answer;
  // The report may use all images, because they are known anyway.
  return { ...answer, evidence: { ...evidence, inventory: evidence.inventory ?? new Map(images.map((image) => [image.imageDigest, image])) } };
}
