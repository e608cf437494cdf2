import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createRawServer, type Server, type Socket } from 'node:net';

/** A server on loopback, for tests. */
export interface LocalServer {
  readonly port: number;
  /** `METHOD /path` of every request that arrived, in order. */
  readonly requests: readonly string[];
  /** Sockets that were ever opened. */
  readonly connections: () => number;
  /** Sockets that are open now. */
  readonly open: () => number;
  /** Resolves when no socket is open. */
  readonly quiet: () => Promise<void>;
  close(): Promise<void>;
}

/** Answers HTTP by `listener`. */
export async function httpServer(listener: (req: IncomingMessage, res: ServerResponse) => void): Promise<LocalServer> {
  const requests: string[] = [];
  const noting: RequestListener = (req, res) => {
    requests.push(`${req.method} ${req.url}`);
    listener(req, res);
  };
  return started(createServer(noting), requests);
}

/** Does with each socket what `onSocket` says. */
export function rawServer(onSocket: (socket: Socket) => void): Promise<LocalServer> {
  return started(createRawServer(onSocket), []);
}

async function started(server: Server, requests: readonly string[]): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let onQuiet: () => void = () => {};
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    // A client that breaks off is part of most of these tests.
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) onQuiet();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    requests,
    connections: () => connections,
    open: () => sockets.size,
    quiet: () =>
      new Promise((resolve) => {
        onQuiet = resolve;
        if (sockets.size === 0) resolve();
      }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
