import type { Assignment, Judge, Outcome } from './assignment';
import type { LiveAccount } from './live-account';
import { liveName, LiveQuestion, liveQuestion } from './live-question';
import { judged, literalName, NO_POLICY, noSuchRepository, nothingToJudge, notJudged, refusalOf } from './question';
import { Deadline, SYSTEM_CLOCK } from '../../aws/deadline';
import { judgeRepository } from '../../aws/judgement/judge-repository';
import { Stopwatch } from '../../aws/stopwatch';
import { needsOf } from '../../core/judgement/guards/guard';
import { parsePolicyText } from '../../core/policy/policy-text';

/** Judges on the live images, by ECR's own preview, as a gate would. */
export function judgeLive(account: LiveAccount): Judge {
  return async (assignment) => {
    let question: LiveQuestion | undefined;
    try {
      question = await liveQuestion(assignment, account);
      return await answer(assignment, question);
    } catch (error) {
      return notJudged(assignment, question, error);
    }
  };
}

async function answer(assignment: Assignment, question: LiveQuestion): Promise<Outcome> {
  const { live, lifecyclePolicyText, guards, addedGuards, lookAheadSeconds, approvedPreview, mayBeMissing } = question;
  if (lifecyclePolicyText === undefined) return nothingToJudge(assignment, literalName(question.repository), question.passesBecause ?? NO_POLICY);
  const deadline = Deadline.in(SYSTEM_CLOCK, question.timeoutSeconds * 1000);
  const repositoryName = await liveName(assignment, question, deadline);
  if (repositoryName === undefined) return notThereYet(assignment, undefined);

  const watch = new Stopwatch(SYSTEM_CLOCK);
  const asksForUses = needsOf([...guards, ...addedGuards]).uses.length > 0;
  const answered = await judgeRepository({
    repositoryName,
    home: { region: live.region, registryId: asksForUses ? await live.accountId(deadline) : '' },
    lifecyclePolicyText,
    guards,
    addedGuards,
    lookAheadSeconds,
    approvedPreview,
    clients: live.clients,
    clock: SYSTEM_CLOCK,
    deadline,
    call: live.call(deadline),
    watch,
  }).catch((error: unknown) => {
    throw ownWordsFor(error, repositoryName, lifecyclePolicyText);
  });
  if (answered) return judged(assignment, question, repositoryName, answered, watch.laps);
  if (!mayBeMissing) throw noSuchRepository(repositoryName, live.region);
  return notThereYet(assignment, repositoryName);
}

function notThereYet(assignment: Assignment, repositoryName: string | undefined): Outcome {
  return nothingToJudge(assignment, repositoryName, 'the repository does not exist yet, so nothing can expire');
}

/** ECR says one thing about a policy that it refuses; here it is known what all is wrong. */
function ownWordsFor(error: unknown, repositoryName: string, policyText: string): unknown {
  const refused = error instanceof Error && error.name === 'InvalidParameterException';
  const parsed = refused ? parsePolicyText(policyText) : undefined;
  return parsed && !parsed.ok ? refusalOf('RejectedPolicy', `the lifecycle policy for "${repositoryName}"`, parsed.problems) : error;
}
