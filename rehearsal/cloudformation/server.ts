import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiRequest, ApiResponse } from './api';
import { bodyOf, LoopbackServer } from '../http/loopback-server';

const RESPONSES = '/custom-resource-responses/';

export interface Routes {
  /** Takes the answer to a custom resource's request. Returns the status of that, or `reset` for a broken connection. */
  readonly customResourceResponse: (requestId: string, body: string) => number | 'reset';
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

  /** Signed at this time. */
  responseUrl(requestId: string, at: Date): string {
    const date = at.toISOString().replace(/[-:]|\.\d+/g, '');
    return `${this.endpoint}${RESPONSES}${requestId}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${date}&X-Amz-Expires=7200`;
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
    const status = routes.customResourceResponse(path.slice(RESPONSES.length), body);
    if (status === 'reset') request.socket.destroy();
    else response.writeHead(status).end();
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
