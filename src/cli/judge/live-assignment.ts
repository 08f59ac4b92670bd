import { Assignment, gateAssignment, JudgeInput } from './assignment';
import type { LiveAccount, LiveRegion } from './live-account';
import { Deadline, SYSTEM_CLOCK } from '../../aws/deadline';
import type { Guard } from '../../core/judgment/guards/guard';
import { AssemblyGate, labelOf } from '../assembly/assembly-gate';
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
    return { gate: { ...gate, repositoryPath: gate.repository?.path }, input: { ok: false, error } };
  }
}

/** Throws if the credentials belong to another account, because its repositories would look new. */
async function livePlace(gate: AssemblyGate, liveAccount: LiveAccount): Promise<Place> {
  const { account, displayName, launchedAs } = gate.stack;
  if (launchedAs !== undefined && !liveAccount.hasGivenRegion) {
    throw commandError('UnknownPlace', `the ${launchedAs} ${displayName} can be deployed to any account and region; give --region to judge it on the images of that region`
      + ' in the account of the credentials, or give saved images with --images');
  }
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
  if (gate?.stack.launchedAs !== undefined) {
    throw commandError('UnknownPlace', `CloudFormation generates the name of the repository of ${labelOf(gate)}, and the app does not know the name of the stack; `
      + 'set the name in the app, or give saved images with --images');
  }
  return gate && live.physicalName(gate.stack, repository.logicalId, deadline);
}
