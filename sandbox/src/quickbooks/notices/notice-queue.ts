import { randomHex } from '../../core/random-text.ts';
import { plain, type Store, type Table } from '../../core/store.ts';
import type { EntityName } from '../store/entity.ts';
import { type ChangeNotice, NOTIFIED, type NoticeOperation, VOID_NOTIFIED } from './notice.ts';

/** Notices kept when nobody takes them; the oldest go first. Ten times the largest test company's changes. */
const NOTICES_KEPT = 100_000;

/** What a change says about itself. */
export interface Change {
  readonly entity: EntityName;
  readonly entityId: string;
  readonly operation: NoticeOperation;
  readonly at: number;
  readonly deletedId?: string;
}

/** The changes nobody was told about yet, in the order they happened. */
export class NoticeQueue {
  readonly #table: Table<ChangeNotice>;
  readonly #realmId: string;
  readonly #random: () => number;
  readonly #nextSeq: () => number;
  /** The number of the last notice that was added here; null when all came from a kept state. */
  #newest: number | null = null;

  constructor(parts: { store: Store; realmId: string; random: () => number; nextSeq: () => number }) {
    this.#table = parts.store.table('notices', plain<ChangeNotice>());
    this.#realmId = parts.realmId;
    this.#random = parts.random;
    this.#nextSeq = parts.nextSeq;
  }

  add(change: Change): void {
    if (!NOTIFIED.has(change.entity)) return;
    const toldAsUpdate = change.operation === 'Void' && !VOID_NOTIFIED.has(change.entity);
    const seq = this.#nextSeq();
    const notice: ChangeNotice = {
      ...change,
      operation: toldAsUpdate ? 'Update' : change.operation,
      seq,
      id: eventId(this.#random),
      realmId: this.#realmId,
    };
    this.#table.set(String(seq), notice);
    this.#newest = seq;
    if (this.#table.size > NOTICES_KEPT) this.#table.delete(this.#table.entries().next().value![0]);
  }

  /** Notices after a sequence number, oldest first; they stay in the queue. */
  after(seq: number): ChangeNotice[] {
    // Asked at every moment whether there is anything to send: nearly always there is not.
    if (this.#newest !== null && seq >= this.#newest) return [];
    return Array.from(this.#table.entries(), ([, notice]) => notice)
      .filter((notice) => notice.seq > seq)
      .sort((left, right) => left.seq - right.seq);
  }

  /** Takes up to `max` notices out of the queue, oldest first. */
  take(max: number): ChangeNotice[] {
    const taken = this.after(0).slice(0, max);
    for (const notice of taken) this.#table.delete(String(notice.seq));
    return taken;
  }
}

function eventId(random: () => number): string {
  const hex = randomHex(random, 30);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-a${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
}
