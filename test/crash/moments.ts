import { systemClock } from '../../src/kernel/clock.ts';
import type { Moment } from './rounds.ts';

/** What is counted while a round runs. */
export type Counted = 'acknowledged' | 'written' | 'read';

/** A moment that does not come, because nothing of the kind happens, is taken to be now after this. */
const LONGEST_WAIT_MS = 2_500;

interface Armed {
  readonly kind: Counted;
  left: number;
  reached(): void;
}

/** Strikes at a moment of the traffic, in the very call that brings it. */
export class Moments {
  #armed: Armed | null = null;
  readonly #longest_ms: number;

  constructor(longest_ms = LONGEST_WAIT_MS) {
    this.#longest_ms = longest_ms;
  }

  /** Something happened; the strike, if it is due, has been made when this returns. */
  happened(kind: Counted): void {
    const armed = this.#armed;
    if (armed === null || armed.kind !== kind) return;
    armed.left -= 1;
    if (armed.left > 0) return;
    this.#armed = null;
    armed.reached();
  }

  /** Waits for the moment and strikes. Answers whether it came or was waited for in vain. */
  async strikeAt(
    moment: Exclude<Moment, { kind: 'first start' }>,
    strike: () => void,
  ): Promise<'came' | 'did not come'> {
    if (moment.kind === 'time') {
      await systemClock.sleep(moment.delay_ms);
      strike();
      return 'came';
    }
    const delay_ms = moment.kind === 'written' ? moment.delay_ms : 0;
    const came = await this.#counted(moment.kind, moment.count, delay_ms === 0 ? strike : () => {});
    if (came && delay_ms > 0) await systemClock.sleep(delay_ms);
    if (!came || delay_ms > 0) strike();
    return came ? 'came' : 'did not come';
  }

  #counted(kind: Counted, count: number, strike: () => void): Promise<boolean> {
    const limit = systemClock.deadline(this.#longest_ms);
    return new Promise((resolve) => {
      const armed: Armed = {
        kind,
        left: count,
        reached: () => {
          limit.cancel();
          strike();
          resolve(true);
        },
      };
      this.#armed = armed;
      limit.signal.addEventListener('abort', () => {
        this.#armed = null;
        resolve(false);
      });
    });
  }
}
