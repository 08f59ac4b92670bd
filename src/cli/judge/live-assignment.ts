import { Assignment, gateAssignment, JudgeInput } from './assignment';
import type { LiveAccount, LiveRegion } from './live-account';
import { Deadline, SYSTEM_CLOCK } from '../../aws/deadline';
import type { Guard } from '../../core/judgment/guards/guard';
import type { AssemblyGate } from '../assembly/assembly-gate';
import { refersTo, resolveGate } from '../assembly/resolve-gate';
import type { Place } from '../assembly/scope';
import { commandError } from '../errors';

/** The time limit for reading the account id. */
const ACCOUNT_MILLISECONDS = 60_000;

/** Resolves a gate with the account and the region that its stack is deployed to. Never rejects: an error becomes the input. */
export async function liveAssignment(gate: AssemblyGate, account: LiveAccount, addedGuards: readonly Guard[] = []): Promise<Assignment> {
  try {
    return gateAssignment(resolveGate(gate, await livePlace(gate, account)), addedGuards);
  } catch (error) {
    return { gate, input: { ok: false, error } };
  }
}

/** Throws if the credentials belong to another account, because its repositories would look new. */
async function livePlace(gate: AssemblyGate, liveAccount: LiveAccount): Promise<Place> {
  const { account, displayName } = gate.stack;
  const live = await liveAccount.in(gate.stack.region);
  const { region } = live;
  if (account === undefined && !refersTo(gate, 'AWS::AccountId')) return { region };
  const actual = await live.accountId(Deadline.in(SYSTEM_CLOCK, ACCOUNT_MILLISECONDS));
  if (account !== undefined && account !== actual) {
    throw commandError('OtherAccount', `the stack ${displayName} belongs to account ${account}, but the credentials belong to ${actual};`
      + ' use other credentials, for example with --profile');
  }
  return { account: actual, region };
}

/** Returns the name of the repository, or undefined if CloudFormation has not created the repository yet. */
export async function liveName(
  gate: Assignment['gate'], repository: JudgeInput['repository'], live: LiveRegion, deadline: Deadline,
): Promise<string | undefined> {
  if ('name' in repository) return repository.name;
  return gate && live.physicalName(gate.stack, repository.logicalId, deadline);
}
