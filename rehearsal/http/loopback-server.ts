import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server on the loopback interface. A request whose handling fails loses its connection. */
export class LoopbackServer {
  private readonly server: Server;

  constructor(serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {
    this.server = createServer((request, response) => {
      // Functions run at the rehearsal's time: with the real date, the SDK would correct their clock.
      response.sendDate = false;
      serve(request, response).catch(() => request.socket.destroy());
    });
    // Clients reuse connections: one that the server has closed in the meantime would look like an injected fault.
    this.server.keepAliveTimeout = 10 * 60 * 1000;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** @param port 0: any free port */
  async start(port = 0): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
  }

  /** Closes all connections, including those with requests in progress. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}

/** Reads the whole body of a request. Rejects if the client closes the connection or sends more than `maxBytes`. */
export async function readBody(request: IncomingMessage, maxBytes = Infinity): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) throw new Error(`the request body exceeds ${maxBytes} bytes`);
  }
  return Buffer.concat(chunks);
}
