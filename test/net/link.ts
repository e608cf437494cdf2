import { connect, type Socket } from 'node:net';
import type { Fault, Flow, Upstream } from './fault.ts';

/** One connection through the proxy: a client's socket and, unless it is held back, the one to the real server. */
export class Link {
  readonly client: Socket;
  /** Bytes that went on, in each direction. */
  readonly passed: Record<Flow, number> = { up: 0, down: 0 };
  #server: Socket | null = null;
  #fault: Fault | null;
  #isDead = false;
  readonly #gone: () => void;

  constructor(client: Socket, fault: Fault | null, gone: () => void) {
    this.client = client;
    this.#fault = fault;
    this.#gone = gone;
    client.setNoDelay(true);
    client.on('error', () => {});
    client.once('close', () => this.#close());
  }

  /** Connects the far side and lets bytes through in both directions. */
  forward(upstream: Upstream): void {
    const server = connect({ ...upstream, noDelay: true, allowHalfOpen: true });
    this.#server = server;
    server.on('error', () => {});
    server.once('close', () => this.#farSideClosed());
    void this.#pump(this.client, server, 'up');
    void this.#pump(server, this.client, 'down');
  }

  /** Takes what the client sends and answers nothing. */
  swallow(): void {
    this.client.once('end', () => this.client.destroy());
    this.client.resume();
  }

  /** From now on the fault says what becomes of the bytes. */
  suffer(fault: Fault): void {
    if (this.#isDead) return;
    this.#fault = fault;
    if (fault.open === 'reset') this.reset();
    if (fault.open === 'freeze') this.freeze();
  }

  /** The far side goes away, and the client hears nothing of it. */
  freeze(): void {
    this.#isDead = true;
    this.#server?.destroy();
    this.swallow();
  }

  /** Both ends see a connection reset. */
  reset(): void {
    this.#isDead = true;
    cut(this.client);
    if (this.#server) cut(this.#server);
  }

  /** An error while bytes are carried is a reset: that is how a fault ends a connection. */
  async #pump(from: Socket, to: Socket, flow: Flow): Promise<void> {
    try {
      for await (const chunk of from.iterator({ destroyOnReturn: false })) {
        for await (const part of this.#carried(chunk as Buffer, flow)) await this.#write(to, part, flow);
        if (this.#isDead) return;
      }
      if (!this.#isDead) to.end();
    } catch {
      if (!this.#isDead) this.reset();
    }
  }

  async *#carried(chunk: Buffer, flow: Flow): AsyncIterable<Buffer> {
    if (this.#fault?.carry) yield* this.#fault.carry(chunk, flow, this);
    else yield chunk;
  }

  async #write(to: Socket, part: Buffer, flow: Flow): Promise<void> {
    if (this.#isDead || !to.writable) return;
    this.passed[flow] += part.length;
    if (to.write(part)) return;
    await new Promise<void>((resolve) => {
      to.once('drain', resolve);
      to.once('close', resolve);
    });
  }

  #farSideClosed(): void {
    if (!this.#isDead) this.client.destroySoon();
  }

  #close(): void {
    this.#isDead = true;
    this.#server?.destroy();
    this.#gone();
  }
}

/**
 * A socket whose end is on its way cannot be reset any more: the system refuses, and it would stay open for ever. A Unix
 * socket, which has no address, knows no reset.
 */
function cut(socket: Socket): void {
  if (socket.writableEnded || socket.connecting) socket.destroy();
  else if (socket.remoteAddress === undefined) socket.destroy();
  else socket.resetAndDestroy();
}
