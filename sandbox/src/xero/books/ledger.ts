import { plain, type Store, type Table } from '../../core/store.ts';
import type { Kind } from '../store/record.ts';

/** One side of a journal: minor units of the base currency, debit positive. */
export interface Entry {
  readonly accountId: string;
  readonly amount: bigint;
}

/** What a document does to the books on its day. */
export interface Journal {
  readonly date: string;
  readonly entries: readonly Entry[];
}

/** A journal in the books with the document it comes from. */
export interface PostedJournal extends Journal {
  readonly kind: Kind;
  readonly id: string;
}

interface StoredJournal {
  readonly kind: Kind;
  readonly id: string;
  readonly date: string;
  /** Account, and minor units as text. */
  readonly entries: readonly (readonly [string, string])[];
}

/** The general ledger of all organisations: at most one journal for each document. */
export class Ledger {
  readonly #journals: Table<StoredJournal>;

  constructor(store: Store) {
    this.#journals = store.table('journals', plain<StoredJournal>());
  }

  /** The journal of a document; undefined when it is not in the books. */
  of(tenantId: string, kind: Kind, id: string): Journal | undefined {
    const stored = this.#journals.get(`${tenantId}/${kind}/${id}`);
    return stored === undefined ? undefined : readJournal(stored);
  }

  /** Puts the document's journal in place of the one before; undefined takes it out. Throws when it does not balance. */
  set(tenantId: string, source: { readonly kind: Kind; readonly id: string }, journal: Journal | undefined): void {
    const { kind, id } = source;
    const key = `${tenantId}/${kind}/${id}`;
    if (journal === undefined) {
      this.#journals.delete(key);
      return;
    }
    const sum = journal.entries.reduce((total, { amount }) => total + amount, 0n);
    if (sum !== 0n) throw new Error(`the journal of ${kind} ${id} is off by ${sum}`);
    const entries = journal.entries.map(({ accountId, amount }) => [accountId, amount.toString()] as const);
    this.#journals.set(key, { kind, id, date: journal.date, entries });
  }

  /** Every journal of an organisation up to a day, in no promised order. */
  journals(tenantId: string, until?: string): PostedJournal[] {
    const found: PostedJournal[] = [];
    for (const [key, stored] of this.#journals.entries()) {
      if (!key.startsWith(`${tenantId}/`) || (until !== undefined && stored.date > until)) continue;
      found.push({ kind: stored.kind, id: stored.id, ...readJournal(stored) });
    }
    return found;
  }
}

function readJournal(stored: StoredJournal): Journal {
  return {
    date: stored.date,
    entries: stored.entries.map(([accountId, amount]) => ({ accountId, amount: BigInt(amount) })),
  };
}

/** Whether two journals do the same to the books. */
export function isSameJournal(a: Journal | undefined, b: Journal | undefined): boolean {
  const text = (journal: Journal | undefined) =>
    journal === undefined
      ? ''
      : JSON.stringify([journal.date, ...journal.entries.map(({ accountId, amount }) => [accountId, `${amount}`])]);
  return text(a) === text(b);
}
