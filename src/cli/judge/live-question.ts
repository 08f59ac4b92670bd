import type { Assignment } from './assignment';
import type { LiveAccount, LiveRegion } from './live-account';
import { Question, questionOf } from './question';
import { Deadline, SYSTEM_CLOCK } from '../../aws/deadline';
import { asksFor } from '../assembly/gate-resource';
import type { Place } from '../assembly/scope';
import { refusal } from '../errors';

/** Until the question is known, and with it how long the gate would take. */
const ASKING_MILLISECONDS = 60_000;

/** A question, and where it is to be asked. */
export interface LiveQuestion extends Question {
  readonly live: LiveRegion;
}

/** What an assignment asks, with what only the account knows. */
export async function liveQuestion(assignment: Assignment, account: LiveAccount): Promise<LiveQuestion> {
  const live = await account.in(assignment.kind === 'GATE' ? assignment.gate.stack.region : undefined);
  return { ...questionOf(assignment, await placeOf(assignment, live)), live };
}

/** Where the stack is. Throws when the credentials are for another account: its repositories would look new. */
async function placeOf(assignment: Assignment, live: LiveRegion): Promise<Place> {
  const { region } = live;
  if (assignment.kind === 'POLICY') return { region };
  const { gate } = assignment;
  const { account, displayName } = gate.stack;
  if (account === undefined && !asksFor(gate, 'AWS::AccountId', assignment.scopeAt({ region }))) return { region };
  const asked = await live.accountId(Deadline.in(SYSTEM_CLOCK, ASKING_MILLISECONDS));
  if (account !== undefined && account !== asked) {
    throw refusal('OtherAccount', `the stack ${displayName} belongs to account ${account}, and the credentials to ${asked}; take others, with --profile for example`);
  }
  return { account: asked, region };
}

/** The repository's name, or undefined while CloudFormation has not made the repository. */
export async function liveName(assignment: Assignment, { repository, live }: LiveQuestion, deadline: Deadline): Promise<string | undefined> {
  if ('name' in repository) return repository.name;
  // Only gates name a repository by its logical id.
  return assignment.kind === 'GATE' ? live.physicalName(assignment.gate.stack, repository.logicalId, deadline) : undefined;
}
