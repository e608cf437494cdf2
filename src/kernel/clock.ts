/**
 * The one door to time. Instants are milliseconds since 1970 UTC. Production uses {@link systemClock}; the simulation
 * brings its own, where time moves only when nothing else can.
 */
export interface Clock {
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A signal that aborts after `ms`, whatever is still trickling in. `cancel` frees its timer. */
  deadline(ms: number): Deadline;
}

export interface Deadline {
  readonly signal: AbortSignal;
  cancel(): void;
}

/** Aborts a wait on a deadline; told apart from other aborts by its name. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
  }
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
  deadline: (ms) => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new DeadlinePassed(ms)), ms);
    return { signal: controller.signal, cancel: () => clearTimeout(timer) };
  },
};

/** An instant as ISO 8601 UTC text with milliseconds. */
export function isoInstant(instant: number): string {
  return new Date(instant).toISOString();
}
