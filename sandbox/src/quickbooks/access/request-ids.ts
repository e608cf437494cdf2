import { plain, type Store, type Table } from '../../core/store.ts';
import { badElement, tooLong } from '../basics/fault.ts';

/** Lengths QuickBooks allows. Source: Intuit, Request ID update, 2015-04-06. */
const REQUEST_ID_MAX = 50;
const BATCH_REQUEST_ID_MAX = 36;
/** Characters of a batch item's id when the batch has a request id. */
export const BATCH_ITEM_ID_MAX = 10;

/** An answer as it was given the first time. */
interface StoredAnswer {
  readonly status: number;
  readonly body: string;
  readonly at: number;
}

/** Checks the length of a request id; batches have a shorter limit. */
export function checkRequestId(id: string, isBatch: boolean): string {
  const limit = isBatch ? BATCH_REQUEST_ID_MAX : REQUEST_ID_MAX;
  if (id === '') throw badElement('requestid', 'must not be empty');
  if (id.length > limit) throw tooLong('requestid', limit);
  return id;
}

/** Answers by request id, one space for the whole company whatever the endpoint. */
export class RequestIds {
  readonly #answers: Table<StoredAnswer>;
  readonly #retentionMs: number;

  constructor(store: Store, retentionMs: number) {
    this.#answers = store.table('requests', plain<StoredAnswer>());
    this.#retentionMs = retentionMs;
  }

  /** The answer to repeat, unless it is forgotten. */
  known(id: string, now: number): StoredAnswer | undefined {
    const answer = this.#answers.get(id);
    return answer === undefined || now - answer.at >= this.#retentionMs ? undefined : answer;
  }

  /** Stores an answer, and lets go the oldest ones whose time is over. */
  keep(id: string, answer: StoredAnswer): void {
    for (const [old, held] of this.#answers.entries()) {
      if (answer.at - held.at < this.#retentionMs) break;
      this.#answers.delete(old);
    }
    this.#answers.set(id, answer);
  }
}
