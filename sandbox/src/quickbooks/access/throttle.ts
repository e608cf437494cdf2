import { RateWindow } from '../../core/rate-window.ts';
import type { QuickBooksLimits } from '../options.ts';

const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

/** What a request counts as. */
interface RequestClass {
  readonly isBatch: boolean;
  /** A metered read ("CorePlus") of the monthly quota. */
  readonly isRead: boolean;
}

interface StoredThrottle {
  readonly minute: readonly number[];
  readonly second: readonly number[];
  readonly batch: readonly number[];
  readonly month: string;
  readonly reads: number;
}

/** The request limits of one company and app. A refused request counts nowhere. */
export class Throttle {
  readonly #limits: QuickBooksLimits;
  readonly #minute: RateWindow;
  readonly #second: RateWindow;
  readonly #batch: RateWindow;
  #month = '';
  #reads = 0;
  #underWay = 0;

  constructor(limits: QuickBooksLimits) {
    this.#limits = limits;
    this.#minute = new RateWindow(limits.perMinute, MINUTE_MS);
    this.#second = new RateWindow(limits.perSecond, SECOND_MS);
    this.#batch = new RateWindow(limits.batchPerMinute, MINUTE_MS);
  }

  /** Takes a place for the request, or says no. A taken place is given back with `leave`. */
  enter(now: number, request: RequestClass): boolean {
    const windows = request.isBatch ? [this.#minute, this.#second, this.#batch] : [this.#minute, this.#second];
    if (this.#underWay >= (this.#limits.concurrent ?? Number.POSITIVE_INFINITY)) return false;
    if (!windows.every((window) => window.hasRoom(now))) return false;
    if (request.isRead && !this.#takeRead(now)) return false;
    for (const window of windows) window.take(now);
    this.#underWay += 1;
    return true;
  }

  leave(): void {
    this.#underWay -= 1;
  }

  dump(): StoredThrottle {
    return {
      minute: this.#minute.dump(),
      second: this.#second.dump(),
      batch: this.#batch.dump(),
      month: this.#month,
      reads: this.#reads,
    };
  }

  load(stored: StoredThrottle): void {
    this.#minute.load(stored.minute);
    this.#second.load(stored.second);
    this.#batch.load(stored.batch);
    this.#month = stored.month;
    this.#reads = stored.reads;
  }

  #takeRead(now: number): boolean {
    const month = new Date(now).toISOString().slice(0, 7);
    if (month !== this.#month) {
      this.#month = month;
      this.#reads = 0;
    }
    if (this.#reads >= (this.#limits.readsPerMonth ?? Number.POSITIVE_INFINITY)) return false;
    this.#reads += 1;
    return true;
  }
}
