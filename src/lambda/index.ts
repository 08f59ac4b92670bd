import type { GateEvent, GateResponse } from './event';
import { handleGateEvent } from './handler';
import { makeClients } from '../ecr/clients';
import { SYSTEM_CLOCK } from '../ecr/deadline';

/*
 * The entry point of the bundle: the onEvent handler behind CDK's provider framework, one a stack.
 * Clients live as long as the process, so that connections are used again.
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

export function handler(event: GateEvent, context: LambdaContext): Promise<GateResponse> {
  return handleGateEvent(event, {
    clients,
    clock: SYSTEM_CLOCK,
    remainingMilliseconds: context.getRemainingTimeInMillis(),
    logGroupName: context.logGroupName ?? process.env.AWS_LAMBDA_LOG_GROUP_NAME ?? 'unknown',
    log: (entry) => console.log(JSON.stringify(entry)),
  });
}
