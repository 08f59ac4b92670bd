import { GateDependencies, GateEvent, GateResponse, UnexpectedExpiry } from './event';
import { fingerprintOf } from './fingerprint';
import { judgeEvent } from './judge-event';
import type { AffectedImage } from '../core/judgement/affected-image';
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
  if (event.RequestType === 'Delete') return pass(event, []);

  const decoded = decodeGateProperties(event.ResourceProperties);
  try {
    return pass(event, await judgeEvent(event, decoded, dependencies));
  } catch (error) {
    const reason = asOneLine(error);
    if (!decoded.ok || decoded.value.enforcement === 'FAIL') throw reason;
    dependencies.log({ outcome: 'WARNED', because: reason.message });
    return pass(event, error instanceof UnexpectedExpiry ? error.affected : []);
  }
}

function pass(event: GateEvent, affected: readonly AffectedImage[]): GateResponse {
  const expiring = affected.filter(({ action }) => action === 'EXPIRE').length;
  return {
    // Stable for ever: a change would make CloudFormation delete the former one.
    PhysicalResourceId: event.PhysicalResourceId ?? `lifecycle-preview-gate-${event.LogicalResourceId}`,
    Data: {
      ExpiringImageCount: expiring,
      ArchivingImageCount: affected.length - expiring,
      Fingerprint: fingerprintOf(affected),
    },
  };
}

/** The framework sends the trace along: one line, said once. */
function asOneLine(error: unknown): Error {
  const known = error instanceof Error ? error : new Error(String(error));
  const text = known instanceof GateError ? known.message : `CouldNotJudge: ${known.name}: ${known.message}`;
  const reason = new Error(oneLine(text), { cause: error });
  reason.stack = reason.message;
  return reason;
}
