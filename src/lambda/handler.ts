import { attach, Attachment, detach, goBack } from './attachment';
import { GateData, GateDependencies, GateEvent, GateResponse, NOTHING_GOES, UnexpectedExpiry } from './event';
import { judgeEvent } from './judge-event';
import { Run, startRun } from './run';
import { oneLine } from '../core/text/one-line';
import { describeProblems, Parsed } from '../core/text/problem';
import { GateError } from '../ecr/errors';
import { decodeGateProperties, GateProperties } from '../protocol/gate-properties';

/*
 * The life of one event (the order is the promise):
 *
 *   Delete                    -> succeed; an attachment brings back what it found
 *   stack is rolling back     -> succeed: a rollback is never blocked, not even by malformed properties; an attachment
 *                                brings back what the failed deployment found
 *   malformed properties      -> fail, naming them
 *   no policy, no repository  -> succeed: nothing can expire; an attachment fails without its repository
 *   preview, judge, report    -> fail on anything unexpected, and on anything that could not be found out
 *   an attachment             -> put the policy on; after a gate CloudFormation does
 *
 * With enforcement WARN whatever the judgement fails over is logged and the deployment goes on. The framework may call twice
 * for one event: a gate changes nothing but the repository's preview slot, and an attachment knows the event again.
 */

export async function handleGateEvent(event: GateEvent, dependencies: GateDependencies): Promise<GateResponse> {
  const decoded = decodeGateProperties(event.ResourceProperties);
  const attachment = decoded.ok ? attachmentIn(decoded.value) : undefined;
  const answer = (Data: GateData): GateResponse => ({ PhysicalResourceId: physicalId(event, attachment), Data });
  const run = startRun(event, dependencies, decoded.ok ? decoded.value.timeoutSeconds : Infinity);
  if (event.RequestType === 'Delete') {
    if (attachment) await detach(run, attachment.repositoryName);
    return answer(NOTHING_GOES);
  }
  try {
    const data = await judged(run, decoded);
    if (attachment && data === 'ROLLING_BACK') await goBack(run, attachment.repositoryName, event.ResourceProperties);
    if (attachment && data !== 'ROLLING_BACK') await attach(run, attachment);
    return answer(data === 'ROLLING_BACK' ? NOTHING_GOES : data);
  } catch (error) {
    throw asOneLine(error);
  }
}

async function judged(run: Run, decoded: Parsed<GateProperties>): Promise<GateData | 'ROLLING_BACK'> {
  const { event, deadline, stack, watch, log } = run;
  try {
    if (await deadline.bound(stack.isRollingBack(event.StackId), 'asking whether the stack is rolling back')) {
      log({ outcome: 'PASSED', because: 'the stack is rolling back' });
      return 'ROLLING_BACK';
    }
    if (!decoded.ok) throw new GateError('MalformedProperties', describeProblems(decoded.problems));
    watch.lap('stack');
    return await judgeEvent(run, decoded.value);
  } catch (error) {
    if (!decoded.ok || decoded.value.enforcement === 'FAIL') throw error;
    log({ outcome: 'WARNED', because: asOneLine(error).message });
    return error instanceof UnexpectedExpiry ? error.data : NOTHING_GOES;
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
function physicalId({ LogicalResourceId, PhysicalResourceId, RequestType }: GateEvent, attachment: Attachment | undefined): string {
  if (attachment && RequestType !== 'Delete') return `lifecycle-policy-attachment-${LogicalResourceId}-${attachment.repositoryName}`;
  return PhysicalResourceId ?? `lifecycle-preview-gate-${LogicalResourceId}`;
}

/** The framework sends the trace along: one line, said once. */
function asOneLine(error: unknown): Error {
  const known = error instanceof Error ? error : new Error(String(error));
  const text = known instanceof GateError ? known.message : `CouldNotJudge: ${known.name}: ${known.message}`;
  const reason = new Error(oneLine(text), { cause: error });
  reason.stack = reason.message;
  return reason;
}
