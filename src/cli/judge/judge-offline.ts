import type { Judge } from './assignment';
import { fileInventory } from './file-inventory';
import { imagesOwnerOf, savedPlaceOf } from './images-owner';
import { judged, literalName, NO_POLICY, nothingToJudge, notJudged, Question, questionOf, refusalOf } from './question';
import { Deadline, SYSTEM_CLOCK } from '../../aws/deadline';
import { Facts } from '../../aws/judgement/facts';
import { judgeAffected, JudgedRepository } from '../../aws/judgement/judge-affected';
import type { Image } from '../../core/evaluation/image';
import { checkTimes } from '../../core/evaluation/inventory';
import { predictAffected } from '../../core/judgement/affected-image';
import { parsePolicyText } from '../../core/policy/policy-text';
import { refusal } from '../errors';
import type { ImageFiles } from '../input/image-files';

export interface JudgeOffline {
  readonly files: ImageFiles;
  /** Names that stand for more than one repository. */
  readonly shared: ReadonlySet<string>;
  /** The moment to judge at, in milliseconds since 1970. */
  readonly now: number;
  /** Where stacks are that leave it open. */
  readonly region?: string;
  /** Somebody vouches that nothing runs any of the images. */
  readonly assumeNotInUse: boolean;
}

/** Judges on saved images, by the evaluator: the same facts and guards as live, and nothing is asked of AWS. */
export function judgeOffline(options: JudgeOffline): Judge {
  return async (assignment) => {
    let question: Question | undefined;
    try {
      question = questionOf(assignment, assignment.kind === 'GATE' ? savedPlaceOf(assignment, options.region) : {});
      const { repository, lifecyclePolicyText } = question;
      const name = literalName(repository);
      if (lifecyclePolicyText === undefined) return nothingToJudge(assignment, name, question.passesBecause ?? NO_POLICY);
      const owner = imagesOwnerOf(assignment, question, options.shared);
      const images = await options.files.imagesOf(owner);
      const repositoryName = owner.name;
      const answer = await answerFor(question, repositoryName, lifecyclePolicyText, images, options);
      return judged(assignment, question, repositoryName, answer, {});
    } catch (error) {
      return notJudged(assignment, question, error);
    }
  };
}

async function answerFor(
  question: Question, repositoryName: string, lifecyclePolicyText: string, images: readonly Image[], { now, assumeNotInUse }: JudgeOffline,
): Promise<JudgedRepository> {
  const parsed = parsePolicyText(lifecyclePolicyText);
  if (!parsed.ok) throw refusalOf('RejectedPolicy', `the lifecycle policy for "${repositoryName}"`, parsed.problems);
  const timeless = checkTimes(parsed.value, images);
  if (timeless.length > 0) throw refusalOf('InvalidImages', `the list of the images of "${repositoryName}"`, timeless);

  // Guards get the same facts as in a gate, no more: what they say must not depend on where the images come from.
  const facts = new Facts({
    guards: [...question.guards, ...question.addedGuards],
    repositoryName,
    inventory: fileInventory(images),
    readUses: async () => {
      if (assumeNotInUse) return { uses: [] };
      throw refusal('UnknownImageUse', `a guard asks what is in use, and saved images do not say it; plan "${repositoryName}" without --images, `
        + 'or vouch for it with --assume-not-in-use');
    },
    // Nothing is waited for.
    deadline: Deadline.in(SYSTEM_CLOCK, 60_000),
  });
  const judgedImages = await judgeAffected(
    { ...question, repositoryName, lifecyclePolicyText }, predictAffected(parsed.value, images, now), facts, { now: () => now });
  const { evidence } = judgedImages;
  // The report may say more of what is known anyway.
  return { ...judgedImages, evidence: { ...evidence, inventory: evidence.inventory ?? new Map(images.map((image) => [image.imageDigest, image])) } };
}
