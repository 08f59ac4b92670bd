import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from './dispatcher';
import type { Registry } from './registry';
import { readServiceRequest, sendJson, type JsonAnswer } from '../http/json-server';
import { LoopbackServer } from '../http/loopback-server';

/** Larger than any request that ECR accepts. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Serves the operations over POST, as AWS JSON 1.1, and layers over GET. */
export class HttpServer {
  private readonly server = new LoopbackServer((request, response) => this.serve(request, response));
  private readonly waiting = new Set<NodeJS.Timeout>();
  private serial = 0;

  constructor(private readonly dispatcher: Dispatcher, private readonly registry: Registry, private readonly latencyMs: number) {}

  get endpoint(): string {
    return this.server.endpoint;
  }

  start(port?: number): Promise<void> {
    return this.server.start(port);
  }

  /** Closes all connections, including those with requests in progress. */
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
    const answer = this.dispatcher.dispatch(await readServiceRequest(request, MAX_BODY_BYTES));
    if (answer === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    this.after(this.latencyMs + answer.delayMs, () => sendAnswer(answer, ++this.serial, response));
  }

  /** Delayed answers overlap, as they do in the real service. */
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
    const [, prefix, repositoryName = '', digest = ''] = url.split('/').map(decodeURIComponent);
    const blob = prefix === 'layers' ? this.registry.find(repositoryName)?.layers.get(digest) : undefined;
    response.writeHead(blob ? 200 : 404).end(blob);
  }
}

export function sendAnswer(answer: JsonAnswer, serial: number, response: ServerResponse): void {
  sendJson(response, answer, {
    'Content-Type': 'application/x-amz-json-1.1',
    'x-amzn-RequestId': `00000000-0000-4000-a000-${String(serial).padStart(12, '0')}`,
  });
}
