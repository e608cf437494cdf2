import { dateIn, type LocalDate } from '../../kernel/dates.ts';
import type { ConnectionId, MakeId } from '../../kernel/ids.ts';
import { writeJson } from '../../kernel/json.ts';
import { formatAmount } from '../../kernel/money.ts';
import type { Fact } from '../../model/facts.ts';
import { at, type Database, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import { raiseAttention, resolveAttention } from '../audit/index.ts';
import type { Pair } from '../connections/index.ts';
import { mappedRoles, readSettings } from '../mapping/index.ts';
import { feesOf, type Leg, legId, type PostingState } from '../posting/index.ts';
import { factFromText, underLease } from '../sync/index.ts';
import type { ComparedPosting, DatedFact, ReconciliationRow } from './compare.ts';
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

/** Roles whose accounts hold the money that is at the source. */
const HOLDING = /^(CLR:([A-Z]{3})|BTC:(on_chain|lightning))$/;

async function load(tx: Tx, pair: Pair): Promise<Compared> {
  const book = (await firstRow<BookRow>(
    tx,
    sql`
    select c.tenant_id as "tenantId", c.provider as "ledgerProvider", c.account_id as "companyId", coalesce(l.time_zone, c.time_zone) as "timeZone",
      coalesce(l.home_currency, 'USD') as "homeCurrency"
    from connections c left join ledger_companies l on l.connection_id = c.id where c.id = ${pair.ledgerId}`,
  ))!;
  const roles = (await mappedRoles(tx, pair.id)).filter((one) => HOLDING.test(one.role));
  const accounts = new Map(roles.map((one) => [one.ledgerId, HOLDING.exec(one.role)![2] ?? book.homeCurrency]));
  const facts = await readFacts(tx, pair);
  const postings = await loadPostings(tx, pair, feeLegs(facts, book));
  const legs = new Map(postings.map((posting) => [posting.id, posting.leg]));
  return { facts: dateFacts(facts, { pair, book, postings }), postings, legs, accounts };
}

interface BookRow {
  readonly tenantId: string;
  readonly ledgerProvider: string;
  readonly companyId: string;
  readonly timeZone: string;
  readonly homeCurrency: string;
}

/** Which fact a fee leg is of: a payout's fee document covers the legs of its members. */
function feeLegs(facts: readonly ReadFact[], book: BookRow): ReadonlyMap<string, string> {
  const withFees = facts.filter(({ fact }) => feesOf(fact).length > 0);
  return new Map(withFees.map(({ id, fact }) => [legId(book, fact.source, 'fee'), id]));
}

interface PostingRow {
  readonly id: string;
  readonly fact_id: string;
  readonly leg: Leg;
  readonly state: PostingState;
  readonly occurred_on: LocalDate;
  readonly reason_detail: string | null;
  readonly covered: string[];
  readonly movements: string;
}

interface LoadedPosting extends ComparedPosting {
  readonly leg: Leg;
  readonly factId: string;
}

async function loadPostings(tx: Tx, pair: Pair, feeOwners: ReadonlyMap<string, string>): Promise<LoadedPosting[]> {
  const found = await rows(
    tx,
    sql<PostingRow>`
    select p.id, p.fact_id, p.leg, p.state, p.occurred_on, p.reason_detail,
      coalesce((select array_agg(leg_id order by leg_id) from posting_legs l where l.posting_id = p.id), '{}') as covered,
      coalesce((select jsonb_object_agg(currency, sum::text) from (
        select currency, sum(amount_minor) from posting_lines where posting_id = p.id and (role like 'CLR:%' or role like 'BTC:%') group by currency) as sums), '{}') as movements
    from postings p where p.pair_id = ${pair.id} and p.source_connection_id = ${pair.sourceId} order by p.occurred_on, p.id`,
  );
  return found.map((row) => ({
    id: row.id,
    leg: row.leg,
    factId: row.fact_id,
    factIds: [...new Set([row.fact_id, ...row.covered.flatMap((leg) => feeOwners.get(leg) ?? [])])],
    state: row.state,
    on: row.occurred_on,
    reason: row.reason_detail,
    movements: new Map(
      Object.entries(JSON.parse(row.movements) as Record<string, string>).map(([currency, minor]) => [
        currency,
        BigInt(minor),
      ]),
    ),
  }));
}

interface FactRow {
  readonly id: string;
  readonly body: string;
  readonly state: DatedFact['state'];
  readonly reason_detail: string | null;
}

interface ReadFact {
  readonly id: string;
  readonly fact: Fact;
  readonly state: DatedFact['state'];
  readonly reason: string | null;
}

async function readFacts(tx: Tx, pair: Pair): Promise<ReadFact[]> {
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

interface Dating {
  readonly pair: Pair;
  readonly book: BookRow;
  readonly postings: readonly LoadedPosting[];
}

/** The day on which each fact counts: that of its entry, or the day on which it would have one. */
function dateFacts(facts: readonly ReadFact[], { pair, book, postings }: Dating): DatedFact[] {
  const perPayout = readSettings(pair.settings).feeDetail === 'payout';
  const feesOn = new Map<string, LocalDate>();
  const movedOn = new Map<string, LocalDate>();
  for (const posting of postings) {
    if (posting.leg === 'fee') for (const id of posting.factIds) feesOn.set(id, posting.on);
    else if (posting.leg !== 'value' && posting.leg !== 'surplus') movedOn.set(posting.factId, posting.on);
  }
  return facts.map((one) => {
    const { id, fact } = one;
    const natural = fact.kind === 'payout' ? fact.arrivesOn : dateIn(book.timeZone, fact.occurredAt);
    return {
      ...one,
      on: movedOn.get(id) ?? (fact.kind === 'fee' ? feesOn.get(id) : undefined) ?? natural,
      feesOn: feesOn.get(id) ?? (perPayout && waitsForPayout(fact) ? null : natural),
    };
  });
}

function waitsForPayout(fact: Fact): boolean {
  return fact.kind === 'charge' || fact.kind === 'refund' || fact.kind === 'adjustment';
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
  const subject = `${pair.id}/${row.kind}/${row.subject}/${row.currency}`;
  const seen = row.differences.filter((one) => one.kind !== 'missing');
  if (seen.length === 0) return resolveAttention(tx, subject, now);
  const amount = `${formatAmount({ minor: row.source - row.ledger, currency: row.currency })} ${row.currency}`;
  const detail = `${row.kind === 'payout' ? 'Payout' : 'Day'} ${row.subject} differs by ${amount}: ${seen
    .slice(0, 5)
    .map((one) => one.detail)
    .join(' ')}`;
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
