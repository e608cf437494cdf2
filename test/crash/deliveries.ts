import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Draw } from './draw.ts';

/** Senders at once, and the pause of each between two deliveries: about a hundred a second. */
const SENDERS = 3;
const PAUSE_MS = 20;
/** Providers wait about so long for an answer. */
const PATIENCE_MS = 15_000;

/** No event of the sandbox begins like this. */
export const EVENT_PREFIX = 'evt_crash_';

export interface DeliveryTarget {
  readonly url: string;
  readonly secret: string;
  readonly accountId: string;
  /** Ids of objects that the account has, for events that make the hub read them. */
  readonly charges: () => readonly string[];
}

/** A provider's side of the inbox: signed deliveries, each with an id of its own, and which were acknowledged. */
export class Deliveries {
  /** Ids that were answered 200, in order. */
  readonly acknowledged: string[] = [];
  /** Answers other than 200 by status; `none` for a connection that died. */
  readonly refused = new Map<string, number>();
  readonly #target: DeliveryTarget;
  readonly #draw: Draw;
  readonly #onAcknowledged: () => void;
  readonly #bodies = new Map<string, string>();
  readonly #stop = new AbortController();
  readonly #agent = new Agent({ keepAlive: true });
  #running: Promise<unknown> = Promise.resolve();
  #next = 1;

  constructor(target: DeliveryTarget, draw: Draw, onAcknowledged: () => void) {
    this.#target = target;
    this.#draw = draw;
    this.#onAcknowledged = onAcknowledged;
  }

  start(): void {
    this.#running = Promise.all(Array.from({ length: SENDERS }, () => this.#send()));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** A sound delivery may be turned away for now, never for good: then its sender does not come again. */
  refusedForGood(): readonly string[] {
    return [...this.refused]
      .filter(([status]) => status.startsWith('4') && status !== '429')
      .map(([status, count]) => `${count} sound deliveries were answered ${status}`);
  }

  /** Sends everything that was acknowledged once more; answers how many were not accepted now. */
  async replay(senders: number): Promise<number> {
    const ids = [...this.acknowledged];
    let failed = 0;
    const one = async () => {
      for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
        if ((await this.#deliver(this.#bodies.get(id)!)) !== 200) failed += 1;
      }
    };
    await Promise.all(Array.from({ length: senders }, one));
    return failed;
  }

  close(): void {
    this.#stop.abort();
    this.#agent.destroy();
  }

  async #send(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const id = `${EVENT_PREFIX}${this.#next++}`;
      const body = this.#bodyOf(id);
      const status = await this.#deliver(body);
      if (status === 200) {
        this.acknowledged.push(id);
        this.#bodies.set(id, body);
        this.#onAcknowledged();
      } else {
        const key = status === null ? 'none' : String(status);
        this.refused.set(key, (this.refused.get(key) ?? 0) + 1);
      }
      await systemClock.sleep(PAUSE_MS, this.#stop.signal).catch(() => {});
    }
  }

  #bodyOf(id: string): string {
    const charges = this.#target.charges();
    const isOfCharge = charges.length > 0 && this.#draw.chance(0.15);
    const object = isOfCharge ? { object: 'charge', id: this.#draw.pick(charges) } : { object: 'balance' };
    const type = isOfCharge ? 'charge.updated' : 'balance.available';
    const created = Math.floor(systemClock.now() / 1_000);
    return JSON.stringify({ id, object: 'event', type, created, account: this.#target.accountId, data: { object } });
  }

  /** Status of the answer, or null when there was none. */
  #deliver(body: string): Promise<number | null> {
    const { url, secret } = this.#target;
    const at = Math.floor(systemClock.now() / 1_000);
    const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
    const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${signature}` };
    return new Promise((resolve) => {
      const call = request(url, { method: 'POST', headers, agent: this.#agent, timeout: PATIENCE_MS }, (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? null));
        answer.once('error', () => resolve(null));
      });
      call.once('timeout', () => call.destroy());
      call.once('error', () => resolve(null));
      call.end(body);
    });
  }
}
