import { textAt } from '../../core/exact/access.ts';
import { plain, type Store, type Table } from '../../core/store.ts';
import type { Kind, XeroRecord } from '../store/record.ts';

/** A change that webhooks tell of. Payments show as a change of their invoice. */
export interface ChangeNotice {
  /** Counts over all organisations of the app, from 1 without a gap. */
  readonly seq: number;
  readonly tenantId: string;
  readonly category: 'INVOICE' | 'CONTACT' | 'CREDITNOTE';
  readonly type: 'CREATE' | 'UPDATE';
  readonly resourceId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Told of credit notes only. */
  readonly data?: { readonly Type: string; readonly Status: string };
}

/** Kinds with a category; Xero has none for payments, bank transactions, items, accounts and manual journals. */
const CATEGORIES: Readonly<Partial<Record<Kind, ChangeNotice['category']>>> = {
  Contact: 'CONTACT',
  CreditNote: 'CREDITNOTE',
  Invoice: 'INVOICE',
};
/** Stored events can be replayed so long. Source: Xero, webhooks overview. */
const KEPT_MS = 31 * 86_400_000;

/** The change notices of the app, oldest first. */
export class Notices {
  readonly #table: Table<ChangeNotice>;
  readonly #last: Table<number>;

  constructor(store: Store) {
    this.#table = store.table('notices', plain<ChangeNotice>());
    this.#last = store.table('notice-seq', plain<number>());
  }

  add(record: XeroRecord, { type, at }: Pick<ChangeNotice, 'type' | 'at'>): void {
    const category = CATEGORIES[record.kind];
    if (category === undefined) return;
    const seq = (this.#last.get('last') ?? 0) + 1;
    const { tenantId, id: resourceId } = record;
    const data = { Type: textAt(record.data, 'Type') ?? '', Status: textAt(record.data, 'Status') ?? '' };
    const notice = { seq, tenantId, category, type, resourceId, at };
    this.#forget(at);
    this.#last.set('last', seq);
    this.#table.set(String(seq), category === 'CREDITNOTE' ? { ...notice, data } : notice);
  }

  /** Notices with a higher number that are still kept. */
  after(seq: number): ChangeNotice[] {
    return [...this.#table.entries()].map(([, notice]) => notice).filter((notice) => notice.seq > seq);
  }

  #forget(now: number): void {
    for (const [key, notice] of this.#table.entries()) {
      if (now - notice.at < KEPT_MS) return;
      this.#table.delete(key);
    }
  }
}
