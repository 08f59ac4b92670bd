import { answerBody, Outcome } from './answer';
import { GateDependencies, NO_IMAGES_AFFECTED } from './event';
import { handleGateEvent, physicalId } from './handler';
import { countIncident, describeIncident, Incident, sendIncident } from './notify';
import { CustomResourceEvent, isOutdated, readRequest } from './request';
import { Put, putThrough, sendAnswer } from './send-answer';
import { oneLine } from '../core/text/one-line';

/**
 * Handles one event from CloudFormation and sends the answer. Returns when the answer has arrived, and never throws after that.
 * Throws if the event cannot be answered.
 */
export async function answerEvent(raw: unknown, dependencies: GateDependencies, put?: Put): Promise<void> {
  const { clock, remainingMilliseconds, log, proxy } = dependencies;
  const endsAt = clock.now() + remainingMilliseconds;
  const event = readRequest(raw);
  const incidents: Incident[] = [];
  const outcome = await outcomeOf(event, dependencies, incidents);
  const incident = incidents.map((one) => describeIncident(event, one, dependencies.logGroupName)).pop();
  if (incident) countIncident(incident, dependencies);
  try {
    await sendAnswer(event.ResponseURL, answerBody(event, outcome), clock, endsAt, put ?? putThrough(proxy));
    log({ outcome: 'ANSWERED', status: outcome.status });
  } finally {
    // After the answer, so that it cannot delay the verdict.
    if (incident) await sendIncident(incident, dependencies, endsAt);
  }
}

/** Returns the outcome, and adds the failure of the gate to the incidents. */
async function outcomeOf(event: CustomResourceEvent, dependencies: GateDependencies, incidents: Incident[]): Promise<Outcome> {
  const { clock, log, logGroupName } = dependencies;
  if (event.RequestType !== 'Delete' && isOutdated(event, clock.now())) {
    log({ outcome: 'OUTDATED', because: 'CloudFormation no longer waits for an answer to this event' });
    return outdatedOutcome(event);
  }
  try {
    const onWarning = (error: Error) => incidents.push({ enforcement: 'WARN', error });
    const { PhysicalResourceId, Data } = await handleGateEvent(event, { ...dependencies, onWarning });
    return { status: 'SUCCESS', physicalResourceId: PhysicalResourceId, data: Data };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const physicalResourceId = event.PhysicalResourceId ?? physicalId(event);
    if (event.RequestType === 'Delete') {
      // A delete is never blocked, not even by a fault of this function.
      log({ outcome: 'PASSED', because: `a deletion is never blocked, but it failed: ${String(error)}` });
      return { status: 'SUCCESS', physicalResourceId, data: NO_IMAGES_AFFECTED };
    }
    incidents.push({ enforcement: 'FAIL', error });
    return { status: 'FAILED', physicalResourceId, reason: withLogGroup(message, logGroupName) };
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
