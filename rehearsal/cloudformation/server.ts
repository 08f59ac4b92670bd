import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiRequest, ApiResponse } from './api';
import { bodyOf, LoopbackServer } from '../loopback-server';

const RESPONSES = '/custom-resource-responses/';

export interface Routes {
  /** The answer to a custom resource's request. */
  readonly customResourceResponse: (requestId: string, body: string) => void;
  readonly api: (request: ApiRequest) => Promise<ApiResponse>;
}

/** The address at which functions and SDKs find the stand-in. */
export class HttpServer {
  static async start(routes: Routes): Promise<HttpServer> {
    const server = new LoopbackServer((request, response) => serve(routes, request, response));
    await server.start();
    return new HttpServer(server);
  }

  public readonly endpoint: string;

  private constructor(private readonly server: LoopbackServer) {
    this.endpoint = server.endpoint;
  }

  /** Plain HTTP with the port, for whoever heeds the address; the framework heeds only its path. */
  responseUrl(requestId: string): string {
    return `${this.endpoint}${RESPONSES}${requestId}`;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

async function serve(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request).then(String, () => undefined);
  if (body === undefined) return; // the caller is gone
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  if (request.method === 'PUT' && path.startsWith(RESPONSES)) {
    response.writeHead(200).end();
    routes.customResourceResponse(path.slice(RESPONSES.length), body);
    return;
  }
  const answer = await routes.api({
    method: request.method ?? 'GET', path, headers: request.headers, body, accessKeyId: accessKeyIdOf(request.headers.authorization),
  });
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

/** From a signature of version 4; the signature itself is not checked. */
function accessKeyIdOf(authorization: string | undefined): string {
  return /Credential=([^/]+)\//.exec(authorization ?? '')?.[1] ?? '';
}
