import type { Pair } from '../../../src/hub/connections/index.ts';
import type { ReconciliationRow } from '../../../src/hub/reconcile/index.ts';
import { type Loaded, toCompared } from '../../../src/hub/reconcile/loaded.ts';
import { rowDetail, rowSubject } from '../../../src/hub/reconcile/shown.ts';
import type { ComparedRange, ReconcileStore } from '../../../src/hub/reconcile/store.ts';
import type { LocalDate } from '../../../src/kernel/dates.ts';
import type { MakeId } from '../../../src/kernel/ids.ts';
import { raiseAttention, resolveAttention } from './audit.ts';
import { factOf } from './parsed.ts';
import { linesOf } from './posting-rows.ts';
import type { FactRow, PostingRow } from './rows.ts';
import type { MemoryTables } from './tables.ts';
import { compareText, underLease } from './work.ts';

/** Twin of `pgReconcileStore`. */
export function memoryReconcileStore(tables: MemoryTables, makeId: MakeId): ReconcileStore {
  return {
    changedRange: async (pair) => changedRange(tables, pair),
    wholeRange: async (pair) => rangeOf(tables.postings.by('pair', pair.id)),
    load: async (pair) => toCompared(load(tables, pair)),
    save: (lease, pair, found, now) =>
      underLease(tables, lease, () => {
        for (const row of [...found.rows, ...emptied(tables, pair, found)]) saveRow(tables, makeId, { pair, row, now });
      }),
  };
}

function rangeOf(postings: readonly PostingRow[]): { readonly from: LocalDate; readonly to: LocalDate } | null {
  if (postings.length === 0) return null;
  let [from, to] = [postings[0]!.on, postings[0]!.on];
  for (const { on } of postings) {
    if (on < from) from = on;
    if (on > to) to = on;
  }
  return { from, to };
}

function changedRange(tables: MemoryTables, pair: Pair): ReturnType<typeof rangeOf> {
  const last = tables.reconciliations
    .by('pair', pair.id)
    .reduce((newest, { computedAt }) => Math.max(newest, computedAt), Number.NEGATIVE_INFINITY);
  const isSince = (instant: number | null) => instant !== null && instant >= last;
  return rangeOf(
    tables.postings
      .by('pair', pair.id)
      .filter(({ postedAt, plannedAt, touchedAt }) => isSince(postedAt) || isSince(plannedAt) || isSince(touchedAt)),
  );
}

function load(tables: MemoryTables, pair: Pair): Loaded {
  const connection = tables.connections.get(pair.ledgerId)!;
  const company = tables.companies.get(pair.ledgerId);
  return {
    pair,
    book: {
      tenantId: connection.tenantId,
      ledgerProvider: connection.provider,
      companyId: connection.accountId,
      timeZone: company?.timeZone ?? connection.timeZone,
      homeCurrency: company?.homeCurrency ?? 'USD',
    },
    roles: tables.accountRoles.where((row) => row.pairId === pair.id).sort((a, b) => compareText(a.role, b.role)),
    facts: factsOf(tables, pair),
    postings: postingsOf(tables, pair),
  };
}

const FACT_STATES: readonly FactRow['state'][] = ['new', 'planned', 'waiting', 'ignored'];

function factsOf(tables: MemoryTables, { sourceId }: Pair): Loaded['facts'] {
  return FACT_STATES.flatMap((state) => tables.facts.by('state', `${sourceId} ${state}`))
    .sort((a, b) => a.occurredAt - b.occurredAt || compareText(a.id, b.id))
    .map((row) => ({ id: row.id, fact: factOf(row), state: row.state, reason: row.reasonDetail }));
}

function postingsOf(tables: MemoryTables, pair: Pair): Loaded['postings'] {
  return tables.postings
    .by('pair', pair.id)
    .filter(({ sourceId }) => sourceId === pair.sourceId)
    .sort((a, b) => compareText(a.on, b.on) || compareText(a.id, b.id))
    .map((row) => ({
      id: row.id,
      factId: row.factId,
      leg: row.leg,
      state: row.state,
      on: row.on,
      reason: row.reasonDetail,
      covers: tables.postingLegs
        .by('posting', row.id)
        .map(({ legId }) => legId)
        .sort(compareText),
      movements: movementsOf(tables, row),
    }));
}

function movementsOf(tables: MemoryTables, { id }: PostingRow): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { role, currency, amountMinor } of linesOf(tables, id))
    if (role.startsWith('CLR:') || role.startsWith('BTC:'))
      sums.set(currency, (sums.get(currency) ?? 0n) + amountMinor);
  return new Map([...sums].sort(([a], [b]) => compareText(a, b)));
}

/** Days that had something when they were compared before, and have nothing now. */
function emptied(tables: MemoryTables, pair: Pair, { rows, from, to }: ComparedRange): ReconciliationRow[] {
  const days = new Set(
    rows.filter(({ kind }) => kind === 'day').map(({ subject, currency }) => `${subject} ${currency}`),
  );
  return tables.reconciliations
    .by('pair', pair.id)
    .filter((row) => row.kind === 'day' && row.period >= from && row.period <= to)
    .filter((row) => !days.has(`${row.subject} ${row.currency}`) && hasSomething(row))
    .sort((a, b) => compareText(a.subject, b.subject) || compareText(a.currency, b.currency))
    .map(({ kind, subject, period, currency }) => ({
      kind,
      subject,
      period,
      currency,
      source: 0n,
      postings: 0n,
      ledger: 0n,
      differences: [],
    }));
}

function hasSomething({ source, postings, ledger, differences }: ReconciliationRow): boolean {
  return source !== 0n || postings !== 0n || ledger !== 0n || differences.length > 0;
}

interface SaveRow {
  readonly pair: Pair;
  readonly row: ReconciliationRow;
  readonly now: number;
}

function saveRow(tables: MemoryTables, makeId: MakeId, { pair, row, now }: SaveRow): void {
  const { kind, subject, period, currency, source, postings, ledger, differences } = row;
  const known = tables.reconciliations
    .by('subject', `${pair.id} ${subject}`)
    .find((one) => one.kind === kind && one.period === period && one.currency === currency);
  if (known !== undefined)
    tables.reconciliations.update(known.id, { source, postings, ledger, differences, computedAt: now });
  else
    tables.reconciliations.insert({
      id: makeId('rec'),
      tenantId: pair.tenantId,
      pairId: pair.id,
      kind,
      subject,
      period,
      currency,
      source,
      postings,
      ledger,
      differences,
      computedAt: now,
    });
  noteRow(tables, makeId, { pair, row, now });
}

function noteRow(tables: MemoryTables, makeId: MakeId, { pair, row, now }: SaveRow): void {
  const { tenantId, sourceId: connectionId } = pair;
  const [subject, detail] = [rowSubject(pair, row), rowDetail(row)];
  if (detail === null) resolveAttention(tables, tenantId, [subject], now);
  else
    raiseAttention(
      tables,
      { tenantId, connectionId, code: 'posting.changed_after_posting', subject, detail },
      makeId,
      now,
    );
}
