import type { GateData, GateEvent } from './event';
import { oneLine } from '../core/text/one-line';
import { utf8Length } from '../core/text/words';

/** CloudFormation rejects a longer answer. */
const MAX_BYTES = 4_096;

/** The outcome of one event. */
export type Outcome =
  | { readonly status: 'SUCCESS'; readonly physicalResourceId: string; readonly data: GateData }
  | { readonly status: 'FAILED'; readonly physicalResourceId: string; readonly reason: string };

/** Returns the body of the answer to CloudFormation. A reason that exceeds CloudFormation's limit is truncated. */
export function answerBody({ StackId, RequestId, LogicalResourceId }: GateEvent, outcome: Outcome): string {
  const render = (reason: string | undefined): string => JSON.stringify({
    Status: outcome.status,
    Reason: reason,
    PhysicalResourceId: outcome.physicalResourceId,
    StackId,
    RequestId,
    LogicalResourceId,
    NoEcho: false,
    Data: outcome.status === 'SUCCESS' ? outcome.data : undefined,
  });
  if (outcome.status === 'SUCCESS') return render(undefined);
  let reason = oneLine(outcome.reason);
  // JSON escapes quotes and other characters, so the length of the text is not enough.
  for (let body = render(reason); ; body = render(reason)) {
    if (utf8Length(body) <= MAX_BYTES || reason === '') return body;
    reason = `${reason.slice(0, Math.floor(reason.length * 0.9) - 1).replace(/[\ud800-\udbff]$/, '')}${reason.length > 2 ? '…' : ''}`;
  }
}
