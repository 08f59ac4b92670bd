import { answerBody, Outcome } from './answer';
import { GateDependencies, NO_IMAGES_AFFECTED } from './event';
import { handleGateEvent, physicalId } from './handler';
import { CustomResourceEvent, isOutdated, readRequest } from './request';
import { Put, sendAnswer } from './send-answer';
import { oneLine } from '../core/text/one-line';

/**
 * Handles one event from CloudFormation and sends the answer. Returns when the answer has arrived, and never throws after that.
 * Throws if the event cannot be answered.
 */
export async function answerEvent(raw: unknown, dependencies: GateDependencies, put?: Put): Promise<void> {
  const { clock, remainingMilliseconds, log } = dependencies;
  const endsAt = clock.now() + remainingMilliseconds;
  const event = readRequest(raw);
  const outdated = event.RequestType !== 'Delete' && isOutdated(event, clock.now());
  const outcome = outdated ? outdatedOutcome(event) : await outcomeOf(event, dependencies);
  if (outdated) log({ outcome: 'OUTDATED', because: 'CloudFormation no longer waits for an answer to this event' });
  await sendAnswer(event.ResponseURL, answerBody(event, outcome), clock, endsAt, put);
  log({ outcome: 'ANSWERED', status: outcome.status });
}

async function outcomeOf(event: CustomResourceEvent, dependencies: GateDependencies): Promise<Outcome> {
  try {
    const { PhysicalResourceId, Data } = await handleGateEvent(event, dependencies);
    return { status: 'SUCCESS', physicalResourceId: PhysicalResourceId, data: Data };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const physicalResourceId = event.PhysicalResourceId ?? physicalId(event);
    if (event.RequestType === 'Delete') {
      // A delete is never blocked, not even by a fault of this function.
      dependencies.log({ outcome: 'PASSED', because: `a deletion is never blocked, but it failed: ${String(error)}` });
      return { status: 'SUCCESS', physicalResourceId, data: NO_IMAGES_AFFECTED };
    }
    return { status: 'FAILED', physicalResourceId, reason: withLogGroup(message, dependencies.logGroupName) };
  }
}

/** Fails without any action, because the stack may have been rolled back or deployed again since. */
function outdatedOutcome(event: CustomResourceEvent): Outcome {
  return {
    status: 'FAILED',
    physicalResourceId: event.PhysicalResourceId ?? physicalId(event),
    reason: 'OutdatedEvent: the event arrived after CloudFormation had stopped waiting for its answer; deploy again',
  };
}

/** Adds the log group to a message, for more details. */
function withLogGroup(message: string, logGroupName: string): string {
  return message.includes(logGroupName) ? message : oneLine(message, `The log is in log group ${logGroupName}`);
}
