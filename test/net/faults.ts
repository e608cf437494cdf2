import { setTimeout as sleep } from 'node:timers/promises';
import type { Flow, MakeFault } from './fault.ts';

/** A number from 0 up to 1. */
export type Chance = () => number;

/** Nobody listens, and who was connected is cut off. */
export const refuse: MakeFault = () => ({ refuses: true, open: 'reset' });

/** Connections are taken, and then nothing is said. */
export const silent: MakeFault = () => ({ open: 'reset', admit: () => 'swallow' });

/** The peer was there and is gone without a word; who connects anew reaches it. */
export const halfOpen: MakeFault = () => ({ open: 'freeze' });

/** Each connection loses one of its directions. */
export function oneWay(chance: Chance): MakeFault {
  return (lifted) => {
    const loses = new WeakMap<object, Flow>();
    return {
      async *carry(chunk, flow, link) {
        if (!loses.has(link)) loses.set(link, chance() < 0.5 ? 'up' : 'down');
        if (lifted.aborted || loses.get(link) !== flow) yield chunk;
      },
    };
  };
}

/** Bytes of a connection, both directions together, before it is reset: from a few headers to several answers. */
const RESET_AFTER = { least: 20, most: 8_000 } as const;

/** Each connection breaks in the middle of something. */
export function resetAfterBytes(chance: Chance): MakeFault {
  return (lifted) => {
    const left = new WeakMap<object, number>();
    return {
      async *carry(chunk, _flow, link) {
        const now = left.get(link) ?? RESET_AFTER.least + Math.floor(chance() ** 2 * RESET_AFTER.most);
        left.set(link, now - chunk.length);
        if (lifted.aborted || now > chunk.length) yield chunk;
        else {
          yield chunk.subarray(0, now);
          throw new Error('reset');
        }
      },
    };
  };
}

/** Bytes of a drop, and the pause after it. */
const DROP_BYTES = 48;
const DROP_MS = 2;

export const drip: MakeFault = (lifted) => ({
  async *carry(chunk) {
    for (let at = 0; at < chunk.length; at += DROP_BYTES) {
      if (lifted.aborted) {
        yield chunk.subarray(at);
        return;
      }
      yield chunk.subarray(at, at + DROP_BYTES);
      await sleep(DROP_MS);
    }
  },
});

/** Everything takes this much longer, in each direction. */
const DELAY_MS = 150;

export const delay: MakeFault = (lifted) => ({
  async *carry(chunk) {
    if (!lifted.aborted) await sleep(DELAY_MS, undefined, { signal: lifted }).catch(() => {});
    yield chunk;
  },
});

/** Everything stands still and goes on where it stopped: nothing is lost, it is only late. */
export const stall: MakeFault = (lifted) => {
  const over = new Promise<void>((resolve) => lifted.addEventListener('abort', () => resolve(), { once: true }));
  return {
    async *carry(chunk) {
      await over;
      yield chunk;
    },
  };
};

/** TLS record types of the handshake and of an alert; the first byte of a PostgreSQL client that asks for TLS is 0. */
const TLS_HANDSHAKE = 0x16;
/** Enough to begin the server's part of the handshake and to break it off. */
const HELLO_BYTES = 40;

/** The handshake of TLS breaks off: before the server's first byte, or within its first record. */
export function tlsCut(chance: Chance): MakeFault {
  return (lifted) => ({
    open: 'reset',
    async *carry(chunk, flow) {
      if (lifted.aborted || chunk[0] !== TLS_HANDSHAKE) yield chunk;
      else if (flow === 'up' && chance() < 0.5) throw new Error('cut before the answer');
      else if (flow === 'up') yield chunk;
      else {
        yield chunk.subarray(0, HELLO_BYTES);
        throw new Error('cut within the answer');
      }
    },
  });
}
