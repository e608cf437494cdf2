import type { Clock } from '../../kernel/clock.ts';
import { isCounterfoilError } from '../../kernel/errors.ts';
import type { BudgetStore, Draw } from '../../platform/transport/index.ts';

/** Whose requests are counted together. */
export type LimitedKind = 'address' | 'user' | 'tenant' | 'key';

export interface LimitedSubject {
  readonly kind: LimitedKind;
  readonly id: string;
}

/** Requests that may come at once, and the time in which one comes back. */
export interface RequestLimit {
  readonly burst: number;
  readonly perRequest_ms: number;
}

/** A page of the dashboard makes some twenty requests; a program in a hurry makes ten in a second. */
export const REQUEST_LIMITS: Readonly<Record<LimitedKind, RequestLimit>> = {
  address: { burst: 600, perRequest_ms: 50 },
  user: { burst: 300, perRequest_ms: 100 },
  tenant: { burst: 1_200, perRequest_ms: 25 },
  key: { burst: 600, perRequest_ms: 50 },
};

/** A process takes one part of so many from the shared store at once: few requests ask it, and little is held back. */
const PARTS_OF_BURST = 10;
/** When so much of a chunk is left, the next one is fetched: nobody waits for the store while others pass. */
const LOW_SHARE = 0.25;
/** Subjects that a process remembers; the oldest is forgotten, and asks the store again. */
const MAX_SUBJECTS = 10_000;
/** What was taken and not used is given up after this, so that nobody saves up. */
const CHUNK_LIFE_MS = 60_000;

interface Credit {
  left: number;
  readonly until: number;
}

/** Limits of requests, shared by all processes. */
export class RequestLimiter {
  readonly #credits = new Map<string, Credit>();
  readonly #draws = new Map<string, Promise<number>>();
  readonly #budgets: BudgetStore;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #limits: typeof REQUEST_LIMITS;

  constructor(budgets: BudgetStore, clock: Pick<Clock, 'now'>, limits = REQUEST_LIMITS) {
    this.#budgets = budgets;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Counts one request for each subject; answers how long to wait, 0 for not at all. At once where it can. */
  take(subjects: readonly LimitedSubject[]): number | Promise<number> {
    const now = this.#clock.now();
    const wanting = subjects.filter((subject) => !this.#spend(subject, now));
    return wanting.length === 0 ? 0 : this.#takeAfterRefill(wanting);
  }

  async #takeAfterRefill(subjects: readonly LimitedSubject[]): Promise<number> {
    let wanting = subjects;
    while (wanting.length > 0) {
      const wait_ms = await this.#refill(wanting);
      if (wait_ms > 0) return wait_ms;
      wanting = wanting.filter((subject) => !this.#spend(subject, this.#clock.now()));
    }
    return 0;
  }

  /** One draw at a time for the same subjects: who comes meanwhile shares what it brings. */
  #refill(subjects: readonly LimitedSubject[]): Promise<number> {
    const names = subjects.map(nameOf).join(' ');
    const underWay = this.#draws.get(names);
    if (underWay !== undefined) return underWay;
    const draw = this.#drawAndKeep(subjects).finally(() => this.#draws.delete(names));
    this.#draws.set(names, draw);
    return draw;
  }

  async #drawAndKeep(subjects: readonly LimitedSubject[]): Promise<number> {
    const wait_ms = await this.#draw(subjects.map((subject) => this.#drawOf(subject)));
    if (wait_ms === 0) for (const subject of subjects) this.#keep(nameOf(subject), this.#chunkOf(subject));
    return wait_ms;
  }

  /** Without its database nothing is served anyway: health has to be, whoever asks how often. */
  async #draw(draws: readonly Draw[]): Promise<number> {
    try {
      const result = await this.#budgets.take(draws);
      return result.taken ? 0 : result.wait_ms;
    } catch (error) {
      if (isCounterfoilError(error) && error.code.startsWith('store.')) return 0;
      throw error;
    }
  }

  #spend(subject: LimitedSubject, now: number): boolean {
    const credit = this.#creditOf(nameOf(subject), now);
    if (credit === null || credit.left === 0) return false;
    credit.left -= 1;
    // Whether it comes is seen when it is needed.
    if (credit.left > 0 && credit.left === Math.floor(this.#chunkOf(subject) * LOW_SHARE))
      this.#refill([subject]).catch(() => {});
    return true;
  }

  #creditOf(name: string, now: number): Credit | null {
    const credit = this.#credits.get(name);
    return credit === undefined || credit.until <= now ? null : credit;
  }

  #keep(name: string, more: number): void {
    const now = this.#clock.now();
    const left = (this.#creditOf(name, now)?.left ?? 0) + more;
    this.#credits.delete(name);
    this.#credits.set(name, { left, until: now + CHUNK_LIFE_MS });
    if (this.#credits.size > MAX_SUBJECTS) this.#credits.delete(this.#credits.keys().next().value!);
  }

  /** Small limits are not taken in chunks: one would be the whole of them. */
  #chunkOf({ kind }: LimitedSubject): number {
    return Math.max(1, Math.floor(this.#limits[kind].burst / PARTS_OF_BURST));
  }

  #drawOf(subject: LimitedSubject): Draw {
    const { burst, perRequest_ms } = this.#limits[subject.kind];
    const chunk = this.#chunkOf(subject);
    return {
      key: nameOf(subject),
      capacity: Math.floor(burst / chunk),
      perToken_ms: perRequest_ms * chunk,
      reserve: 0,
    };
  }
}

function nameOf({ kind, id }: LimitedSubject): string {
  return `api:${kind}:${id}`;
}
