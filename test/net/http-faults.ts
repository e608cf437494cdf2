import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MakeFault, Upstream } from './fault.ts';
import { MessageReader } from './http-message.ts';

/** Readers of one direction, by connection. */
function readers(): (link: object) => MessageReader {
  const known = new WeakMap<object, MessageReader>();
  return (link) => {
    const reader = known.get(link) ?? new MessageReader();
    known.set(link, reader);
    return reader;
  };
}

/** Every request reaches the server a second time, on a connection of its own, and its second answer goes nowhere. */
export function duplicate(target: () => Upstream): MakeFault {
  return (lifted) => {
    const readerOf = readers();
    return {
      open: 'reset',
      async *carry(chunk, flow, link) {
        yield chunk;
        if (flow === 'down' || lifted.aborted) return;
        for (const request of readerOf(link).add(chunk)) sendAgain(target(), request);
      },
    };
  };
}

function sendAgain(upstream: Upstream, request: Buffer): void {
  const socket = connect({ ...upstream });
  const reader = new MessageReader();
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    if (reader.add(chunk).length > 0) socket.destroy();
  });
  socket.write(request);
}

/** An answer waits this long for another one to be swapped with. */
const SWAP_WAIT_MS = 400;

interface Offer {
  readonly link: object;
  readonly answer: Buffer;
  take(answer: Buffer): void;
}

/** Two exchanges at a time get each other's answers. One of these may serve several proxies. */
export class Swaps {
  #waiting: Offer | null = null;
  #count = 0;

  /** Pairs of answers that were swapped. */
  get count(): number {
    return this.#count;
  }

  readonly fault: MakeFault = (lifted) => {
    const readerOf = readers();
    const exchange = (link: object, answer: Buffer) => this.#exchange(link, answer, lifted);
    return {
      open: 'reset',
      async *carry(chunk, flow, link) {
        if (flow === 'up') yield chunk;
        else if (lifted.aborted) yield Buffer.concat([readerOf(link).takeRest(), chunk]);
        else for (const answer of readerOf(link).add(chunk)) yield await exchange(link, answer);
      },
    };
  };

  async #exchange(link: object, answer: Buffer, lifted: AbortSignal): Promise<Buffer> {
    const other = this.#waiting;
    if (other !== null && other.link !== link) {
      this.#waiting = null;
      this.#count += 1;
      other.take(answer);
      return other.answer;
    }
    return new Promise<Buffer>((resolve) => {
      const offer: Offer = { link, answer, take: resolve };
      this.#waiting = offer;
      void sleep(SWAP_WAIT_MS, undefined, { signal: lifted })
        .catch(() => {})
        .then(() => {
          if (this.#waiting === offer) this.#waiting = null;
          resolve(answer);
        });
    });
  }
}
