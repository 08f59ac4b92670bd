import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

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

/** The HTTP side. Knows nothing of what the operations mean. */
export class HttpServer {
  private readonly server: Server;

  /** An answer of undefined breaks the connection. */
  constructor(answer: (request: Request) => Promise<Answer | undefined>) {
    this.server = createServer((request, response) => {
      serve(request, response, answer).catch(() => request.socket.destroy());
    });
    // Clients keep connections for reuse: one that the server closed meanwhile would look like a fault nobody injected.
    this.server.keepAliveTimeout = 10 * 60 * 1000;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', resolve);
    });
  }

  /** Breaks what is under way. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}

async function serve(
  request: IncomingMessage, response: ServerResponse, answerTo: (request: Request) => Promise<Answer | undefined>,
): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  const answer = await answerTo({
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'http://localhost'),
    target: request.headers['x-amz-target'] as string | undefined,
    authorization: request.headers.authorization,
    body: Buffer.concat(pieces).toString(),
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
