import type { LocalDate } from '../../kernel/dates.ts';
import type { ConnectionId, PairId, TenantId } from '../../kernel/ids.ts';
import { parseJson } from '../../kernel/json.ts';
import type { Money } from '../../kernel/money.ts';
import { type Database, rows, sql, type Tx } from '../../platform/store/index.ts';
import { type Page, type PageRequest, rowsToRead, sortOf, toPage, when, whereAll } from '../audit/index.ts';
import type { Difference, DifferenceKind } from './compare.ts';

/** A payout or a day of one currency, as last compared. */
export interface ListedReconciliation {
  readonly id: string;
  readonly pairId: PairId;
  readonly sourceId: ConnectionId;
  readonly kind: 'payout' | 'day';
  /** Payout id, or the day. */
  readonly subject: string;
  readonly on: LocalDate;
  readonly source: Money;
  readonly postings: Money;
  readonly ledger: Money;
  /** All three are equal and nothing is different inside. */
  readonly agrees: boolean;
  readonly differences: readonly ListedDifference[];
  readonly computedAt: number;
}

export interface ListedDifference {
  readonly kind: DifferenceKind;
  /** Source less ledger. */
  readonly amount: Money;
  readonly subject: string;
  readonly detail: string;
}

export interface ReconciliationPosition {
  readonly on: LocalDate;
  readonly id: string;
}

export interface ReconciliationQuery extends PageRequest<ReconciliationPosition> {
  readonly kind: 'payout' | 'day' | null;
  /** First and last day, both included. */
  readonly from: LocalDate | null;
  readonly to: LocalDate | null;
  readonly agrees: boolean | null;
}

/** Reading the reconciliations of one tenant. */
export interface ReconciliationList {
  /** By day, then id. */
  list(tenantId: TenantId, query: ReconciliationQuery): Promise<Page<ListedReconciliation, ReconciliationPosition>>;
}

export function pgReconciliationList(database: Database): ReconciliationList {
  return { list: (tenantId, query) => database.tenant(tenantId, (tx) => list(tx, query)) };
}

interface Row extends Omit<ListedReconciliation, 'source' | 'postings' | 'ledger' | 'differences'> {
  readonly currency: string;
  readonly sourceMinor: bigint;
  readonly postingsMinor: bigint;
  readonly ledgerMinor: bigint;
  readonly differences: string;
}

const AGREES = sql`(source_minor = ledger_minor and postings_minor = ledger_minor and jsonb_array_length(differences) = 0)`;

async function list(tx: Tx, query: ReconciliationQuery): Promise<Page<ListedReconciliation, ReconciliationPosition>> {
  const { direction, beyond } = sortOf(query.order);
  const found = await rows(
    tx,
    sql<Row>`
    select id, pair_id as "pairId", source_connection_id as "sourceId", subject_kind as kind, subject, period as "on", currency,
      source_minor as "sourceMinor", postings_minor as "postingsMinor", ledger_minor as "ledgerMinor", ${AGREES} as agrees, differences, computed_at as "computedAt"
    from reconciliations
    ${whereAll(
      when(query.after, ({ on, id }) => sql`(period, id) ${beyond} (${on}::date, ${id})`),
      when(query.kind, (kind) => sql`subject_kind = ${kind}`),
      when(query.from, (day) => sql`period >= ${day}::date`),
      when(query.to, (day) => sql`period <= ${day}::date`),
      when(query.agrees, (agrees) => sql`${AGREES} = ${agrees}`),
    )}
    order by period ${direction}, id ${direction} limit ${rowsToRead(query)}`,
  );
  return toPage(found.map(toListed), query, ({ on, id }) => ({ on, id }));
}

function toListed({
  currency,
  sourceMinor,
  postingsMinor,
  ledgerMinor,
  differences,
  ...rest
}: Row): ListedReconciliation {
  return {
    ...rest,
    source: { minor: sourceMinor, currency },
    postings: { minor: postingsMinor, currency },
    ledger: { minor: ledgerMinor, currency },
    differences: (parseJson(differences) as unknown as StoredDifference[]).map(({ minor, ...one }) => ({
      ...one,
      amount: { minor: BigInt(minor), currency },
    })),
  };
}

/** Minor units are stored as text, because a JSON number would lose digits. */
type StoredDifference = Omit<Difference, 'minor'> & { readonly minor: string };
