import * as http from 'node:http';
import * as https from 'node:https';
import type { Clock } from '../aws/deadline';
import { GateError } from '../aws/errors';

const MAX_ATTEMPTS = 10;
const FIRST_DELAY = 200;
const MAX_DELAY = 10_000;

/** The timeout in milliseconds of one attempt. S3 answers within milliseconds. */
const ATTEMPT_TIME = 10_000;

/** Reserved for the end of the invocation, in milliseconds. */
const ENDING_TIME = 1_000;

/** Sends one PUT request. Returns the status, and throws if there was no answer. */
export type Put = (url: URL, body: string, timeoutMilliseconds: number) => Promise<number>;

/**
 * Sends the answer to its pre-signed address. Retries after a lost connection or a fault of the service. If two answers arrive,
 * CloudFormation ignores the second one.
 *
 * @throws UnsentAnswer, so that Lambda invokes the function again with the same event.
 */
export async function sendAnswer(responseUrl: string, body: string, clock: Clock, endsAt: number, put: Put): Promise<void> {
  const url = new URL(responseUrl);
  let delay = FIRST_DELAY;
  for (let attempt = 1; ; attempt++, delay = Math.min(delay * 2, MAX_DELAY)) {
    const failure = await attemptToSend(url, body, Math.min(ATTEMPT_TIME, endsAt - ENDING_TIME - clock.now()), put);
    if (failure === undefined) return;
    const wait = delay * (0.8 + 0.4 * clock.random());
    if (!failure.isTransient || attempt === MAX_ATTEMPTS || clock.now() + wait >= endsAt - ENDING_TIME) {
      throw new GateError('UnsentAnswer', `the answer did not reach CloudFormation at ${url.host}, attempt ${attempt}: ${failure.message}; Lambda tries again with the same event`);
    }
    await clock.sleep(wait);
  }
}

interface Failure {
  readonly message: string;
  /** True if the next attempt may succeed. */
  readonly isTransient: boolean;
}

async function attemptToSend(url: URL, body: string, timeout: number, put: Put): Promise<Failure | undefined> {
  if (timeout <= 0) return { message: 'timed out', isTransient: false };
  try {
    const status = await put(url, body, timeout);
    return status < 300 ? undefined : { message: `status ${status}`, isTransient: status >= 500 || status === 429 };
  } catch (error) {
    return { message: String(error), isTransient: true };
  }
}

/** Returns a function that sends a PUT request through a proxy. Real addresses are HTTPS; an emulator's may be plain HTTP. */
export function putThrough(proxy: https.Agent | undefined): Put {
  return (url, body, timeout) => new Promise((resolve, reject) => {
    const isHttps = url.protocol !== 'http:';
    const { request } = isHttps ? https : http;
    // The signature covers an empty content type.
    const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
    const agent = isHttps && proxy ? proxy : false;
    const outgoing = request(url, { method: 'PUT', headers, agent, signal: AbortSignal.timeout(timeout) }, (response) => {
      response.on('error', reject);
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
