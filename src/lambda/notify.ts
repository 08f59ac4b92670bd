import { GateDependencies, GateEvent, UnexpectedExpiry } from './event';
import { Deadline } from '../aws/deadline';
import { GateError } from '../aws/errors';
import { FailureEvent, failureEvent } from '../core/report/failure-event';
import { failureMetric } from '../core/report/failure-metric';
import { decodeGateProperties } from '../protocol/gate-properties';

/*
 * Reports a gate that failed or warned: as a metric, and as an event if the function has an event bus. Neither changes the verdict.
 */

/** The maximum time in milliseconds for the event. */
const EVENT_TIME = 3_000;

/** A gate that failed, or that warns instead. */
export interface Incident {
  readonly enforcement: 'FAIL' | 'WARN';
  /** The error with the message for CloudFormation. Its cause is the original error. */
  readonly error: unknown;
}

/** Returns the description of an incident. Never throws. */
export function describeIncident(event: GateEvent, { enforcement, error }: Incident, logGroup: string): FailureEvent {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const unexpected = cause instanceof UnexpectedExpiry ? cause : undefined;
  return failureEvent({
    judged: unexpected !== undefined,
    enforcement,
    code: cause instanceof GateError ? cause.code : 'FailedJudgment',
    message: error instanceof Error ? error.message : String(error),
    stackId: event.StackId,
    logicalId: event.LogicalResourceId,
    repositoryName: unexpected?.judged.repositoryName ?? nameIn(event),
    counts: unexpected?.judged.counts,
    fingerprint: unexpected?.data.Fingerprint,
    report: { logGroup, ...unexpected?.judged.page !== undefined && { page: unexpected.judged.page } },
  });
}

/** Writes the metric of an incident to the log. Never throws. */
export function countIncident({ detail }: FailureEvent, { clock, writeMetric, log }: GateDependencies): void {
  try {
    writeMetric(failureMetric(detail, clock.now()));
  } catch (error) {
    log({ outcome: 'METRIC_NOT_WRITTEN', because: String(error) });
  }
}

/** Puts the event on the bus, if there is one. Takes a few seconds at most, and never throws. */
export async function sendIncident(incident: FailureEvent, { clients, clock, eventBus, log }: GateDependencies, endsAt: number): Promise<void> {
  if (eventBus === undefined) return;
  try {
    const deadline = Deadline.in(clock, Math.min(EVENT_TIME, endsAt - clock.now()));
    await deadline.withTimeout(clients.events().then((client) => client.putEvent(eventBus, incident, deadline.signal)), `putting an event on ${eventBus}`);
    log({ outcome: 'EVENT_SENT', eventBus });
  } catch (error) {
    log({ outcome: 'EVENT_NOT_SENT', eventBus, because: String(error) });
  }
}

function nameIn({ ResourceProperties }: GateEvent): string | undefined {
  try {
    const decoded = decodeGateProperties(ResourceProperties);
    return decoded.ok && 'name' in decoded.value.repository ? decoded.value.repository.name : undefined;
  } catch {
    return undefined;
  }
}
