import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Dispatcher } from './dispatcher';
import type { Registry } from './registry';
import { LoopbackServer } from '../http/loopback-server';

const MAX_BODY_SIZE = 32 * 1024 * 1024;

/** The HTTP side: AWS JSON 1.1 over POST, and layers over GET. Knows nothing of what the operations mean. */
export class HttpServer {
  private readonly server = new LoopbackServer((request, response) => this.serve(request, response));
  private readonly waiting = new Set<NodeJS.Timeout>();
  private serial = 0;

  constructor(private readonly dispatcher: Dispatcher, private readonly registry: Registry, private readonly latencyMs: number) {}

  get endpoint(): string {
    return this.server.endpoint;
  }

  start(): Promise<void> {
    return this.server.start();
  }

  /** Breaks what is under way. */
  async stop(): Promise<void> {
    this.waiting.forEach(clearTimeout);
    this.waiting.clear();
    await this.server.stop();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') {
      this.sendLayer(request.url ?? '', response);
      return;
    }
    const body = await readBody(request);
    const answer = this.dispatcher.dispatch({
      target: request.headers['x-amz-target'] as string | undefined,
      authorization: request.headers.authorization,
      body,
    });
    if (answer === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    this.after(this.latencyMs + answer.delayMs, () => sendAnswer(answer, ++this.serial, response));
  }

  /** Waiting answers overlap, as those of the real service do. */
  private after(ms: number, act: () => void): void {
    if (ms === 0) {
      act();
      return;
    }
    const timer = setTimeout(() => {
      this.waiting.delete(timer);
      act();
    }, ms);
    this.waiting.add(timer);
  }

  private sendLayer(url: string, response: ServerResponse): void {
    const [, room, repositoryName = '', digest = ''] = url.split('/').map(decodeURIComponent);
    const blob = room === 'layers' ? this.registry.find(repositoryName)?.layers.get(digest) : undefined;
    response.writeHead(blob ? 200 : 404).end(blob);
  }
}

export function sendAnswer({ status, body, errorType }: Answer, serial: number, response: ServerResponse): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/x-amz-json-1.1',
    'Content-Length': Buffer.byteLength(text),
    'x-amzn-RequestId': `00000000-0000-4000-a000-${String(serial).padStart(12, '0')}`,
    ...(errorType !== undefined && { 'x-amzn-errortype': errorType }),
  });
  response.end(text);
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    pieces.push(piece);
    size += piece.length;
    if (size > MAX_BODY_SIZE) throw new Error('the request is larger than any that ECR takes');
  }
  return Buffer.concat(pieces).toString();
}
