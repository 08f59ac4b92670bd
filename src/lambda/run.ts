import { ANSWERING_TIME, GateDependencies, GateEvent } from './event';
import { Call, callWithRetry } from '../aws/call';
import { sdkStack } from '../aws/cloudformation/sdk-stack';
import type { StackPort } from '../aws/cloudformation/stack-port';
import { Deadline } from '../aws/deadline';
import { Stopwatch } from '../aws/stopwatch';

/** One event on its way to an answer. */
export interface EventRun extends GateDependencies {
  readonly event: GateEvent;
  /** By when everything must be done: the Lambda's own time. */
  readonly lastMoment: Deadline;
  readonly call: Call;
  readonly stack: StackPort;
  readonly watch: Stopwatch;
}

/** The part of it that judges. Its calls end with its deadline. */
export interface Run extends EventRun {
  /** By when there must be a judgement: the gate's timeout, which begins when the stack is known not to roll back. */
  readonly deadline: Deadline;
}

export function startRun(event: GateEvent, dependencies: GateDependencies): EventRun {
  const { clients, clock, remainingMilliseconds } = dependencies;
  clients.calls.reset();
  const lastMoment = Deadline.in(clock, remainingMilliseconds - ANSWERING_TIME);
  return { ...dependencies, event, lastMoment, ...callsUntil(lastMoment, dependencies), watch: new Stopwatch(clock) };
}

export function startJudging(run: EventRun, timeoutSeconds: number): Run {
  const deadline = Deadline.in(run.clock, Math.min(timeoutSeconds * 1000, run.lastMoment.remaining));
  return { ...run, deadline, ...callsUntil(deadline, run) };
}

function callsUntil(deadline: Deadline, { clients, clock }: GateDependencies): Pick<EventRun, 'call' | 'stack'> {
  const call = callWithRetry(clock, deadline);
  return { call, stack: sdkStack(clients.cloudFormation, call) };
}
