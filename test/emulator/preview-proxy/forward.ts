import { Agent, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';

const agent = new Agent({ keepAlive: true });

export interface ForwardOptions {
  /** The target endpoint, such as http://127.0.0.1:4566. */
  readonly to: string;
  /** The body of the request, if it has already been read. @default - the body is streamed */
  readonly body?: string;
  /** True to break the connection instead of returning the answer. */
  readonly loseAnswer?: boolean;
}

/** Forwards a request and returns the answer, both unchanged. Signed headers, including `Host`, keep their values. */
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

/** Removes the headers that apply to a single connection. */
function endToEnd(rawHeaders: readonly string[]): string[] {
  const pairs = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1]]] : []));
  return pairs.filter(([name]) => !['connection', 'keep-alive'].includes(name.toLowerCase())).flat();
}

/** Closes the connections that are kept for reuse. */
export function closeIdleConnections(): void {
  agent.destroy();
}
