import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What goes wrong with the next request, in the order in which faults were planned. */
export type KeyServerFault = 'throttle' | 'error' | 'silent' | 'broken';

/** What a key server answers. */
export interface KeyServerAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A key service on loopback, with faults to order. */
export interface KeyServer {
  readonly url: string;
  /** Requests that arrived, those that failed included. */
  readonly requests: () => number;
  plan(...faults: readonly KeyServerFault[]): void;
  /** Called for each request that gets no answer. */
  onSilent: () => void;
  close(): Promise<void>;
}

export interface KeyServerOptions {
  readonly contentType: string;
  /** What the service says when it is asked too often. */
  readonly throttled: KeyServerAnswer;
  answer(request: IncomingMessage, body: string): KeyServerAnswer;
}

export async function keyServer({ contentType, throttled, answer }: KeyServerOptions): Promise<KeyServer> {
  const faults: KeyServerFault[] = [];
  let requests = 0;
  const send = (response: ServerResponse, { status, body }: KeyServerAnswer) => {
    response.writeHead(status, { 'content-type': contentType });
    response.end(JSON.stringify(body));
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests += 1;
    const fault = faults.shift();
    if (fault === 'throttle') return send(response, throttled);
    if (fault === 'error') return send(response, { status: 500, body: {} });
    if (fault === 'broken') return void request.socket.destroy();
    if (fault === 'silent') return made.onSilent();
    send(response, answer(request, Buffer.concat(chunks).toString('utf8')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const made: KeyServer = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    requests: () => requests,
    plan: (...planned) => void faults.push(...planned),
    onSilent: () => {},
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return made;
}
