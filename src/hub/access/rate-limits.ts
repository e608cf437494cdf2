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

/** Requests that a process takes from the shared store at once: it is asked for every tenth request only. */
const CHUNK_REQUESTS = 10;
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
  readonly #budgets: BudgetStore;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #limits: typeof REQUEST_LIMITS;

  constructor(budgets: BudgetStore, clock: Pick<Clock, 'now'>, limits = REQUEST_LIMITS) {
    this.#budgets = budgets;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Counts one request for each subject; answers how long to wait, 0 for not at all. */
  async take(subjects: readonly LimitedSubject[]): Promise<number> {
    const wanting = subjects.filter((subject) => !this.#spend(nameOf(subject)));
    if (wanting.length === 0) return 0;
    const taken = await this.#draw(wanting.map((subject) => this.#drawOf(subject)));
    if (taken > 0) return taken;
    for (const subject of wanting) this.#keep(nameOf(subject), this.#chunkOf(subject) - 1);
    return 0;
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

  #spend(name: string): boolean {
    const credit = this.#credits.get(name);
    if (credit === undefined || credit.left === 0 || credit.until <= this.#clock.now()) return false;
    credit.left -= 1;
    return true;
  }

  #keep(name: string, left: number): void {
    this.#credits.delete(name);
    this.#credits.set(name, { left, until: this.#clock.now() + CHUNK_LIFE_MS });
    if (this.#credits.size > MAX_SUBJECTS) this.#credits.delete(this.#credits.keys().next().value!);
  }

  /** Small limits are not taken in chunks: one would be the whole of them. */
  #chunkOf({ kind }: LimitedSubject): number {
    return Math.max(1, Math.min(CHUNK_REQUESTS, Math.floor(this.#limits[kind].burst / CHUNK_REQUESTS)));
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
