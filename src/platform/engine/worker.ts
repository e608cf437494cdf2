import { backoff_ms } from '../../kernel/backoff.ts';
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { Log } from '../telemetry/index.ts';
import { type Lease, type NextTurn, PRIORITY, type WorkStore } from './port.ts';

/** A dead worker's connection is free after this; with the poll below, taken over within 60 s. */
export const LEASE_MS = 30_000;
const HEARTBEAT_MS = 10_000;
/** How often the table is asked when nobody wakes us: the truth behind every lost wake. */
const POLL_MS = 1_000;
const REST_MS = 30_000;

/** Does what a connection has to do, and says when to look again. The signal aborts when the lease is lost or on a stop. */
export type Turn = (lease: Lease, signal: AbortSignal) => Promise<TurnEnd>;

/** A turn that ended in trouble it knows says so by its number of failures; without one there was none. */
export type TurnEnd = Omit<NextTurn, 'failures'> & { readonly failures?: number };

export interface WorkerDoors {
  readonly store: WorkStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface WorkerOptions {
  /** Names this process in the work table. */
  readonly owner: string;
  /** Connections worked on side by side. */
  readonly slots: number;
  /** Between two looks when nobody wakes us; a second unless said otherwise. */
  readonly poll_ms?: number;
  /** Told once whenever nothing was to do for half a minute after work. */
  readonly onRest?: () => void;
}

interface Running {
  readonly lease: Lease;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/**
 * Claims due connections and gives each its turn: one turn at a time for a connection across all processes, many
 * connections side by side.
 */
export class Worker {
  readonly #doors: WorkerDoors;
  readonly #options: WorkerOptions;
  readonly #turn: Turn;
  readonly #running = new Map<string, Running>();
  /** Turns that ended while the database was away: their connections are given back as soon as it answers. */
  readonly #toRelease: { readonly lease: Lease; readonly next: NextTurn }[] = [];
  readonly #stop = new AbortController();
  readonly #heartbeatStop = new AbortController();
  #poked = false;
  #wake: () => void = () => {};
  #claiming: Promise<void> = Promise.resolve();
  #beating: Promise<void> = Promise.resolve();
  #beats = false;
  /** When the last turn ended; null once the rest after it was told. */
  #workedAt: number | null = null;

  constructor(doors: WorkerDoors, options: WorkerOptions, turn: Turn) {
    this.#doors = doors;
    this.#options = options;
    this.#turn = turn;
  }

  start(): void {
    this.#claiming = this.#claimLoop();
  }

  /** Looks for work now instead of at the next poll. */
  poke(): void {
    this.#poked = true;
    this.#wake();
  }

  /** Claims nothing more, lets running turns end for `drain_ms`, then aborts them. */
  async stop(drain_ms: number): Promise<void> {
    this.#stop.abort(new Error('stopping'));
    this.#wake();
    await this.#claiming;
    const turns = Promise.all([...this.#running.values()].map((one) => one.done));
    const deadline = this.#doors.clock.deadline(drain_ms);
    const abortAll = () => {
      for (const { abort } of this.#running.values()) abort.abort(deadline.signal.reason);
    };
    deadline.signal.addEventListener('abort', abortAll, { once: true });
    await turns;
    deadline.cancel();
    this.#heartbeatStop.abort(new Error('stopped'));
    await this.#beating;
  }

  async #claimLoop(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const claimed = await this.#claimSome();
      if (claimed > 0) continue;
      this.#tellRest();
      await this.#pause(this.#options.poll_ms ?? POLL_MS);
    }
  }

  #tellRest(): void {
    if (this.#running.size > 0 || this.#workedAt === null) return;
    if (this.#doors.clock.now() - this.#workedAt < REST_MS) return;
    this.#workedAt = null;
    this.#options.onRest?.();
  }

  async #claimSome(): Promise<number> {
    const { clock, store, log } = this.#doors;
    try {
      await this.#releaseLate();
      const limit = this.#options.slots - this.#running.size;
      if (limit <= 0) return 0;
      const held = [...this.#running.values()].map((one) => one.lease.connectionId);
      const { owner } = this.#options;
      const leases = await store.claim({ owner, now: clock.now(), limit, lease_ms: LEASE_MS, held });
      for (const lease of leases) this.#run(lease);
      return leases.length;
    } catch (error) {
      log.warn('could not claim work', { error: messageOf(error) });
      return 0;
    }
  }

  /** A connection that was taken over meanwhile stays where it is: its fence is another. */
  async #releaseLate(): Promise<void> {
    for (let late = this.#toRelease[0]; late !== undefined; late = this.#toRelease[0]) {
      await this.#doors.store.release(late.lease, late.next);
      this.#toRelease.shift();
    }
  }

  #run(lease: Lease): void {
    const { connectionId } = lease;
    // A lease that ended while the database was away may come back to this process: its old turn ends first.
    const before = this.#running.get(connectionId);
    before?.abort.abort(new Error('the lease ended'));
    const abort = new AbortController();
    const begun = before === undefined ? this.#take(lease, abort.signal) : this.#takeAfter(before.done, lease, abort);
    const done = begun.finally(() => {
      if (this.#running.get(connectionId)?.lease === lease) this.#running.delete(connectionId);
      this.#workedAt = this.#doors.clock.now();
      this.poke();
    });
    this.#running.set(connectionId, { lease, abort, done });
    if (!this.#beats) this.#beating = this.#heartbeatLoop();
  }

  async #takeAfter(before: Promise<void>, lease: Lease, abort: AbortController): Promise<void> {
    await before;
    await this.#take(lease, abort.signal);
  }

  async #take(lease: Lease, signal: AbortSignal): Promise<void> {
    const { clock, random, store, log } = this.#doors;
    let next: NextTurn;
    try {
      next = { failures: 0, ...(await this.#turn(lease, signal)) };
    } catch (error) {
      const failures = lease.failures + 1;
      next = { dueAt: clock.now() + backoff_ms(failures, random), priority: PRIORITY.live, failures };
      log.error('a turn failed', { connectionId: lease.connectionId, failures, error });
    }
    try {
      await store.release(lease, next);
    } catch (error) {
      this.#toRelease.push({ lease, next });
      log.warn('a lease could not be given back yet', {
        connectionId: lease.connectionId,
        error: messageOf(error),
      });
    }
  }

  /** Extends what is held, for as long as anything is. */
  async #heartbeatLoop(): Promise<void> {
    this.#beats = true;
    while (this.#running.size > 0) {
      try {
        await this.#doors.clock.sleep(HEARTBEAT_MS, this.#heartbeatStop.signal);
      } catch {
        break;
      }
      await this.#extendLeases([...this.#running.values()]);
    }
    this.#beats = false;
  }

  async #extendLeases(held: readonly Running[]): Promise<void> {
    const { clock, store, log } = this.#doors;
    if (held.length === 0) return;
    try {
      const leases = held.map((one) => one.lease);
      const kept = new Set((await store.extend(leases, clock.now() + LEASE_MS)).map((one) => one.connectionId));
      for (const { lease, abort } of held) {
        if (!kept.has(lease.connectionId)) abort.abort(new Error('the lease was taken over'));
      }
    } catch (error) {
      log.warn('leases could not be extended', { error: messageOf(error) });
    }
  }

  /** Waits for the next poll or a poke; a poke that came just before is not lost. */
  async #pause(ms: number): Promise<void> {
    if (!this.#poked && !this.#stop.signal.aborted) {
      const pause = new AbortController();
      this.#wake = () => pause.abort();
      await this.#doors.clock.sleep(ms, pause.signal).catch(() => {});
    }
    this.#poked = false;
  }
}
