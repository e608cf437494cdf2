/** A sliding window that lets so many through in so much time; without a limit it counts nothing. */
export class RateWindow {
  readonly #limit: number | null;
  readonly #windowMs: number;
  #times: number[] = [];

  constructor(limit: number | null, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  hasRoom(now: number): boolean {
    if (this.#limit === null) return true;
    this.#forget(now);
    return this.#times.length < this.#limit;
  }

  take(now: number): void {
    if (this.#limit !== null) this.#times.push(now);
  }

  dump(): readonly number[] {
    return this.#times;
  }

  load(times: readonly number[]): void {
    this.#times = [...times];
  }

  #forget(now: number): void {
    const from = now - this.#windowMs;
    const kept = this.#times.findIndex((time) => time > from);
    if (kept === -1) this.#times = [];
    else if (kept > 0) this.#times = this.#times.slice(kept);
  }
}
