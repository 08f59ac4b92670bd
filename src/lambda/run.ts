import { ANSWERING_TIME, GateEvent, HandlerDependencies } from './event';
import { Call, callWithRetry } from '../aws/call';
import { sdkStack, StackPort } from '../aws/cloudformation/sdk-stack';
import { Deadline } from '../aws/deadline';
import { Stopwatch } from '../aws/stopwatch';

/** The handling of one event. */
export interface EventRun extends HandlerDependencies {
  readonly event: GateEvent;
  /** The end of the Lambda function's time, minus the time for the answer. */
  readonly lambdaDeadline: Deadline;
  readonly call: Call;
  readonly stack: StackPort;
  readonly watch: Stopwatch;
}

/** The judgment within the handling of an event. Its calls end at its own deadline. */
export interface Run extends EventRun {
  /** The end of the gate's timeout, which begins when the stack is known not to be rolling back. */
  readonly deadline: Deadline;
}

export function startRun(event: GateEvent, dependencies: HandlerDependencies): EventRun {
  const { clients, clock, remainingMilliseconds } = dependencies;
  clients.calls.reset();
  const lambdaDeadline = Deadline.in(clock, remainingMilliseconds - ANSWERING_TIME);
  return { ...dependencies, event, lambdaDeadline, ...callsUntil(lambdaDeadline, dependencies), watch: new Stopwatch(clock) };
}

export function startJudging(run: EventRun, timeoutSeconds: number): Run {
  const deadline = Deadline.in(run.clock, Math.min(timeoutSeconds * 1000, run.lambdaDeadline.remaining));
  return { ...run, deadline, ...callsUntil(deadline, run) };
}

function callsUntil(deadline: Deadline, { clients, clock }: HandlerDependencies): Pick<EventRun, 'call' | 'stack'> {
  const call = callWithRetry(clock, deadline);
  return { call, stack: sdkStack(clients.cloudFormation, call) };
}
