import { answerEvent } from './answer-event';
import { makeClients } from '../aws/clients';
import { SYSTEM_CLOCK } from '../aws/deadline';
import { environmentProxy } from '../aws/environment-proxy';
import { EVENT_BUS_VARIABLE } from '../protocol/function-variables';

/*
 * The entry point of the bundle: one function per stack, which CloudFormation invokes directly. The path of one event:
 *
 *   CloudFormation -> Lambda's queue -> answerEvent -> handleGateEvent -> PUT to the pre-signed ResponseURL
 *
 * - CloudFormation invokes asynchronously. Lambda queues the event while it throttles, for up to 6 hours, and may deliver it
 *   more than once. CloudFormation waits for the ServiceTimeout of the resource.
 * - The answer is the PUT request. Lambda discards the value that the handler returns.
 * - Lambda repeats an invocation that throws, after one minute and after two more. So the handler throws only if the answer did
 *   not arrive. Lambda also repeats an invocation that crashes (out of memory, timeout), until the ServiceTimeout has passed.
 * - Two deliveries of one event are harmless. A gate changes nothing but the preview slot of the repository, and an attachment
 *   recognizes the event by its RequestId.
 * - The SDK does not read the variables of a proxy, so its clients get an agent that does.
 * - Clients exist as long as the process, so that connections are reused.
 */
const proxy = environmentProxy(process.env);
const clients = makeClients({
  // The SDK retries throttling, 5xx and lost connections until the gate's deadline.
  maxAttempts: 20,
  retryMode: 'adaptive',
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000, ...proxy && { httpsAgent: proxy } },
});

interface LambdaContext {
  readonly logGroupName?: string;
  getRemainingTimeInMillis(): number;
}

export async function handler(event: unknown, context: LambdaContext): Promise<void> {
  await answerEvent(event, {
    clients,
    proxy,
    clock: SYSTEM_CLOCK,
    remainingMilliseconds: context.getRemainingTimeInMillis(),
    logGroupName: context.logGroupName ?? process.env.AWS_LAMBDA_LOG_GROUP_NAME ?? 'unknown',
    log: (entry) => console.log(JSON.stringify(entry)),
    // Not the console, whose lines begin with a time and a request id: CloudWatch Logs extracts metrics only from JSON.
    writeMetric: (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`),
    eventBus: process.env[EVENT_BUS_VARIABLE],
  }).catch((error: unknown) => {
    // Lambda reports only the message of an error, so the code has to be in it.
    throw new Error(String(error), { cause: error });
  });
}
