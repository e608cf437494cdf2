import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import type { Address, Fault, MakeFault, Upstream } from './fault.ts';
import { Link } from './link.ts';

const HOST = '127.0.0.1';
/**
 * Below the ports that the system gives to outgoing connections: one of those could take ours while we refuse, or a
 * client that tries a closed port could meet itself.
 */
const PORTS = { from: 20_000, until: 32_000 } as const;
const PORT_TRIES = 50;

export interface LiftOptions {
  /** Reset every connection, for faults that leave some in which bytes were lost. */
  readonly reset: boolean;
}

/** A TCP proxy on a loopback port that can be told to misbehave. */
export class TcpProxy {
  #target: Upstream;
  #server: Server | null = null;
  #port = 0;
  #fault: Fault | null = null;
  readonly #links = new Set<Link>();

  constructor(target: Upstream) {
    this.#target = target;
  }

  /** Where clients connect. */
  get address(): Address {
    return { host: HOST, port: this.#port };
  }

  get upstream(): Upstream {
    return this.#target;
  }

  /** Connections of clients that are open now. */
  get links(): readonly Link[] {
    return [...this.#links];
  }

  /** Leads new connections somewhere else. */
  leadTo(target: Upstream): void {
    this.#target = target;
  }

  async listen(): Promise<Address> {
    for (let attempt = 1; this.#server === null; attempt += 1) {
      const port = randomInt(PORTS.from, PORTS.until);
      await this.#listenOn(port).catch((error: unknown) => {
        if (attempt === PORT_TRIES) throw error;
      });
    }
    return this.address;
  }

  /** Begins a fault; answers what ends it. One at a time. */
  async break(make: MakeFault): Promise<(options: LiftOptions) => Promise<void>> {
    if (this.#fault !== null) throw new Error('a fault is in force already');
    const lifted = new AbortController();
    const fault = make(lifted.signal);
    this.#fault = fault;
    if (fault.refuses) await this.#stopListening();
    for (const link of this.links) link.suffer(fault);
    return async ({ reset }) => {
      this.#fault = null;
      lifted.abort();
      if (reset) this.resetAll();
      if (this.#server === null) await this.#listenOn(this.#port);
    };
  }

  resetAll(): void {
    for (const link of this.links) link.reset();
  }

  async close(): Promise<void> {
    await this.#stopListening();
    this.resetAll();
  }

  async #listenOn(port: number): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      const link = new Link(client, this.#fault, () => this.#links.delete(link));
      this.#links.add(link);
      const verdict = this.#fault?.admit?.() ?? 'forward';
      if (verdict === 'forward') link.forward(this.#target);
      else if (verdict === 'swallow') link.swallow();
      else link.reset();
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, HOST, resolve);
    });
    this.#server = server;
    this.#port = port;
  }

  /** Open connections live on: a listener that is gone says nothing about them. */
  async #stopListening(): Promise<void> {
    this.#server?.close();
    this.#server = null;
  }
}
