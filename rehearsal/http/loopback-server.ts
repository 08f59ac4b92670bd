import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server for the clients of this machine alone, at a free port. What a request fails over breaks its connection. */
export class LoopbackServer {
  private readonly server: Server;

  constructor(serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {
    this.server = createServer((request, response) => {
      // Functions run at the time of the rehearsal: by the real date the SDK would correct their clock.
      response.sendDate = false;
      serve(request, response).catch(() => request.socket.destroy());
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

/** All that a request brings along. Rejects when its sender goes away. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}
