import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { toServiceError } from './errors';
import { LoopbackServer, readBody } from './loopback-server';

export interface ServiceRequest {
  readonly method: string;
  readonly url: URL;
  /** The header `X-Amz-Target`. */
  readonly target: string | undefined;
  /** The header `Authorization`. */
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: object;
  readonly errorType?: string;
}

/** Creates a server that answers with JSON, in the content type of the request; 'reset' breaks the connection. */
export function jsonServer(answerTo: (request: ServiceRequest) => Promise<JsonAnswer | 'reset'>): LoopbackServer {
  return new LoopbackServer(async (request, response) => {
    const answer = await answerTo(await readServiceRequest(request));
    if (answer === 'reset') request.socket.resetAndDestroy();
    else sendJson(response, answer, { 'Content-Type': request.headers['content-type'] ?? 'application/json' });
  });
}

export async function readServiceRequest(request: IncomingMessage, maxBytes?: number): Promise<ServiceRequest> {
  return {
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'http://localhost'),
    target: request.headers['x-amz-target'] as string | undefined,
    authorization: request.headers.authorization,
    body: (await readBody(request, maxBytes)).toString(),
  };
}

export function sendJson(response: ServerResponse, { status, body, errorType }: JsonAnswer, headers: OutgoingHttpHeaders): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    'Content-Length': Buffer.byteLength(text),
    ...(errorType !== undefined && { 'x-amzn-errortype': errorType }),
  });
  response.end(text);
}

export function errorAnswer(error: unknown): JsonAnswer & { readonly errorType: string } {
  const { code, message, status, members } = toServiceError(error);
  return { status, body: { __type: code, message, ...members }, errorType: code };
}
