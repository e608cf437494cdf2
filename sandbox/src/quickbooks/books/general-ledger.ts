import type { Codec, Store, Table } from '../../core/store.ts';
import { entityKey, type TransactionName } from '../store/entity.ts';

/** Who a receivable or payable line belongs to. */
export interface Party {
  readonly kind: 'Customer' | 'Vendor';
  readonly id: string;
}

/** One line in the books. */
export interface EntryLine {
  /** Account id. */
  readonly account: string;
  /** Home minor units, debit positive. */
  readonly amount: bigint;
  readonly party?: Party;
  /** On a receivable or payable account: the amount in the transaction's own currency, debit positive. */
  readonly open?: bigint;
}

/** What one transaction does to the books. Its lines sum to zero. */
export interface EntrySet {
  readonly entity: TransactionName;
  readonly id: string;
  readonly date: string;
  readonly lines: readonly EntryLine[];
}

type StoredLine = readonly [account: string, amount: string, kind: string, party: string, open: string];

const codec: Codec<EntrySet> = {
  encode: (set) => [set.entity, set.id, set.date, set.lines.map(encodeLine)],
  decode: (stored) => {
    const [entity, id, date, lines] = stored as [TransactionName, string, string, StoredLine[]];
    return { entity, id, date, lines: lines.map(decodeLine) };
  },
};

function encodeLine(line: EntryLine): StoredLine {
  const { account, amount, party, open } = line;
  return [account, amount.toString(), party?.kind ?? '', party?.id ?? '', open?.toString() ?? ''];
}

function decodeLine([account, amount, kind, id, open]: StoredLine): EntryLine {
  return {
    account,
    amount: BigInt(amount),
    ...(kind === '' ? {} : { party: { kind: kind as Party['kind'], id } }),
    ...(open === '' ? {} : { open: BigInt(open) }),
  };
}

/** The double-entry books: entries by transaction, and balances that follow from them. */
export class GeneralLedger {
  readonly #entries: Table<EntrySet>;
  readonly #balances = new Map<string, bigint>();
  readonly #partyBalances = new Map<string, bigint>();

  constructor(store: Store) {
    this.#entries = store.table('entries', codec);
    this.#entries.onChange((_key, before, after) => {
      if (before !== undefined) this.#add(before, -1n);
      if (after !== undefined) this.#add(after, 1n);
    });
  }

  /** Books the transaction in place of what it booked before. Throws when the lines do not balance: a fault of ours. */
  post(set: EntrySet): void {
    const rest = set.lines.reduce((sum, line) => sum + line.amount, 0n);
    if (rest !== 0n) throw new Error(`${set.entity} ${set.id} is out of balance by ${rest}`);
    this.#entries.set(entityKey(set.entity, set.id), { ...set, lines: set.lines.filter(isLine) });
  }

  erase(key: string): void {
    this.#entries.delete(key);
  }

  of(key: string): readonly EntryLine[] {
    return this.#entries.get(key)?.lines ?? [];
  }

  /** All entries, in no promised order. */
  all(): IterableIterator<[string, EntrySet]> {
    return this.#entries.entries();
  }

  /** Home minor units, debit positive. */
  balance(account: string): bigint {
    return this.#balances.get(account) ?? 0n;
  }

  /** What a customer owes (positive) or a vendor is owed (negative), over all receivable and payable accounts. */
  partyBalance(party: Party): bigint {
    return this.#partyBalances.get(partyKey(party)) ?? 0n;
  }

  #add(set: EntrySet, sign: bigint): void {
    for (const line of set.lines) {
      this.#balances.set(line.account, this.balance(line.account) + sign * line.amount);
      if (line.party === undefined || line.open === undefined) continue;
      this.#partyBalances.set(partyKey(line.party), this.partyBalance(line.party) + sign * line.open);
    }
  }
}

function isLine(line: EntryLine): boolean {
  return line.amount !== 0n || (line.open ?? 0n) !== 0n;
}

function partyKey(party: Party): string {
  return `${party.kind}/${party.id}`;
}
