import { ANSWERING_TIME, GateDependencies, GateEvent } from './event';
import { Call, patientCall } from '../ecr/call';
import { Deadline } from '../ecr/deadline';
import { sdkStack } from '../ecr/sdk-stack';
import type { StackPort } from '../ecr/stack-port';
import { Stopwatch } from '../ecr/stopwatch';

/** One event on its way to an answer. */
export interface Run extends GateDependencies {
  readonly event: GateEvent;
  /** By when there must be a judgement. */
  readonly deadline: Deadline;
  /** By when everything must be done: later than the judgement. */
  readonly lastMoment: Deadline;
  readonly call: Call;
  readonly stack: StackPort;
  readonly watch: Stopwatch;
}

export function startRun(event: GateEvent, dependencies: GateDependencies, timeoutSeconds: number): Run {
  const { clients, clock, remainingMilliseconds } = dependencies;
  clients.calls.reset();
  const deadline = Deadline.in(clock, Math.min(timeoutSeconds * 1000, remainingMilliseconds - ANSWERING_TIME));
  const lastMoment = Deadline.in(clock, remainingMilliseconds - ANSWERING_TIME);
  const call = patientCall(clock, deadline);
  return { ...dependencies, event, deadline, lastMoment, call, stack: sdkStack(clients.cloudFormation, call), watch: new Stopwatch(clock) };
}
