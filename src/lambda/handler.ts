import { attach, Attachment, detach, rollBack } from './attachment';
import { GateData, GateEvent, GateResponse, HandlerDependencies, NO_IMAGES_AFFECTED, UnexpectedExpiry } from './event';
import { judgeEvent } from './judge-event';
import { EventRun, startJudging, startRun } from './run';
import { requireNoChange } from './unknown-state';
import { GateError } from '../aws/errors';
import { oneLine } from '../core/text/one-line';
import { describeProblems, Parsed } from '../core/text/problem';
import { decodeGateProperties, GateProperties } from '../protocol/gate-properties';

/*
 * The life of one event (the order is guaranteed):
 *
 *   Delete                     -> succeed; an attachment restores the policy that it found
 *   stack is rolling back      -> succeed: a rollback is never blocked, not even by malformed properties; an attachment
 *                                 restores the policy that the failed deployment found
 *   state of the stack unknown -> succeed if the policy is live already, so that nothing changes; fail otherwise. This holds for
 *                                 every failure of the call, denied or not. Fail if it does not return within the Lambda's time
 *   malformed properties       -> fail, naming them
 *   no policy, no repository   -> succeed: nothing can expire; an attachment fails without its repository
 *   preview, judge, report     -> fail on anything unexpected, and on any fact that cannot be read
 *   an attachment              -> apply the policy; after a gate, CloudFormation does
 *
 * Reading the state of the stack may take all of the Lambda's time. The gate's own timeout begins after it.
 *
 * With enforcement WARN, these failures are logged and the deployment continues. Exceptions are malformed properties, and an
 * attachment that cannot apply its policy. Lambda may deliver an event twice: a gate changes nothing but the repository's preview
 * slot, and an attachment recognizes the event.
 */

/** The attributes, and the next step of an attachment: apply its policy, restore the former one, or keep the live one. */
interface Verdict {
  readonly data: GateData;
  readonly next: 'ATTACH' | 'ROLL_BACK' | 'KEEP';
}

interface StackState {
  readonly isRollingBack: boolean;
  /** The reason if CloudFormation did not return the state. */
  readonly failure?: Error;
}

export async function handleGateEvent(event: GateEvent, dependencies: HandlerDependencies): Promise<GateResponse> {
  const decoded = decodeGateProperties(event.ResourceProperties);
  const attachment = decoded.ok ? attachmentIn(decoded.value) : undefined;
  const answer = (Data: GateData): GateResponse => ({ PhysicalResourceId: physicalId(event, attachment), Data });
  const run = startRun(event, dependencies);
  if (event.RequestType === 'Delete') {
    if (attachment) await detach(run, attachment.repositoryName);
    return answer(NO_IMAGES_AFFECTED);
  }
  try {
    const { data, next } = await verdictOn(run, decoded);
    if (attachment && next === 'ROLL_BACK') await rollBack(run, attachment.repositoryName, event.ResourceProperties);
    if (attachment && next === 'ATTACH') await attach(run, attachment);
    return answer(data);
  } catch (error) {
    throw asOneLine(error);
  }
}

async function verdictOn(run: EventRun, decoded: Parsed<GateProperties>): Promise<Verdict> {
  const { log } = run;
  const passed = (because: string, next: Verdict['next']): Verdict => {
    log({ outcome: 'PASSED', because });
    return { data: NO_IMAGES_AFFECTED, next };
  };
  try {
    const { isRollingBack, failure } = await stackState(run);
    if (isRollingBack) return passed('the stack is rolling back', 'ROLL_BACK');
    if (!decoded.ok) throw failure ?? new GateError('MalformedProperties', describeProblems(decoded.problems));
    if (failure) return passed(`${await requireNoChange(run, decoded.value, failure)}; ${String(failure)}`, 'KEEP');
    run.watch.lap('stack');
    return { data: await judgeEvent(startJudging(run, decoded.value.timeoutSeconds), decoded.value), next: 'ATTACH' };
  } catch (error) {
    if (!decoded.ok || decoded.value.enforcement === 'FAIL') throw error;
    const warning = asOneLine(error);
    log({ outcome: 'WARNED', because: warning.message });
    run.onWarning?.(warning);
    return { data: error instanceof UnexpectedExpiry ? error.data : NO_IMAGES_AFFECTED, next: 'ATTACH' };
  }
}

/** Returns the state of the stack. Throws if the time has run out, because none is left to compare the policy. */
async function stackState({ event, lambdaDeadline, stack }: EventRun): Promise<StackState> {
  try {
    return { isRollingBack: await lambdaDeadline.withTimeout(stack.isRollingBack(event.StackId), 'reading the state of the stack') };
  } catch (error) {
    const isTooLate = error instanceof GateError && error.code === 'ExceededDeadline';
    if (isTooLate || !(error instanceof Error)) throw error;
    return { isRollingBack: false, failure: error };
  }
}

function attachmentIn({ purpose, repository, lifecyclePolicyText }: GateProperties): Attachment | undefined {
  if (purpose !== 'ATTACHMENT' || !('name' in repository) || lifecyclePolicyText === undefined) return undefined;
  return { repositoryName: repository.name, lifecyclePolicyText };
}

/**
 * Returns the physical id. That of a gate never changes, because a change makes CloudFormation delete the former resource. That
 * of an attachment changes with the repository, so that the Delete of the former one restores the policy that it found there.
 */
export function physicalId({ LogicalResourceId, PhysicalResourceId, RequestType }: GateEvent, attachment?: Attachment): string {
  if (attachment && RequestType !== 'Delete') return `lifecycle-policy-attachment-${LogicalResourceId}-${attachment.repositoryName}`;
  return PhysicalResourceId ?? `lifecycle-preview-gate-${LogicalResourceId}`;
}

/** Returns an error whose message is the code and the message in one line, as the answer requires. */
function asOneLine(error: unknown): Error {
  const text = error instanceof GateError ? String(error) : `FailedJudgment: ${String(error)}`;
  return new Error(oneLine(text), { cause: error });
}
