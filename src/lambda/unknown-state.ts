import type { EventRun } from './run';
import { LivePolicy } from '../aws/ecr/live-policy';
import { GateError } from '../aws/errors';
import { samePolicy } from '../core/policy/policy-text';
import type { GateProperties } from '../protocol/gate-properties';

/*
 * CloudFormation did not return the state of the stack: a service control policy denies the call, or the call fails permanently.
 * The event may be a rollback, which must pass, or a deployment, which must be judged. One answer is right for both: if the
 * policy to be applied is live already, applying it changes nothing. This is the case in a rollback after a failed gate.
 * Everything else fails closed.
 */

const NO_REPOSITORY = Symbol('no repository');

/** Returns the reason why applying the policy changes nothing. Throws if it changes something, or may do so. */
export async function requireNoChange(run: EventRun, properties: GateProperties, failure: Error): Promise<string> {
  const { lifecyclePolicyText } = properties;
  const isDenied = failure instanceof GateError && failure.code === 'AccessDenied';
  const failed = (because: string) => (!isDenied ? failure : new GateError(
    'DeniedStackState',
    `the gate cannot read whether the stack is rolling back, and ${because}; allow cloudformation:DescribeStacks for its role (${String(failure)})`,
    { cause: failure }));
  if (lifecyclePolicyText === undefined) return 'the repository has no lifecycle policy';
  const name = await nameOf(run, properties).catch((error: unknown) => {
    throw failed(`cannot look up the generated name of the repository: ${String(error)}`);
  });
  if (name === undefined) return 'the repository does not exist yet';
  const live = await liveText(run, name).catch((error: unknown) => {
    if (properties.purpose === 'GATE' && error instanceof GateError && error.code === 'UnknownRepository') return NO_REPOSITORY;
    throw failed(`cannot read the live policy of "${name}": ${String(error)}`);
  });
  if (typeof live === 'symbol') return 'the repository does not exist yet';
  if (live === undefined || !samePolicy(lifecyclePolicyText, live)) throw failed(`the live policy of "${name}" is not the one to be applied`);
  return `the policy is the live policy of "${name}" already`;
}

async function nameOf({ event, lambdaDeadline, stack }: EventRun, { repository }: GateProperties): Promise<string | undefined> {
  if ('name' in repository) return repository.name;
  return lambdaDeadline.withTimeout(stack.physicalName(event.StackId, repository.logicalId), `looking up the repository ${repository.logicalId}`);
}

function liveText({ clients, call, lambdaDeadline }: EventRun, name: string): Promise<string | undefined> {
  return lambdaDeadline.withTimeout(new LivePolicy(clients.ecr, call, name).text(), `reading the live policy of "${name}"`);
}
