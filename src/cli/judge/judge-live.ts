import type { Assignment } from './assignment';
import { LiveAccount, unknownRepositoryError } from './live-account';
import { liveName } from './live-assignment';
import { Judge, judged, makeJudge, nothingToJudge, Outcome, withoutPolicy } from './outcome';
import { Deadline, SYSTEM_CLOCK } from '../../aws/deadline';
import { judgeRepository } from '../../aws/judgment/judge-repository';
import { Stopwatch } from '../../aws/stopwatch';
import { needsOf } from '../../core/judgment/guards/guard';
import { parsePolicyText } from '../../core/policy/policy-text';
import { problemsError } from '../errors';

/** Returns a judge that previews policies in ECR on the live images, as a gate does. */
export function judgeLive(account: LiveAccount): Judge {
  return makeJudge(async (assignment, input) => {
    const { lifecyclePolicyText, guards, addedGuards, lookAheadSeconds, approvedPreview, mayBeMissing, timeoutSeconds } = input;
    if (lifecyclePolicyText === undefined) return withoutPolicy(assignment, input);
    const live = await account.in(assignment.gate?.stack.region);
    const deadline = Deadline.in(SYSTEM_CLOCK, timeoutSeconds * 1000);
    const repositoryName = await liveName(assignment.gate, input.repository, live, deadline);
    if (repositoryName === undefined) return notCreatedYet(assignment, undefined);

    const watch = new Stopwatch(SYSTEM_CLOCK);
    const needsUses = needsOf([...guards, ...addedGuards]).uses.length > 0;
    const answer = await judgeRepository({
      repositoryName,
      home: { region: live.region, registryId: needsUses ? await live.accountId(deadline) : '' },
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
      throw withAllProblems(error, repositoryName, lifecyclePolicyText);
    });
    if (answer) return judged(assignment, input, repositoryName, answer, watch.laps);
    if (!mayBeMissing) throw unknownRepositoryError(repositoryName, live.region);
    return notCreatedYet(assignment, repositoryName);
  });
}

function notCreatedYet(assignment: Assignment, repositoryName: string | undefined): Outcome {
  const launchedAs = assignment.gate?.stack.launchedAs;
  return nothingToJudge(assignment, repositoryName, launchedAs === undefined
    ? 'the repository does not exist yet, so nothing can expire'
    : `the repository does not exist in the account and region of this plan, so nothing can expire there; the ${launchedAs} may be deployed elsewhere as well`);
}

/** Replaces the error of a rejected policy, because ECR reports only one of the problems. */
function withAllProblems(error: unknown, repositoryName: string, policyText: string): unknown {
  const isRejected = error instanceof Error && error.name === 'InvalidParameterException';
  const parsed = isRejected ? parsePolicyText(policyText) : undefined;
  return parsed && !parsed.ok ? problemsError('RejectedPolicy', `the lifecycle policy for "${repositoryName}"`, parsed.problems) : error;
}
