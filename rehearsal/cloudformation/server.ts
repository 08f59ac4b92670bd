import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiRequest, ApiResponse } from './api';
import { accessKeyIn } from '../http/authorization';
import { LoopbackServer, readBody } from '../http/loopback-server';

const RESPONSES = '/custom-resource-responses/';

export interface Routes {
  /** Accepts the response of a custom resource. Returns an HTTP status, or `reset` to break the connection. */
  readonly customResourceResponse: (requestId: string, body: string) => number | 'reset';
  readonly api: (request: ApiRequest) => Promise<ApiResponse>;
}

/** Serves the API of CloudFormation and accepts the responses of custom resources. */
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

  /** Returns the presigned URL for the response to a request, signed at the given time. */
  responseUrl(requestId: string, at: Date): string {
    const date = at.toISOString().replace(/[-:]|\.\d+/g, '');
    return `${this.endpoint}${RESPONSES}${requestId}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${date}&X-Amz-Expires=7200`;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

async function serve(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request).then(String, () => undefined);
  if (body === undefined) return; // the client closed the connection
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  if (request.method === 'PUT' && path.startsWith(RESPONSES)) {
    const status = routes.customResourceResponse(path.slice(RESPONSES.length), body);
    if (status === 'reset') request.socket.destroy();
    else response.writeHead(status).end();
    return;
  }
  const answer = await routes.api({
    method: request.method ?? 'GET', path, headers: request.headers, body, accessKeyId: accessKeyIn(request.headers.authorization) ?? '',
  });
  response.writeHead(answer.status, answer.headers).end(answer.body);
}
