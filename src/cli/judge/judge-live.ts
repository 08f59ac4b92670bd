import type { Assignment, Judge, Outcome } from './assignment';
import { LiveAccount, LiveRegion } from './live-account';
import { judged, literalName, noSuchRepository, nothingToJudge, notJudged, Question, questionOf, refusalOf } from './question';
import { asksFor } from '../assembly/gate-resource';
import type { Place } from '../assembly/scope';
import { needsOf } from '../../core/judgement/guards/guard';
import { parsePolicyText } from '../../core/policy/policy-text';
import { Deadline, SYSTEM_CLOCK } from '../../ecr/deadline';
import { judgeRepository } from '../../ecr/judge-repository';
import { Stopwatch } from '../../ecr/stopwatch';
import { refusal } from '../errors';

/** Until the question is known, and with it how long the gate would take. */
const ASKING_MILLISECONDS = 60_000;

/** Judges on the live images, by ECR's own preview, as a gate would. */
export function judgeLive(account: LiveAccount): Judge {
  return async (assignment) => {
    let question: Question | undefined;
    try {
      const region = await account.in(assignment.kind === 'GATE' ? assignment.gate.stack.region : undefined);
      question = questionOf(assignment, await placeOf(assignment, region));
      return await answer(assignment, question, region);
    } catch (error) {
      return notJudged(assignment, question && literalName(question.repository), error);
    }
  };
}

/** Where the stack is. Throws when the credentials are for another account: its repositories would look new. */
async function placeOf(assignment: Assignment, region: LiveRegion): Promise<Place> {
  if (assignment.kind === 'POLICY') return { region: region.region };
  const { gate } = assignment;
  const { account, displayName } = gate.stack;
  if (account === undefined && !asksFor(gate, 'AWS::AccountId')) return { region: region.region };
  const asked = await region.accountId(Deadline.in(SYSTEM_CLOCK, ASKING_MILLISECONDS));
  if (account !== undefined && account !== asked) {
    throw refusal('OtherAccount', `the stack ${displayName} belongs to account ${account}, and the credentials to ${asked}; take others, with --profile for example`);
  }
  return { account: asked, region: region.region };
}

async function answer(assignment: Assignment, question: Question, live: LiveRegion): Promise<Outcome> {
  const { lifecyclePolicyText, guards, addedGuards, mayBeMissing } = question;
  if (lifecyclePolicyText === undefined) return nothingToJudge(assignment, literalName(question.repository), 'the repository has no lifecycle policy');
  const deadline = Deadline.in(SYSTEM_CLOCK, question.timeoutSeconds * 1000);
  const repositoryName = await nameOf(assignment, question, live, deadline);
  if (repositoryName === undefined) return notThereYet(assignment, undefined);

  const watch = new Stopwatch(SYSTEM_CLOCK);
  const asksForUses = needsOf([...guards, ...addedGuards]).uses.length > 0;
  const answered = await judgeRepository({
    repositoryName,
    home: { region: live.region, registryId: asksForUses ? await live.accountId(deadline) : '' },
    lifecyclePolicyText,
    guards,
    addedGuards,
    clients: live.clients,
    clock: SYSTEM_CLOCK,
    deadline,
    call: live.call(deadline),
    watch,
  }).catch((error: unknown) => {
    throw ownWordsFor(error, repositoryName, lifecyclePolicyText);
  });
  if (answered) return judged(assignment, question, repositoryName, answered, watch.laps);
  if (!mayBeMissing) throw noSuchRepository(repositoryName, { region: live.region });
  return notThereYet(assignment, repositoryName);
}

function notThereYet(assignment: Assignment, repositoryName: string | undefined): Outcome {
  return nothingToJudge(assignment, repositoryName, 'the repository does not exist yet, so nothing can expire');
}

async function nameOf(assignment: Assignment, { repository }: Question, live: LiveRegion, deadline: Deadline): Promise<string | undefined> {
  if ('name' in repository) return repository.name;
  // Only gates name a repository by its logical id.
  return assignment.kind === 'GATE' ? live.physicalName(assignment.gate.stack, repository.logicalId, deadline) : undefined;
}

/** ECR says one thing about a policy that it refuses; here it is known what all is wrong. */
function ownWordsFor(error: unknown, repositoryName: string, policyText: string): unknown {
  const refused = error instanceof Error && error.name === 'InvalidParameterException';
  const parsed = refused ? parsePolicyText(policyText) : undefined;
  return parsed && !parsed.ok ? refusalOf('PolicyRefused', `the lifecycle policy for "${repositoryName}"`, parsed.problems) : error;
}
