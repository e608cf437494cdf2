import { type Clock, DeadlinePassed } from '../../kernel/clock.ts';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** A clock for tests: time moves only by {@link ManualClock.advance}, or by itself where a test says so. */
export class ManualClock implements Clock {
  #now: number;
  #timers: Timer[] = [];
  readonly #skipsSleep: boolean;
  /** Durations of all sleeps so far, ms. */
  readonly slept: number[] = [];

  /** `skipsSleep`: a sleep is over at once and the time moves on by its length. */
  constructor({ now = Date.UTC(2026, 10, 20), skipsSleep = false } = {}) {
    this.#now = now;
    this.#skipsSleep = skipsSleep;
  }

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    if (this.#skipsSleep) return this.advance(ms);
    await new Promise<void>((resolve, reject) => {
      const timer = this.#add(ms, resolve);
      signal?.addEventListener('abort', () => {
        this.#remove(timer);
        reject(signal.reason);
      });
    });
  }

  deadline(ms: number) {
    const controller = new AbortController();
    const timer = this.#add(ms, () => controller.abort(new DeadlinePassed(ms)));
    return { signal: controller.signal, cancel: () => this.#remove(timer) };
  }

  /** Moves time on and fires what is due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#remove(next);
      this.#now = Math.max(this.#now, next.at);
      next.fire();
    }
    this.#now = end;
  }

  /** Sleeps and deadlines that are still running. */
  get pending(): number {
    return this.#timers.length;
  }

  #add(ms: number, fire: () => void): Timer {
    const timer = { at: this.#now + ms, fire };
    this.#timers.push(timer);
    return timer;
  }

  #remove(timer: Timer): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }
}
