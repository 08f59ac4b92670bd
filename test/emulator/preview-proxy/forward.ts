import { Agent, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';

const agent = new Agent({ keepAlive: true });

export interface ForwardOptions {
  /** Where to, such as http://127.0.0.1:4566. */
  readonly to: string;
  /** When the request has been read already. @default - its body is passed on as it comes */
  readonly body?: string;
  /** The answer gets lost on its way back. */
  readonly loseAnswer?: boolean;
}

/** Passes a request on and its answer back, both as they are: what was signed stays as it was signed, `Host` too. */
export function forward(request: IncomingMessage, response: ServerResponse, { to, body, loseAnswer }: ForwardOptions): void {
  const { hostname, port } = new URL(to);
  const onward = httpRequest({
    agent, hostname, port, method: request.method, path: request.url, headers: endToEnd(request.rawHeaders), setHost: false,
  }, (answer) => {
    if (loseAnswer) {
      answer.resume();
      request.socket.resetAndDestroy();
      return;
    }
    response.writeHead(answer.statusCode!, answer.statusMessage, endToEnd(answer.rawHeaders));
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', () => request.socket.destroy());
  response.on('close', () => onward.destroy());
  if (body !== undefined) onward.end(body);
  else request.pipe(onward);
}

/** What is said between two ends only, and not of the one connection between two of their machines. */
function endToEnd(rawHeaders: readonly string[]): string[] {
  const pairs = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1]]] : []));
  return pairs.filter(([name]) => !['connection', 'keep-alive'].includes(name.toLowerCase())).flat();
}

/** Connections that wait to be used again. */
export function closeIdleConnections(): void {
  agent.destroy();
}
