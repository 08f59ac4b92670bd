import { attach, Attachment, detach, goBack } from './attachment';
import { GateData, GateDependencies, GateEvent, GateResponse, NOTHING_GOES, UnexpectedExpiry } from './event';
import { judgeEvent } from './judge-event';
import { EventRun, startJudging, startRun } from './run';
import { requireNoChange } from './unknown-state';
import { GateError } from '../aws/errors';
import { oneLine } from '../core/text/one-line';
import { describeProblems, Parsed } from '../core/text/problem';
import { decodeGateProperties, GateProperties } from '../protocol/gate-properties';

/*
 * The life of one event (the order is the promise):
 *
 *   Delete                    -> succeed; an attachment brings back what it found
 *   stack is rolling back     -> succeed: a rollback is never blocked, not even by malformed properties; an attachment
 *                                brings back what the failed deployment found
 *   state of the stack denied -> succeed if the policy is live already, so that nothing changes; fail otherwise
 *   malformed properties      -> fail, naming them
 *   no policy, no repository  -> succeed: nothing can expire; an attachment fails without its repository
 *   preview, judge, report    -> fail on anything unexpected, and on anything that could not be found out
 *   an attachment             -> put the policy on; after a gate CloudFormation does
 *
 * The question about the stack may take all of the Lambda's time. The gate's own timeout begins after it.
 *
 * With enforcement WARN whatever the judgement fails over is logged and the deployment goes on. Lambda may deliver an event
 * twice: a gate changes nothing but the repository's preview slot, and an attachment knows the event again.
 */

/** What follows for an attachment: it puts its policy, brings the former one back, or leaves the live one alone. */
type Judged = { readonly data: GateData; readonly then: 'ATTACH' | 'GO_BACK' | 'LEAVE' };

export async function handleGateEvent(event: GateEvent, dependencies: GateDependencies): Promise<GateResponse> {
  const decoded = decodeGateProperties(event.ResourceProperties);
  const attachment = decoded.ok ? attachmentIn(decoded.value) : undefined;
  const answer = (Data: GateData): GateResponse => ({ PhysicalResourceId: physicalId(event, attachment), Data });
  const run = startRun(event, dependencies);
  if (event.RequestType === 'Delete') {
    if (attachment) await detach(run, attachment.repositoryName);
    return answer(NOTHING_GOES);
  }
  try {
    const { data, then } = await judged(run, decoded);
    if (attachment && then === 'GO_BACK') await goBack(run, attachment.repositoryName, event.ResourceProperties);
    if (attachment && then === 'ATTACH') await attach(run, attachment);
    return answer(data);
  } catch (error) {
    throw asOneLine(error);
  }
}

async function judged(run: EventRun, decoded: Parsed<GateProperties>): Promise<Judged> {
  const { log } = run;
  const passed = (because: string, then: Judged['then']): Judged => {
    log({ outcome: 'PASSED', because });
    return { data: NOTHING_GOES, then };
  };
  try {
    const state = await stackState(run);
    if (state === 'ROLLING_BACK') return passed('the stack is rolling back', 'GO_BACK');
    if (!decoded.ok) throw state instanceof Error ? state : new GateError('MalformedProperties', describeProblems(decoded.problems));
    if (state instanceof Error) return passed(`${await requireNoChange(run, decoded.value, state)}; ${state.message}`, 'LEAVE');
    run.watch.lap('stack');
    return { data: await judgeEvent(startJudging(run, decoded.value.timeoutSeconds), decoded.value), then: 'ATTACH' };
  } catch (error) {
    if (!decoded.ok || decoded.value.enforcement === 'FAIL') throw error;
    log({ outcome: 'WARNED', because: asOneLine(error).message });
    return { data: error instanceof UnexpectedExpiry ? error.data : NOTHING_GOES, then: 'ATTACH' };
  }
}

/** An error if CloudFormation does not say. */
async function stackState({ event, lastMoment, stack }: EventRun): Promise<'ROLLING_BACK' | 'GOING_FORWARD' | Error> {
  try {
    const isRollingBack = await lastMoment.withTimeout(stack.isRollingBack(event.StackId), 'asking whether the stack is rolling back');
    return isRollingBack ? 'ROLLING_BACK' : 'GOING_FORWARD';
  } catch (error) {
    const isTooLate = error instanceof GateError && error.code === 'ExceededDeadline';
    if (isTooLate || !(error instanceof Error)) throw error;
    return error;
  }
}

function attachmentIn({ purpose, repository, lifecyclePolicyText }: GateProperties): Attachment | undefined {
  if (purpose !== 'ATTACHMENT' || !('name' in repository) || lifecyclePolicyText === undefined) return undefined;
  return { repositoryName: repository.name, lifecyclePolicyText };
}

/**
 * A gate's is stable for ever: a change would make CloudFormation delete the former one. An attachment's changes with the
 * repository: then the Delete of the former one brings back what it found there.
 */
export function physicalId({ LogicalResourceId, PhysicalResourceId, RequestType }: GateEvent, attachment?: Attachment): string {
  if (attachment && RequestType !== 'Delete') return `lifecycle-policy-attachment-${LogicalResourceId}-${attachment.repositoryName}`;
  return PhysicalResourceId ?? `lifecycle-preview-gate-${LogicalResourceId}`;
}

/** One line, as the answer takes it. */
function asOneLine(error: unknown): Error {
  const known = error instanceof Error ? error : new Error(String(error));
  const text = known instanceof GateError ? known.message : `FailedJudgment: ${known.name}: ${known.message}`;
  return new Error(oneLine(text), { cause: error });
}
