import type { EventRun } from './run';
import { LivePolicy } from '../aws/ecr/live-policy';
import { GateError } from '../aws/errors';
import { samePolicy } from '../core/policy/policy-text';
import type { GateProperties } from '../protocol/gate-properties';

/*
 * CloudFormation does not tell the state of the stack: a service control policy denies it, or the question fails for good.
 * The event may be a rollback, which must pass, or a deployment, which must be judged. One answer is right for both: if the
 * policy to be applied is live already, applying it changes nothing. A rollback after a gate that failed looks like this.
 * Everything else fails closed.
 */

const NO_REPOSITORY = Symbol('no repository');

/** Returns why applying the policy changes nothing. Throws if it changes something, or may do so. */
export async function requireNoChange(run: EventRun, properties: GateProperties, failure: Error): Promise<string> {
  const { lifecyclePolicyText } = properties;
  const isDenied = failure instanceof GateError && failure.code === 'AccessDenied';
  const closed = (because: string) => (!isDenied ? failure : new GateError(
    'DeniedStackState',
    `the gate cannot find out whether the stack is rolling back, and ${because}; allow cloudformation:DescribeStacks to its role (${failure.message})`,
    { cause: failure }));
  if (lifecyclePolicyText === undefined) return 'the repository has no lifecycle policy';
  const name = await nameOf(run, properties).catch((error: unknown) => {
    throw closed(`cannot look up the generated name of the repository: ${messageOf(error)}`);
  });
  if (name === undefined) return 'the repository does not exist yet';
  const live = await liveText(run, name).catch((error: unknown) => {
    if (properties.purpose === 'GATE' && error instanceof GateError && error.code === 'UnknownRepository') return NO_REPOSITORY;
    throw closed(`cannot read the live policy of "${name}": ${messageOf(error)}`);
  });
  if (typeof live === 'symbol') return 'the repository does not exist yet';
  if (live === undefined || !samePolicy(lifecyclePolicyText, live)) throw closed(`the live policy of "${name}" is not the one to be applied`);
  return `the policy is the live policy of "${name}" already`;
}

async function nameOf({ event, lastMoment, stack }: EventRun, { repository }: GateProperties): Promise<string | undefined> {
  if ('name' in repository) return repository.name;
  return lastMoment.withTimeout(stack.physicalName(event.StackId, repository.logicalId), `looking for the repository ${repository.logicalId}`);
}

function liveText({ clients, call, lastMoment }: EventRun, name: string): Promise<string | undefined> {
  return lastMoment.withTimeout(new LivePolicy(clients.ecr, call, name).text(), `reading the live policy of "${name}"`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
