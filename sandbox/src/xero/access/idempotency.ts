import { plain, type Store, type Table } from '../../core/store.ts';
import { callRefusal } from '../basics/refusal.ts';

/** Source: Xero, Accounting API description 16.1.0. */
const MAX_KEY = 128;

/** An answer as it was given the first time, and to what. */
interface StoredAnswer {
  readonly asked: string;
  readonly status: number;
  readonly body: string;
  readonly at: number;
}

/** The answers to keyed writes, for as long as Xero remembers them. */
export class IdempotencyKeys {
  readonly #answers: Table<StoredAnswer>;
  readonly #keptMs: number;

  constructor(store: Store, keptMs: number) {
    this.#answers = store.table('idempotency', plain<StoredAnswer>());
    this.#keptMs = keptMs;
  }

  /** The answer to repeat. A key that is too long, or that came with something else, is refused. */
  known(key: string, asked: string, now: number): Pick<StoredAnswer, 'status' | 'body'> | undefined {
    const held = this.#answers.get(key);
    if (held === undefined || now - held.at >= this.#keptMs) return undefined;
    if (held.asked === asked) return held;
    throw callRefusal(10, 'ValidationException', 'The idempotency key was already used with a different request');
  }

  keep(key: string, answer: StoredAnswer): void {
    for (const [old, held] of [...this.#answers.entries()])
      if (answer.at - held.at >= this.#keptMs) this.#answers.delete(old);
    this.#answers.set(key, answer);
  }
}

export function checkKey(key: string): void {
  if (key.length > MAX_KEY)
    throw callRefusal(10, 'ValidationException', `The idempotency key must be at most ${MAX_KEY} characters long`);
}
