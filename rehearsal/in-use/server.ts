import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, LoopbackServer } from '../http/loopback-server';

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly target: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body: object;
  readonly errorType?: string;
}

/** The HTTP side. Knows nothing of what the operations mean. An answer of undefined breaks the connection. */
export function httpServer(answer: (request: Request) => Promise<Answer | undefined>): LoopbackServer {
  return new LoopbackServer((request, response) => serve(request, response, answer));
}

async function serve(
  request: IncomingMessage, response: ServerResponse, answerTo: (request: Request) => Promise<Answer | undefined>,
): Promise<void> {
  const answer = await answerTo({
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'http://localhost'),
    target: request.headers['x-amz-target'] as string | undefined,
    authorization: request.headers.authorization,
    body: (await bodyOf(request)).toString(),
  });
  if (!answer) {
    request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status, {
    'Content-Type': request.headers['content-type'] ?? 'application/json',
    ...(answer.errorType !== undefined && { 'x-amzn-errortype': answer.errorType }),
  });
  response.end(JSON.stringify(answer.body));
}
