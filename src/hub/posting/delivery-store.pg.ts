import type { LedgerCompany, NameKind, OpenInvoice } from '../../connectors/sdk/index.ts';
import type { AttemptId, ConnectionId, FactId, MakeId, PairId, PostingId } from '../../kernel/ids.ts';
import type { DocumentKind } from '../../model/document.ts';
import { holdsLease, type Lease, PRIORITY, wake } from '../../platform/engine/index.ts';
import { at, type Database, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import { raiseAttention, resolveAttention } from '../audit/index.ts';
import type { Connection } from '../connections/index.ts';
import { underLease } from '../sync/index.ts';
import type { Begin, DeliveryStore, Sending } from './delivery-store.ts';
import { takeLedgerEvents } from './ledger-events.pg.ts';
import type { Leg, Recipe } from './plan/index.ts';
import { keyOf, type Posting, type PostingState, readDocument } from './posting.ts';
import { finishAttempt, settleAll } from './settle.pg.ts';
import { statesBefore } from './states.ts';

export function pgDeliveryStore(database: Database, makeId: MakeId): DeliveryStore {
  const read = <T>(connection: Connection, work: (tx: Tx) => Promise<T>) => database.tenant(connection.tenantId, work);
  const write = <T>(lease: Lease, work: (tx: Tx) => Promise<T>) => underLease(database, lease, work);
  return {
    recover: (lease, now) => write(lease, (tx) => recover(tx, lease, now)),
    company: (connection) => read(connection, (tx) => company(tx, connection)),
    saveCompany: (lease, one, now) => write(lease, (tx) => saveCompany(tx, lease, one, now)),
    toLookUp: (connection, limit, now) =>
      read(connection, (tx) =>
        select(
          tx,
          sql`
          ledger_connection_id = ${connection.id} and state = 'uncertain'
          and (not_before <= ${at(now)} or batch in (
            select d.batch from postings d where d.ledger_connection_id = ${connection.id} and d.state = 'uncertain' and d.batch is not null and d.not_before <= ${at(now)}))
          order by first_sent_at, batch nulls first, id limit ${limit}`,
        ),
      ),
    toSendAgain: (connection, now) =>
      read(connection, (tx) =>
        select(
          tx,
          sql`
          ledger_connection_id = ${connection.id} and batch in (
            select d.batch from postings d where d.ledger_connection_id = ${connection.id} and d.state = 'planned' and d.batch is not null and d.not_before <= ${at(now)})
          order by batch, id`,
        ),
      ),
    toSend: (connection, limit, now) => read(connection, (tx) => toSend(tx, connection, limit, now)),
    toRemove: (connection, limit, now) =>
      read(connection, (tx) =>
        select(
          tx,
          sql`ledger_connection_id = ${connection.id} and state = 'posted' and wanted = 'void' and not held and not_before <= ${at(now)} order by occurred_on, id limit ${limit}`,
        ),
      ),
    documentIds: (connection, ids) => read(connection, (tx) => documentIds(tx, ids)),
    beginSending: (lease, postings, begin, now) =>
      write(lease, (tx) => beginSending(tx, makeId, { lease, postings, ...begin, now })),
    settle: (lease, results, now) => write(lease, (tx) => settleAll(tx, makeId, { lease, results, now })),
    removed: (lease, posting, attemptId, now) => write(lease, (tx) => removed(tx, posting, attemptId, now)),
    removalFailed: (lease, attemptId, failure, now) => write(lease, (tx) => finishAttempt(tx, attemptId, failure, now)),
    postpone: (lease, posting, notBefore) => write(lease, (tx) => postpone(tx, posting, notBefore)),
    hold: (lease, postings, reason, now) => write(lease, (tx) => hold(tx, makeId, { lease, postings, reason, now })),
    name: async (connection, kind, name) =>
      read(
        connection,
        async (tx) =>
          (
            await firstRow(
              tx,
              sql<{
                id: string;
              }>`select ledger_id as id from ledger_names where connection_id = ${connection.id} and kind = ${kind} and name = ${name}`,
            )
          )?.id ?? null,
      ),
    saveName: (lease, kind, name, ledgerId) => write(lease, (tx) => saveName(tx, lease, { kind, name, ledgerId })),
    numbersWanted: (connection, limit) =>
      read(connection, async (tx) =>
        (
          await rows(
            tx,
            sql<{
              number: string;
            }>`select number from ledger_invoices where connection_id = ${connection.id} and read_at is null order by wanted_at, number limit ${limit}`,
          )
        ).map((row) => row.number),
      ),
    saveNumber: (lease, number, invoice, now) => write(lease, (tx) => saveNumber(tx, { lease, number, invoice, now })),
    isHeld: (lease) => database.tenant(lease.tenantId, (tx) => holdsLease(tx, lease)),
    takeEvents: (lease, changed, now) => write(lease, (tx) => takeLedgerEvents(tx, lease, changed, now)),
    nextDue: (connection, now) => read(connection, (tx) => nextDue(tx, connection, now)),
  };
}

interface PostingRow {
  readonly id: PostingId;
  readonly pair_id: PairId;
  readonly source_connection_id: ConnectionId;
  readonly ledger_connection_id: ConnectionId;
  readonly fact_id: FactId;
  readonly leg: Leg;
  readonly recipe: Recipe;
  readonly kind: DocumentKind;
  readonly state: PostingState;
  readonly wanted: 'live' | 'void';
  readonly occurred_on: string;
  readonly currency: string;
  readonly total_minor: bigint;
  readonly document: string;
  readonly number: string;
  readonly key_revision: number;
  readonly reason_code: string | null;
  readonly failures: number;
  readonly failing_since: number | null;
  readonly planned_at: number;
  readonly first_sent_at: number | null;
  readonly looks: number;
  readonly document_id: string | null;
  readonly batch: string | null;
}

function toPosting(row: PostingRow): Posting {
  const { document, party } = readDocument(row.document);
  return {
    id: row.id,
    pairId: row.pair_id,
    sourceId: row.source_connection_id,
    ledgerId: row.ledger_connection_id,
    factId: row.fact_id,
    leg: row.leg,
    recipe: row.recipe,
    kind: row.kind,
    state: row.state,
    wanted: row.wanted,
    on: row.occurred_on,
    total: { minor: row.total_minor, currency: row.currency },
    document,
    party,
    number: row.number,
    keyRevision: row.key_revision,
    reasonCode: row.reason_code,
    failures: row.failures,
    failingSince: row.failing_since,
    plannedAt: row.planned_at,
    firstSentAt: row.first_sent_at,
    looks: row.looks,
    documentId: row.document_id,
    batch: row.batch,
  };
}

async function select(tx: Tx, where: ReturnType<typeof sql>): Promise<Posting[]> {
  return (await rows(tx, sql<PostingRow>`select * from postings where ${where}`)).map(toPosting);
}

function toSend(tx: Tx, connection: Connection, limit: number, now: number): Promise<Posting[]> {
  return select(
    tx,
    sql`
    ledger_connection_id = ${connection.id} and state = 'planned' and not held and wanted = 'live' and batch is null and not_before <= ${at(now)}
    and not exists (select 1 from posting_needs n join postings p on p.id = n.needs_id where n.posting_id = postings.id and p.state <> 'posted')
    order by occurred_on, id limit ${limit}`,
  );
}

async function recover(tx: Tx, lease: Lease, now: number): Promise<number> {
  const found = await rows(
    tx,
    sql<{ id: string }>`
    update postings set state = 'uncertain', not_before = ${at(now)}, reason_code = 'engine.lease_lost', reason_detail = 'The worker ended while the call was under way.'
    where ledger_connection_id = ${lease.connectionId} and state = 'sending' and fence < ${lease.fence} returning id`,
  );
  await sql`
    update postings set state = 'uncertain', not_before = greatest(not_before, ${at(now)})
    where ledger_connection_id = ${lease.connectionId} and state = 'planned' and first_sent_at is not null and not held`.execute(
    tx,
  );
  return found.length;
}

interface CompanyRow {
  readonly account_id: string;
  readonly company_name: string;
  readonly home_currency: string;
  readonly multi_currency: boolean;
  readonly closed_through: string | null;
  readonly enforces_numbers: boolean;
  readonly time_zone: string | null;
  readonly read_at: number;
}

async function company(tx: Tx, connection: Connection): Promise<(LedgerCompany & { readAt: number }) | null> {
  const row = await firstRow(
    tx,
    sql<CompanyRow>`select c.account_id, l.* from ledger_companies l join connections c on c.id = l.connection_id where l.connection_id = ${connection.id}`,
  );
  return (
    row && {
      companyId: row.account_id,
      name: row.company_name,
      homeCurrency: row.home_currency,
      multiCurrency: row.multi_currency,
      closedThrough: row.closed_through,
      enforcesNumbers: row.enforces_numbers,
      timeZone: row.time_zone,
      readAt: row.read_at,
    }
  );
}

async function saveCompany(tx: Tx, lease: Lease, one: LedgerCompany, now: number): Promise<void> {
  await sql`
    insert into ledger_companies (tenant_id, connection_id, company_name, home_currency, multi_currency, closed_through, enforces_numbers, time_zone, read_at)
    values (${lease.tenantId}, ${lease.connectionId}, ${one.name}, ${one.homeCurrency}, ${one.multiCurrency}, ${one.closedThrough}, ${one.enforcesNumbers}, ${one.timeZone}, ${at(now)})
    on conflict (connection_id) do update set company_name = excluded.company_name, home_currency = excluded.home_currency, multi_currency = excluded.multi_currency,
      closed_through = excluded.closed_through, enforces_numbers = excluded.enforces_numbers, time_zone = excluded.time_zone, read_at = excluded.read_at`.execute(
    tx,
  );
  const freed = await rows(
    tx,
    sql<{ id: string }>`
    update postings set held = false, reason_code = null, reason_detail = null
    where ledger_connection_id = ${lease.connectionId} and held and reason_code = 'ledger.closed_period' and state in ('planned', 'posted')
      and (${one.closedThrough}::date is null or occurred_on > ${one.closedThrough}::date) returning id`,
  );
  for (const { id } of freed) await resolveAttention(tx, id, now);
}

async function documentIds(tx: Tx, ids: readonly PostingId[]): Promise<Map<PostingId, string>> {
  const found = await rows(
    tx,
    sql<{ id: PostingId; document_id: string }>`
    select id, document_id from postings where id = any(${[...ids]}::text[]) and document_id is not null order by id`,
  );
  return new Map(found.map((row) => [row.id, row.document_id]));
}

interface BeginSending extends Begin {
  readonly lease: Lease;
  readonly postings: readonly Posting[];
  readonly now: number;
}

async function beginSending(tx: Tx, makeId: MakeId, begin: BeginSending): Promise<Sending[]> {
  const { lease, postings, operation, now } = begin;
  const sendable =
    operation === 'create' ? await markSending(tx, begin) : new Set(postings.map((posting) => posting.id));
  const sending = postings
    .filter((posting) => sendable.has(posting.id))
    .map((posting) => ({
      posting,
      attemptId: makeId('att') as AttemptId,
      key: operation === 'create' ? keyOf(posting) : `${posting.id}v`,
    }));
  await sql`
    insert into attempts (id, tenant_id, posting_id, operation, key, fence, started_at)
    select id, ${lease.tenantId}, posting, ${operation}, key, ${lease.fence}, ${at(now)}
    from unnest(${sending.map((one) => one.attemptId)}::text[], ${sending.map((one) => one.posting.id)}::text[], ${sending.map((one) => one.key)}::text[]) as a(id, posting, key)`.execute(
    tx,
  );
  return sending;
}

async function markSending(tx: Tx, { lease, postings, batch, now }: BeginSending): Promise<Set<PostingId>> {
  const marked = await rows(
    tx,
    sql<{ id: PostingId }>`
    update postings set state = 'sending', batch = ${batch}, fence = ${lease.fence}, sent_at = ${at(now)}, first_sent_at = coalesce(first_sent_at, ${at(now)}), reason_code = null, reason_detail = null
    where id = any(${postings.map((posting) => posting.id)}::text[]) and state = any(${statesBefore('send')}::text[]) and not held and wanted = 'live' returning id`,
  );
  return new Set(marked.map((row) => row.id));
}

async function removed(tx: Tx, posting: Posting, attemptId: string | null, now: number): Promise<void> {
  if (attemptId !== null)
    await sql`update attempts set finished_at = ${at(now)}, result = 'removed' where id = ${attemptId}`.execute(tx);
  await sql`update postings set state = 'voided', held = false, touched_at = ${at(now)} where id = ${posting.id} and state = any(${statesBefore('removed')}::text[])`.execute(
    tx,
  );
  // A wrong total stays open: the event still has no entry. A withdrawn event needs none.
  if (posting.reasonCode !== 'ledger.total_differs') await resolveAttention(tx, posting.id, now);
}

async function postpone(tx: Tx, posting: Posting, notBefore: number): Promise<void> {
  await sql`update postings set not_before = ${at(notBefore)}, failures = failures + 1 where id = ${posting.id} and state = 'posted'`.execute(
    tx,
  );
}

interface Hold {
  readonly lease: Lease;
  readonly postings: readonly Posting[];
  readonly reason: { readonly code: string; readonly detail: string };
  readonly now: number;
}

async function hold(tx: Tx, makeId: MakeId, { lease, postings, reason, now }: Hold): Promise<void> {
  for (const posting of postings) {
    await sql`update postings set held = true, reason_code = ${reason.code}, reason_detail = ${reason.detail} where id = ${posting.id} and state in ('planned', 'posted')`.execute(
      tx,
    );
    await raiseAttention(
      tx,
      {
        tenantId: lease.tenantId,
        connectionId: posting.sourceId,
        code: reason.code as 'ledger.closed_period',
        subject: posting.id,
        detail: reason.detail,
      },
      makeId,
      now,
    );
  }
}

async function saveName(
  tx: Tx,
  lease: Lease,
  { kind, name, ledgerId }: { kind: NameKind; name: string; ledgerId: string },
): Promise<void> {
  await sql`
    insert into ledger_names (tenant_id, connection_id, kind, name, ledger_id) values (${lease.tenantId}, ${lease.connectionId}, ${kind}, ${name}, ${ledgerId})
    on conflict (connection_id, kind, name) do update set ledger_id = excluded.ledger_id`.execute(tx);
}

async function saveNumber(
  tx: Tx,
  { lease, number, invoice, now }: { lease: Lease; number: string; invoice: OpenInvoice | null; now: number },
): Promise<void> {
  await sql`
    update ledger_invoices set document_id = ${invoice?.documentId ?? null}, customer_id = ${invoice?.customerId ?? null}, currency = ${invoice?.currency ?? null}, read_at = ${at(now)}
    where connection_id = ${lease.connectionId} and number = ${number}`.execute(tx);
  const waiting = await rows(
    tx,
    sql<{ connection_id: ConnectionId }>`
    update facts set state = 'new', updated_at = ${at(now)}
    where state = 'waiting' and reason_code = 'posting.unmatched' and connection_id in (select source_connection_id from pairs where ledger_connection_id = ${lease.connectionId})
    returning connection_id`,
  );
  for (const id of new Set(waiting.map((row) => row.connection_id))) await wake(tx, id, now, PRIORITY.live);
}

async function nextDue(tx: Tx, connection: Connection, now: number): Promise<number | null> {
  const row = await firstRow(
    tx,
    sql<{ due: number | null }>`
    select min(not_before) as due from postings where ledger_connection_id = ${connection.id}
      and ((state = 'planned' and not held and wanted = 'live'
            and not exists (select 1 from posting_needs n join postings p on p.id = n.needs_id where n.posting_id = postings.id and p.state <> 'posted'))
        or state = 'uncertain' or (state = 'posted' and wanted = 'void' and not held))`,
  );
  return row?.due == null ? null : Math.max(row.due, now);
}
