import { registry } from '../../../src/connectors/registry.ts';
import { sha256Hex } from '../../../src/kernel/digest.ts';
import type { Sometimes } from '../goals.ts';
import type { Process } from './installation.ts';
import type { Mailroom } from './mailroom.ts';

export type Receive = Process['inbox']['receive'];

/** Puts something between the sender and the inbox of a process; for canaries. */
export type AroundReceive = (process: Process, receive: Receive) => Receive;

export interface ArrivalDoors {
  readonly mailroom: Mailroom;
  readonly sometimes: Sometimes;
  /** Whichever process answers; null when none does. */
  readonly listener: () => Process | null;
  readonly now: () => number;
  readonly around: AroundReceive | undefined;
}

export interface Acknowledged {
  readonly provider: string;
  readonly dedupeKey: string;
}

/** Webhooks on their way from the providers, and what was acknowledged of them. */
export class Arrivals {
  readonly acknowledged: Acknowledged[] = [];
  readonly #doors: ArrivalDoors;
  #address: string | null = null;

  constructor(doors: ArrivalDoors) {
    this.#doors = doors;
  }

  /** The token of an address at which Stripe was seen to deliver, or null. */
  get stripeAddress(): string | null {
    return this.#address;
  }

  /** Rejects when nobody listens, or when the process dies before it answers. */
  async deliver(request: Request): Promise<Response> {
    const { listener, mailroom, now, around } = this.#doors;
    const process = listener();
    if (process === null) throw new Error('connect ECONNREFUSED');
    const [, , provider, token] = new URL(request.url).pathname.split('/') as [string, string, string, string];
    if (provider === 'stripe') this.#address = token;
    const sent = { headers: Object.fromEntries(request.headers), body: new Uint8Array(await request.arrayBuffer()) };
    const arrival = { provider, token, ...mailroom.pass(provider, sent, now()) };
    const direct: Receive = (one) => process.inbox.receive(one);
    const receive = around?.(process, direct) ?? direct;
    try {
      const { status, duplicate } = await Promise.race([receive(arrival), process.death]);
      if (status === 200) this.#acknowledge(arrival, duplicate);
      return new Response(null, { status });
    } catch (error) {
      if (!process.isAlive()) throw error;
      this.#doors.sometimes.note('a delivery is refused because the store is away');
      return new Response(null, { status: 503 });
    }
  }

  #acknowledge({ provider, headers, body }: Parameters<Receive>[0], again: boolean): void {
    this.#doors.sometimes.note(again ? 'a delivery comes again' : 'a delivery is stored');
    const { webhook } = provider === 'quickbooks' ? registry.ledger(provider) : registry.source(provider);
    const dedupeKey = webhook.dedupeKey({ body, headers, url: '' }) ?? `sha256:${sha256Hex(body)}`;
    this.acknowledged.push({ provider, dedupeKey });
  }
}
