import { GateData, GateDependencies, GateEvent, GateResponse, UnexpectedExpiry } from './event';
import { judgeEvent, NOTHING_GOES } from './judge-event';
import { oneLine } from '../core/text/one-line';
import { GateError } from '../ecr/errors';
import { decodeGateProperties } from '../protocol/gate-properties';

/*
 * The life of one event (the order is the promise):
 *
 *   Delete                    -> succeed, no calls
 *   stack is rolling back     -> succeed: a rollback is never blocked, not even by malformed properties
 *   malformed properties      -> fail, naming them
 *   no policy, no repository  -> succeed: nothing can expire
 *   preview, judge, report    -> fail on anything unexpected, and on anything that could not be found out
 *
 * With enforcement WARN the last failures are logged and the deployment goes on. The framework may call twice for one
 * event: nothing here changes anything but the repository's preview slot.
 */

export async function handleGateEvent(event: GateEvent, dependencies: GateDependencies): Promise<GateResponse> {
  if (event.RequestType === 'Delete') return pass(event, NOTHING_GOES);

  const decoded = decodeGateProperties(event.ResourceProperties);
  try {
    return pass(event, await judgeEvent(event, decoded, dependencies));
  } catch (error) {
    const reason = asOneLine(error);
    if (!decoded.ok || decoded.value.enforcement === 'FAIL') throw reason;
    dependencies.log({ outcome: 'WARNED', because: reason.message });
    return pass(event, error instanceof UnexpectedExpiry ? error.data : NOTHING_GOES);
  }
}

function pass(event: GateEvent, Data: GateData): GateResponse {
  // Stable for ever: a change would make CloudFormation delete the former one.
  return { PhysicalResourceId: event.PhysicalResourceId ?? `lifecycle-preview-gate-${event.LogicalResourceId}`, Data };
}

/** The framework sends the trace along: one line, said once. */
function asOneLine(error: unknown): Error {
  const known = error instanceof Error ? error : new Error(String(error));
  const text = known instanceof GateError ? known.message : `CouldNotJudge: ${known.name}: ${known.message}`;
  const reason = new Error(oneLine(text), { cause: error });
  reason.stack = reason.message;
  return reason;
}
