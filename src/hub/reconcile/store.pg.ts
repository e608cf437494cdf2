import type { LocalDate } from '../../kernel/dates.ts';
import type { ConnectionId, MakeId } from '../../kernel/ids.ts';
import { writeJson } from '../../kernel/json.ts';
import { at, type Database, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import { raiseAttention, resolveAttention } from '../audit/index.ts';
import type { Pair } from '../connections/index.ts';
import { mappedRoles } from '../mapping/index.ts';
import { factFromText, underLease } from '../sync/index.ts';
import type { DatedFact, ReconciliationRow } from './compare.ts';
import { type StoredBook, type StoredFact, type StoredPosting, toCompared } from './loaded.ts';
import { rowDetail, rowSubject } from './shown.ts';
import type { Compared, ComparedRange, ReconcileStore } from './store.ts';

export function pgReconcileStore(database: Database, makeId: MakeId): ReconcileStore {
  const read = <T>(pair: Pair, work: (tx: Tx) => Promise<T>) => database.tenant(pair.tenantId, work);
  return {
    changedRange: (pair) => read(pair, (tx) => changedRange(tx, pair)),
    wholeRange: (pair) =>
      read(pair, (tx) =>
        range(
          tx,
          sql`select min(occurred_on) as "from", max(occurred_on) as "to" from postings where pair_id = ${pair.id}`,
        ),
      ),
    load: (pair) => read(pair, (tx) => load(tx, pair)),
    save: (lease, pair, found, now) => underLease(database, lease, (tx) => save(tx, makeId, { pair, found, now })),
  };
}

interface RangeRow {
  readonly from: LocalDate | null;
  readonly to: LocalDate | null;
}

async function range(
  tx: Tx,
  statement: ReturnType<typeof sql<RangeRow>>,
): Promise<{ from: LocalDate; to: LocalDate } | null> {
  const row = await firstRow(tx, statement);
  return row?.from && row.to ? { from: row.from, to: row.to } : null;
}

function changedRange(tx: Tx, pair: Pair): Promise<{ from: LocalDate; to: LocalDate } | null> {
  return range(
    tx,
    sql<RangeRow>`
    with last as (select coalesce(max(computed_at), '-infinity') as at from reconciliations where pair_id = ${pair.id})
    select min(occurred_on) as "from", max(occurred_on) as "to" from postings, last
    where pair_id = ${pair.id} and (posted_at >= last.at or planned_at >= last.at or touched_at >= last.at)`,
  );
}

async function load(tx: Tx, pair: Pair): Promise<Compared> {
  const book = (await firstRow<StoredBook>(
    tx,
    sql`
    select c.tenant_id as "tenantId", c.provider as "ledgerProvider", c.account_id as "companyId", coalesce(l.time_zone, c.time_zone) as "timeZone",
      coalesce(l.home_currency, 'USD') as "homeCurrency"
    from connections c left join ledger_companies l on l.connection_id = c.id where c.id = ${pair.ledgerId}`,
  ))!;
  const roles = await mappedRoles(tx, pair.id);
  const facts = await readFacts(tx, pair);
  return toCompared({ pair, book, roles, facts, postings: await readPostings(tx, pair) });
}

interface PostingRow extends Omit<StoredPosting, 'movements'> {
  readonly movements: string;
}

async function readPostings(tx: Tx, pair: Pair): Promise<StoredPosting[]> {
  const found = await rows(
    tx,
    sql<PostingRow>`
    select p.id, p.fact_id as "factId", p.leg, p.state, p.occurred_on as "on", p.reason_detail as reason,
      coalesce((select array_agg(leg_id order by leg_id) from posting_legs l where l.posting_id = p.id), '{}') as covers,
      coalesce((select jsonb_object_agg(currency, sum::text) from (
        select currency, sum(amount_minor) from posting_lines where posting_id = p.id and (role like 'CLR:%' or role like 'BTC:%') group by currency) as sums), '{}') as movements
    from postings p where p.pair_id = ${pair.id} and p.source_connection_id = ${pair.sourceId} order by p.occurred_on, p.id`,
  );
  return found.map((row) => {
    const sums = Object.entries(JSON.parse(row.movements) as Record<string, string>);
    return { ...row, movements: new Map(sums.map(([currency, minor]) => [currency, BigInt(minor)])) };
  });
}

interface FactRow {
  readonly id: string;
  readonly body: string;
  readonly state: DatedFact['state'];
  readonly reason_detail: string | null;
}

async function readFacts(tx: Tx, pair: Pair): Promise<StoredFact[]> {
  const found = await rows(
    tx,
    sql<FactRow>`select id, body, state, reason_detail from facts where connection_id = ${pair.sourceId} order by occurred_at, id`,
  );
  return found.map((row) => ({
    id: row.id,
    fact: factFromText(row.body),
    state: row.state,
    reason: row.reason_detail,
  }));
}

interface Save {
  readonly pair: Pair;
  readonly found: ComparedRange;
  readonly now: number;
}

async function save(tx: Tx, makeId: MakeId, { pair, found, now }: Save): Promise<void> {
  for (const row of [...found.rows, ...(await emptied(tx, pair, found))]) {
    const differences = writeJson(row.differences.map((one) => ({ ...one, minor: one.minor.toString() })));
    await sql`
      insert into reconciliations (id, tenant_id, pair_id, source_connection_id, subject_kind, subject, period, currency, source_minor, postings_minor, ledger_minor, differences, computed_at)
      values (${makeId('rec')}, ${pair.tenantId}, ${pair.id}, ${pair.sourceId}, ${row.kind}, ${row.subject}, ${row.period}, ${row.currency}, ${row.source}, ${row.postings}, ${row.ledger}, ${differences}, ${at(now)})
      on conflict (pair_id, subject_kind, subject, period, currency) do update set source_minor = excluded.source_minor, postings_minor = excluded.postings_minor,
        ledger_minor = excluded.ledger_minor, differences = excluded.differences, computed_at = excluded.computed_at`.execute(
      tx,
    );
    await noteRow(tx, makeId, pair, row, now);
  }
}

/** Days that had something when they were compared before, and have nothing now. */
async function emptied(tx: Tx, pair: Pair, found: ComparedRange): Promise<ReconciliationRow[]> {
  const days = found.rows.filter(({ kind }) => kind === 'day').map(({ subject, currency }) => `${subject} ${currency}`);
  const before = await rows<{ subject: string; period: LocalDate; currency: string }>(
    tx,
    sql`
    select subject, period, currency from reconciliations
    where pair_id = ${pair.id} and subject_kind = 'day' and period between ${found.from}::date and ${found.to}::date
      and not (subject || ' ' || currency = any(${days}::text[])) and (source_minor <> 0 or postings_minor <> 0 or ledger_minor <> 0 or differences <> '[]')
    order by subject, currency`,
  );
  return before.map((day) => ({ kind: 'day', ...day, source: 0n, postings: 0n, ledger: 0n, differences: [] }));
}

async function noteRow(tx: Tx, makeId: MakeId, pair: Pair, row: ReconciliationRow, now: number): Promise<void> {
  const [subject, detail] = [rowSubject(pair, row), rowDetail(row)];
  if (detail === null) return resolveAttention(tx, subject, now);
  await raiseAttention(
    tx,
    {
      tenantId: pair.tenantId,
      connectionId: pair.sourceId as ConnectionId,
      code: 'posting.changed_after_posting',
      subject,
      detail,
    },
    makeId,
    now,
  );
}
