import type { ConnectionId, FactId, MakeId, PairId, PostingId } from '../../kernel/ids.ts';
import { isZero, type Money } from '../../kernel/money.ts';
import type { ChargeFact, DisputeLostFact, InvoiceFact, PayoutItemsFact, RefundFact } from '../../model/facts.ts';
import { type Lease, PRIORITY, wake } from '../../platform/engine/index.ts';
import { at, change, type Database, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import { raiseAttention, resolveAttention } from '../audit/index.ts';
import { type Pair, pairOfSource } from '../connections/index.ts';
import type { Role, RoleMap } from '../mapping/index.ts';
import { factFromText, underLease } from '../sync/index.ts';
import {
  type Book,
  type FactToPlan,
  LOOK_AGAIN_MS,
  type Members,
  type OutboxStore,
  type OutboxTx,
  RATE_VALID_MS,
} from './outbox-store.ts';
import { feesOf, type InvoiceMatch, legId, type OpenFee, type Reason, type Recipe } from './plan/index.ts';
import { readDocument } from './posting.ts';
import { removalText } from './said.ts';
import { savePosting } from './save-posting.pg.ts';

export function pgOutboxStore(database: Database, makeId: MakeId): OutboxStore {
  return {
    transaction: (lease, work) => underLease(database, lease, (tx) => work(outboxTx(tx, lease, makeId))),
    reopenWaiting: (lease, now) =>
      underLease(database, lease, (tx) =>
        change(
          tx,
          sql`update facts set state = 'new', updated_at = ${at(now)} where connection_id = ${lease.connectionId} and state = 'waiting' and reason_code is distinct from 'posting.changed_after_posting'`,
        ),
      ),
  };
}

function outboxTx(tx: Tx, lease: Lease, makeId: MakeId): OutboxTx {
  const source = lease.connectionId;
  return {
    pair: () => pairOfSource(tx, source),
    book: (pair) => bookOf(tx, pair),
    roles: (pairId) => rolesOf(tx, pairId),
    factsToPlan: (limit) => factsToPlan(tx, source, limit),
    charge: (chargeId) => charge(tx, source, chargeId),
    givenBackBefore: (chargeId, before) => givenBackBefore(tx, source, chargeId, before),
    payoutItems: async (payoutId) =>
      (await factByRef(tx, source, 'payout_items', `payout:${payoutId}`)) as PayoutItemsFact | null,
    members: (objectIds, book, payout) => members(tx, { source, objectIds, book, payout }),
    invoice: (invoiceId) => invoice(tx, source, invoiceId),
    ledgerInvoice: (pair, number, now) => ledgerInvoice(tx, { pair, number, now }),
    marketRate: (currency, instant) => marketRate(tx, currency, instant),
    save: (plan) => savePosting(tx, plan, makeId),
    withdraw: (factId, reason, now) => withdraw(tx, { factId, reason, now, source, makeId }),
    settleFact: async (factId, state, reason, now) => {
      await sql`update facts set state = ${state}, reason_code = ${reason?.code ?? null}, reason_detail = ${reason?.detail ?? null}, updated_at = ${at(now)} where id = ${factId}`.execute(
        tx,
      );
    },
    wakeLedger: (pair, now) => wake(tx, pair.ledgerId, now, PRIORITY.live),
  };
}

async function bookOf(tx: Tx, pair: Pair): Promise<Book | null> {
  return firstRow(
    tx,
    sql<Book>`
    select c.tenant_id as "tenantId", c.provider as "ledgerProvider", c.account_id as "companyId",
      coalesce(l.time_zone, c.time_zone) as "timeZone", l.closed_through as "closedThrough"
    from connections c left join ledger_companies l on l.connection_id = c.id where c.id = ${pair.ledgerId}`,
  );
}

async function rolesOf(tx: Tx, pairId: PairId): Promise<RoleMap> {
  const found = await rows(
    tx,
    sql<{
      role: Role;
      ledger_id: string;
    }>`select role, ledger_id from account_roles where pair_id = ${pairId} order by role`,
  );
  const map = new Map(found.map((row) => [row.role, row.ledger_id]));
  return (role) => map.get(role) ?? null;
}

async function factsToPlan(tx: Tx, source: ConnectionId, limit: number): Promise<FactToPlan[]> {
  const found = await rows(
    tx,
    sql<{ id: FactId; body: string }>`
    select id, body from facts where connection_id = ${source} and state = 'new'
    order by occurred_at, kind not in ('invoice', 'charge'), id limit ${limit} for update`,
  );
  return found.map((row) => ({ id: row.id, fact: factFromText(row.body) }));
}

async function factByRef(tx: Tx, source: ConnectionId, kind: string, ref: string) {
  const row = await firstRow(
    tx,
    sql<{ body: string }>`
    select body from facts where connection_id = ${source} and kind = ${kind} and refs @> ${[ref]}::text[] order by occurred_at, id limit 1`,
  );
  return row && factFromText(row.body);
}

interface PostedFactRow {
  readonly body: string;
  readonly recipe: Recipe | null;
  readonly posting_id: PostingId | null;
  readonly document: string | null;
}

async function postedFact(
  tx: Tx,
  source: ConnectionId,
  wanted: { kind: string; leg: string; ref: string },
): Promise<PostedFactRow | null> {
  return firstRow(
    tx,
    sql<PostedFactRow>`
    select f.body, p.recipe, p.id as posting_id, p.document
    from facts f left join postings p on p.fact_id = f.id and p.leg = ${wanted.leg} and p.state not in ('voided', 'superseded')
    where f.connection_id = ${source} and f.kind = ${wanted.kind} and f.refs @> ${[wanted.ref]}::text[] order by f.occurred_at, f.id limit 1`,
  );
}

async function charge(tx: Tx, source: ConnectionId, chargeId: string): ReturnType<OutboxTx['charge']> {
  const row = await postedFact(tx, source, { kind: 'charge', leg: 'receipt', ref: `charge:${chargeId}` });
  if (row === null) return null;
  const party = row.document === null ? null : readDocument(row.document).party;
  return { fact: factFromText(row.body) as ChargeFact, recipe: row.recipe, receiptId: row.posting_id, party };
}

async function givenBackBefore(
  tx: Tx,
  source: ConnectionId,
  chargeId: string,
  before: { readonly id: FactId; readonly occurredAt: number },
): Promise<Money[]> {
  const found = await rows<{ body: string }>(
    tx,
    sql`
    select body from facts where connection_id = ${source} and kind in ('refund', 'dispute_lost') and state <> 'ignored'
      and refs @> ${[`charge:${chargeId}`]}::text[] and (occurred_at, id) < (${at(before.occurredAt)}::timestamptz, ${before.id})
    order by occurred_at, id`,
  );
  return found.map((row) => (factFromText(row.body) as RefundFact | DisputeLostFact).amount);
}

async function invoice(tx: Tx, source: ConnectionId, invoiceId: string): ReturnType<OutboxTx['invoice']> {
  const row = await postedFact(tx, source, { kind: 'invoice', leg: 'invoice', ref: `invoice:${invoiceId}` });
  return row === null || row.posting_id === null
    ? null
    : { fact: factFromText(row.body) as InvoiceFact, postingId: row.posting_id };
}

interface MemberRow {
  readonly object_id: string;
  readonly body: string | null;
  readonly state: string | null;
  readonly postings: PostingId[];
}

interface WantedMembers {
  readonly source: ConnectionId;
  readonly objectIds: readonly string[];
  readonly book: Book;
  readonly payout: FactId;
}

async function members(tx: Tx, { source, objectIds, book, payout }: WantedMembers): Promise<Members> {
  const found = await rows(
    tx,
    sql<MemberRow>`
    select m.object_id, f.body, f.state,
      coalesce((select array_agg(distinct l.posting_id order by l.posting_id) from postings p join posting_legs l on l.posting_id = p.id
        where p.fact_id = f.id and p.state not in ('voided', 'superseded')), '{}') as postings
    from unnest(${[...objectIds]}::text[]) as m(object_id)
    left join facts f on f.connection_id = ${source} and f.object_id = m.object_id and f.kind <> 'payout_items'
    order by m.object_id, f.id`,
  );
  const postings = found.flatMap((row) => row.postings);
  const without = found
    .filter((row) => row.body === null || row.state === 'new' || row.state === 'waiting')
    .map((row) => row.object_id);
  return { postings, without, openFees: await openFees(tx, found, { book, payout }) };
}

async function openFees(
  tx: Tx,
  found: readonly MemberRow[],
  { book, payout }: Pick<WantedMembers, 'book' | 'payout'>,
): Promise<OpenFee[]> {
  const withFees = found.flatMap((row) => {
    const fact = row.body === null ? null : factFromText(row.body);
    const fees = fact === null ? [] : feesOf(fact).filter((fee) => !isZero(fee.amount));
    return fact === null || fees.length === 0 ? [] : [{ fact, legId: legId(book, fact.source, 'fee') }];
  });
  const covered = await rows(
    tx,
    sql<{
      leg_id: string;
    }>`select l.leg_id from posting_legs l join postings p on p.id = l.posting_id
      where l.leg_id = any(${withFees.map((one) => one.legId)}::text[]) and p.fact_id <> ${payout} and p.state not in ('voided', 'superseded') order by l.leg_id`,
  );
  const known = new Set(covered.map((row) => row.leg_id));
  return withFees.filter((one) => !known.has(one.legId));
}

interface LedgerInvoiceRow {
  readonly document_id: string | null;
  readonly customer_id: string | null;
  readonly currency: string | null;
  readonly read_at: number | null;
}

async function ledgerInvoice(
  tx: Tx,
  { pair, number, now }: { pair: Pair; number: string; now: number },
): Promise<InvoiceMatch> {
  const row = await firstRow(
    tx,
    sql<LedgerInvoiceRow>`
    select document_id, customer_id, currency, read_at from ledger_invoices where connection_id = ${pair.ledgerId} and number = ${number}`,
  );
  if (row?.document_id && row.customer_id && row.currency) {
    return { documentId: row.document_id, customerId: row.customer_id, currency: row.currency, number };
  }
  const known = row !== null && row.read_at !== null;
  if (!known || now - row.read_at! > LOOK_AGAIN_MS) {
    await sql`
      insert into ledger_invoices (tenant_id, connection_id, number, wanted_at) values (${pair.tenantId}, ${pair.ledgerId}, ${number}, ${at(now)})
      on conflict (connection_id, number) do update set wanted_at = excluded.wanted_at, read_at = null`.execute(tx);
    await wake(tx, pair.ledgerId, now, PRIORITY.live);
  }
  return known ? 'not_found' : 'not_looked_up';
}

async function marketRate(tx: Tx, currency: string, instant: number): Promise<string | null> {
  const row = await firstRow(
    tx,
    sql<{ rate: string }>`
    select rate from market_rates where currency = ${currency} and at <= ${at(instant)} and at >= ${at(instant - RATE_VALID_MS)} order by at desc limit 1`,
  );
  return row?.rate ?? null;
}

interface Withdraw {
  readonly factId: FactId;
  readonly reason: Reason;
  readonly now: number;
  readonly source: ConnectionId;
  readonly makeId: MakeId;
}

/** What never reached the ledger is voided here; what did is voided there by the ledger's next turn. */
async function withdraw(tx: Tx, { factId, reason, now, source, makeId }: Withdraw): Promise<number> {
  const unsent = await rows(
    tx,
    sql<{ id: PostingId }>`
    update postings set state = 'voided', wanted = 'void', held = false, reason_code = ${reason.code}, reason_detail = ${reason.detail}, touched_at = ${at(now)}
    where fact_id = ${factId} and state in ('planned', 'dead') returning id`,
  );
  await resolveAttention(
    tx,
    unsent.map(({ id }) => id),
    now,
  );
  const sent = await rows(
    tx,
    sql<{
      id: PostingId;
      tenant_id: Pair['tenantId'];
      ledger_connection_id: ConnectionId;
      total_minor: bigint;
      currency: string;
    }>`
    update postings set wanted = 'void', reason_code = ${reason.code}, reason_detail = ${reason.detail}
    where fact_id = ${factId} and wanted = 'live' and state in ('sending', 'uncertain', 'posted')
    returning id, tenant_id, ledger_connection_id, total_minor, currency`,
  );
  for (const one of sent) {
    const total = { minor: one.total_minor, currency: one.currency };
    await raiseAttention(
      tx,
      {
        tenantId: one.tenant_id,
        connectionId: source,
        code: reason.code,
        subject: one.id,
        detail: removalText(reason, total),
      },
      makeId,
      now,
    );
    await wake(tx, one.ledger_connection_id, now, PRIORITY.live);
  }
  return unsent.length + sent.length;
}
