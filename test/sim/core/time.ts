import { type Clock, DeadlinePassed } from '../../../src/kernel/clock.ts';

interface Timer {
  readonly at: number;
  /** Timers of one moment fire in the order in which they were set. */
  readonly order: number;
  readonly fire: () => void;
  readonly owner: Owner;
  cancelled: boolean;
}

/** Whose timer it is. */
export interface Owner {
  /** False drops it unfired: its process is gone. */
  isAlive(): boolean;
  /** Until when its owner stands still; its timers fire then. */
  frozenUntil(): number;
}

const NOBODY: Owner = { isAlive: () => true, frozenUntil: () => 0 };

/** Time of a simulated world: it moves only when told to go to the next timer. Milliseconds since 1970. */
export class Time {
  #now: number;
  #order = 0;
  readonly #heap: Timer[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  /** Calls `fire` after `ms`. Answers what cancels it. */
  after(ms: number, fire: () => void, owner: Owner = NOBODY): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#order++, fire, owner, cancelled: false };
    push(this.#heap, timer);
    return () => {
      timer.cancelled = true;
    };
  }

  /** When the next timer is due, or null when there is none. */
  nextAt(): number | null {
    this.#dropDead();
    return this.#heap[0]?.at ?? null;
  }

  /** Moves to the next timer and fires it; false when there is none up to `until`, and then the time is `until`. */
  advance(until: number): boolean {
    this.#dropDead();
    const next = this.#heap[0];
    if (next === undefined || next.at > until) {
      this.#now = Math.max(this.#now, until);
      return false;
    }
    pop(this.#heap);
    this.#now = Math.max(this.#now, next.at);
    const thaws = next.owner.frozenUntil();
    if (thaws > this.#now) push(this.#heap, delayed(next, thaws));
    else next.fire();
    return true;
  }

  #dropDead(): void {
    while (this.#heap.length > 0 && (this.#heap[0]!.cancelled || !this.#heap[0]!.owner.isAlive())) pop(this.#heap);
  }
}

/** The clock of one process: it may go wrong by `skew_ms`, and its timers end with it. */
export class ProcessClock implements Clock {
  readonly #time: Time;
  readonly #owner: Owner;
  skew_ms = 0;

  constructor(time: Time, owner: Owner) {
    this.#time = time;
    this.#owner = owner;
  }

  readonly now = (): number => this.#time.now() + this.skew_ms;

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = this.#time.after(
        ms,
        () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
        this.#owner,
      );
      const onAbort = () => {
        cancel();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  deadline(ms: number) {
    const controller = new AbortController();
    const cancel = this.#time.after(ms, () => controller.abort(new DeadlinePassed(ms)), this.#owner);
    return { signal: controller.signal, cancel };
  }
}

/** The same timer later; cancelling the first cancels it, too. */
function delayed(timer: Timer, at: number): Timer {
  return {
    ...timer,
    at,
    get cancelled() {
      return timer.cancelled;
    },
    set cancelled(value) {
      timer.cancelled = value;
    },
  };
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Timer[], timer: Timer): void {
  heap.push(timer);
  for (let child = heap.length - 1; child > 0; ) {
    const parent = (child - 1) >> 1;
    if (!isBefore(heap[child]!, heap[parent]!)) return;
    [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
    child = parent;
  }
}

function pop(heap: Timer[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  heap[0] = last;
  for (let parent = 0; ; ) {
    const left = 2 * parent + 1;
    if (left >= heap.length) return;
    const right = left + 1;
    const child = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left;
    if (!isBefore(heap[child]!, heap[parent]!)) return;
    [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
    parent = child;
  }
}
