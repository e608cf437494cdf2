import { addDays, type LocalDate } from '../../kernel/dates.ts';
import type { PostedDocument } from '../../model/document.ts';
import type { Lease } from '../../platform/engine/index.ts';
import type { Caller, Pair, WorkDoors } from '../connections/index.ts';
import { type DeliveryStore, listDocuments, readCompany } from '../posting/index.ts';
import { compare, type ReconciliationRow } from './compare.ts';
import type { ReconcileStore } from './store.ts';
import { type WaterfallRow, waterfall } from './waterfall.ts';

export interface ReconcileTurn {
  readonly doors: WorkDoors;
  readonly store: ReconcileStore;
  readonly deliveries: DeliveryStore;
  /** The ledger. */
  readonly caller: Caller;
  /** Of the ledger connection. */
  readonly lease: Lease;
  readonly signal: AbortSignal;
}

export interface Reconciled {
  readonly rows: readonly ReconciliationRow[];
  /** Over the range for the ledger, over everything read for the source. */
  readonly waterfall: readonly WaterfallRow[];
}

/** Days around the range in which a member of a payout may lie. */
const MEMBER_DAYS = 45;

/**
 * Reads back what the ledger has on the accounts of a pair and compares it with the source. Documents of others on
 * these accounts are read too: they are a difference as well.
 */
export async function reconcile(
  turn: ReconcileTurn,
  pair: Pair,
  range: { readonly from: LocalDate; readonly to: LocalDate },
): Promise<Reconciled> {
  const { doors, store, lease } = turn;
  // Taken before anything is read: what changes meanwhile is compared again next time.
  const now = doors.clock.now();
  const documents = await readBack(turn, {
    from: addDays(range.from, -MEMBER_DAYS),
    to: addDays(range.to, MEMBER_DAYS),
  });
  const compared = await store.load(pair);
  const rows = compare({ ...compared, documents, ...range });
  await store.save(lease, pair, { rows, ...range }, now);
  return {
    rows,
    waterfall: waterfall({ ...compared, documents: documents.filter(({ on }) => on >= range.from && on <= range.to) }),
  };
}

async function readBack(
  turn: ReconcileTurn,
  range: { readonly from: LocalDate; readonly to: LocalDate },
): Promise<readonly PostedDocument[]> {
  const { doors, caller, deliveries } = turn;
  const { homeCurrency } = await readCompany({ ...turn, store: deliveries });
  const found: PostedDocument[] = [];
  for (const kind of doors.registry.ledger(caller.connection.provider).kinds) {
    found.push(...(await listDocuments(turn, { kind, ...range, updatedSince: null, homeCurrency })));
  }
  return found;
}
