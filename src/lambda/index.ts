import { answerEvent } from './answer-event';
import { makeClients } from '../aws/clients';
import { SYSTEM_CLOCK } from '../aws/deadline';

/*
 * The entry point of the bundle: one function per stack, which CloudFormation invokes directly. The life of one event:
 *
 *   CloudFormation -> Lambda's queue -> answerEvent -> handleGateEvent -> PUT to the pre-signed ResponseURL
 *
 * - CloudFormation invokes asynchronously. Lambda queues the event while it throttles, for up to 6 hours, and may deliver it
 *   more than once. CloudFormation waits for as long as the resource's ServiceTimeout says.
 * - The answer is the PUT request. The value that the handler returns goes nowhere.
 * - An invocation that throws is repeated by Lambda, after one minute and after two more. So it throws only if the answer did
 *   not arrive, and never after it. A crash (no memory, a time-out) is repeated likewise, and then bounded by ServiceTimeout.
 * - Two deliveries of one event are harmless. A gate changes nothing but the preview slot of the repository, and an attachment
 *   recognizes the event by its RequestId.
 * - Clients live as long as the process, so that connections are reused.
 */
const clients = makeClients({
  // Throttling, 5xx and lost connections are the SDK's to retry; the gate's deadline ends it.
  maxAttempts: 20,
  retryMode: 'adaptive',
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000 },
});

interface LambdaContext {
  readonly logGroupName?: string;
  getRemainingTimeInMillis(): number;
}

export function handler(event: unknown, context: LambdaContext): Promise<void> {
  return answerEvent(event, {
    clients,
    clock: SYSTEM_CLOCK,
    remainingMilliseconds: context.getRemainingTimeInMillis(),
    logGroupName: context.logGroupName ?? process.env.AWS_LAMBDA_LOG_GROUP_NAME ?? 'unknown',
    log: (entry) => console.log(JSON.stringify(entry)),
  });
}
