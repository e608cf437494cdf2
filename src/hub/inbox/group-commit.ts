import { CounterfoilError, isCounterfoilError } from '../../kernel/errors.ts';

export interface GroupCommitLimits {
  /** Most items of one flush. */
  readonly batch: number;
  /** Flushes under way at once. */
  readonly flushes: number;
  /** Items waiting before new ones are turned away. */
  readonly queue: number;
}

/** Measured in `docs/adr`: more flushes make smaller batches that cost more each; a longer queue only delays the 503. */
export const GROUP_COMMIT_LIMITS: GroupCommitLimits = { batch: 256, flushes: 2, queue: 5_000 };

interface Waiting<I, R> {
  readonly item: I;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers concurrent items into one write per turn: whatever is queued while a flush is under way goes into the next
 * one, and every caller is answered after its own commit. No timer: a single item is flushed at once.
 */
export class GroupCommit<I, R> {
  readonly #write: (items: readonly I[]) => Promise<readonly R[]>;
  readonly #limits: GroupCommitLimits;
  #queue: Waiting<I, R>[] = [];
  #flushing = 0;

  constructor(write: (items: readonly I[]) => Promise<readonly R[]>, limits: GroupCommitLimits = GROUP_COMMIT_LIMITS) {
    this.#write = write;
    this.#limits = limits;
  }

  /** Resolves when the item is committed. Throws `store.busy` at once when the queue is full. */
  add(item: I): Promise<R> {
    if (this.#queue.length >= this.#limits.queue) return Promise.reject(new CounterfoilError('store.busy'));
    return new Promise<R>((resolve, reject) => {
      this.#queue.push({ item, resolve, reject });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#flushing < this.#limits.flushes && this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#limits.batch);
      this.#flushing += 1;
      // Never rejects: every item of the batch is answered on its own.
      void this.#flush(batch).finally(() => {
        this.#flushing -= 1;
        this.#pump();
      });
    }
  }

  async #flush(batch: readonly Waiting<I, R>[]): Promise<void> {
    try {
      const results = await this.#write(batch.map((one) => one.item));
      batch.forEach((one, index) => {
        one.resolve(results[index]!);
      });
    } catch (error) {
      // An outage is nobody's fault: to ask again for each would only take as many time-outs as there are.
      if (batch.length === 1 || isCounterfoilError(error)) for (const one of batch) one.reject(error);
      // One bad row fails the whole statement: each is tried alone, so that its neighbours are not turned away.
      else for (const one of batch) await this.#flush([one]);
    }
  }
}
