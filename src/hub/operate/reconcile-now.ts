import type { LocalDate } from '../../kernel/dates.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import { callerOf, findConnection, type Pair } from '../connections/index.ts';
import type { HubDoors } from '../mapping/index.ts';
import { type ReconciliationRow, reconcile, type WaterfallRow } from '../reconcile/index.ts';
import type { OperateStores } from './stores.ts';
import { withLease } from './with-lease.ts';

export interface ReconcileRequest {
  readonly pair: Pair;
  readonly signal: AbortSignal;
  /** First and last day; a bound that is left out is the first or last day that has an entry. */
  readonly from?: LocalDate | undefined;
  readonly to?: LocalDate | undefined;
}

export interface ReconcileAnswer {
  /** Null when the pair has no entry yet: then nothing was compared. */
  readonly range: { readonly from: LocalDate; readonly to: LocalDate } | null;
  readonly rows: readonly ReconciliationRow[];
  readonly waterfall: readonly WaterfallRow[];
}

/** Reads the ledger back now and compares it with the source; keeps the result like the comparisons of the server. */
export async function reconcileNow(
  doors: HubDoors,
  { stores, workStore }: Pick<OperateStores, 'stores' | 'workStore'>,
  { pair, signal, from, to }: ReconcileRequest,
): Promise<ReconcileAnswer> {
  const whole = await stores.reconcile.wholeRange(pair);
  if (whole === null) return { range: null, rows: [], waterfall: [] };
  const range = { from: from ?? whole.from, to: to ?? whole.to };
  const ledger = await doors.database.tenant(pair.tenantId, (tx) => findConnection(tx, pair.ledgerId));
  if (ledger === null) throw new CounterfoilError('connection.not_found', { detail: `There is no ${pair.ledgerId}.` });
  const caller = await callerOf(doors, ledger);
  const request = { connectionId: ledger.id, signal };
  const found = await withLease(doors, workStore, request, (lease, aborted) =>
    reconcile(
      { doors, caller, lease, store: stores.reconcile, deliveries: stores.deliveries, signal: aborted },
      pair,
      range,
    ),
  );
  return { range, ...found };
}

/** A row agrees when source, postings and ledger are equal and nothing inside is different. */
export function rowAgrees({ source, postings, ledger, differences }: ReconciliationRow): boolean {
  return source === ledger && postings === ledger && differences.length === 0;
}
