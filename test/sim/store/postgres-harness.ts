import type { Connection, Pair } from '../../../src/hub/connections/index.ts';
import { pgDeliveryStore, pgOutboxStore } from '../../../src/hub/posting/index.ts';
import { pgReconcileStore } from '../../../src/hub/reconcile/index.ts';
import { factToJson } from '../../../src/hub/sync/index.ts';
import { sha256Hex } from '../../../src/kernel/digest.ts';
import { type ConnectionId, idMaker, type MakeId, type PostingId, type TenantId } from '../../../src/kernel/ids.ts';
import { parseJson, writeJson } from '../../../src/kernel/json.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { addWork, pgWorkStore } from '../../../src/platform/engine/index.ts';
import { at, atOrNull, type Database, firstRow, rows, sql, type Tx } from '../../../src/platform/store/index.ts';
import {
  type AttentionSeen,
  NOW,
  type PostingChange,
  type PostingHarness,
  type PostingPut,
  type PostingSeen,
  type ReconciliationSeen,
} from './posting-harness.ts';
import type { AttemptRow, FactRow, LedgerInvoiceRow, PostingLineRow, PostingRow } from './rows.ts';

/** One fresh tenant in a database. */
export async function postgresHarness(database: Database): Promise<PostingHarness> {
  const makeId = idMaker({ now: () => NOW }, systemRandom);
  const tenantId = makeId('ten');
  const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.tenant(tenantId, work);
  const { source, ledger, pair } = await inTenant((tx) => newTenant(tx, tenantId, makeId));
  const work = pgWorkStore(database);
  let claims = 0;
  return {
    tenantId,
    source,
    ledger,
    pair,
    outbox: pgOutboxStore(database, makeId),
    deliveries: pgDeliveryStore(database, makeId),
    reconcile: pgReconcileStore(database, makeId),
    claim: async ({ id }) => {
      claims += 1;
      const lease = await work.claimOne({ connectionId: id, owner: 'worker', now: NOW + claims, lease_ms: 0 });
      return lease!;
    },
    put: putInto(inTenant, { tenantId, source, ledger, pair, makeId }),
    seen: seenIn(inTenant, ledger),
  };
}

interface Tenant {
  readonly tenantId: TenantId;
  readonly source: Connection;
  readonly ledger: Connection;
  readonly pair: Pair;
  readonly makeId: MakeId;
}

type InTenant = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

async function newTenant(tx: Tx, tenantId: TenantId, makeId: MakeId): Promise<Omit<Tenant, 'tenantId' | 'makeId'>> {
  await sql`insert into tenants (id, name, created_at) values (${tenantId}, 'Acme LLC', ${at(NOW)})`.execute(tx);
  const source = await newConnection(tx, tenantId, makeId('con'), 'source');
  const ledger = await newConnection(tx, tenantId, makeId('con'), 'ledger');
  const pair = { id: makeId('pai'), tenantId, sourceId: source.id, ledgerId: ledger.id, settings: {}, version: 3 };
  await sql`
    insert into pairs (id, tenant_id, source_connection_id, ledger_connection_id, settings, version, created_at)
    values (${pair.id}, ${tenantId}, ${source.id}, ${ledger.id}, '{}', ${pair.version}, ${at(NOW)})`.execute(tx);
  await sql`delete from work_wakes where tenant_id = ${tenantId}`.execute(tx);
  return { source, ledger, pair };
}

async function newConnection(tx: Tx, tenantId: TenantId, id: ConnectionId, role: Connection['role']) {
  const connection: Connection = {
    id,
    tenantId,
    provider: role === 'source' ? 'stripe' : 'quickbooks',
    role,
    accountId: `${role} account`,
    displayName: 'Acme LLC',
    environment: 'sandbox',
    baseUrl: null,
    timeZone: 'America/New_York',
    state: 'active',
    stateReason: null,
    since: 0,
  };
  await sql`
    insert into connections (id, tenant_id, provider, role, account_id, display_name, environment, time_zone, state, since, created_at, updated_at)
    values (${id}, ${tenantId}, ${connection.provider}, ${role}, ${connection.accountId}, ${connection.displayName}, ${connection.environment},
      ${connection.timeZone}, ${connection.state}, ${at(0)}, ${at(NOW)}, ${at(NOW)})`.execute(tx);
  await addWork(tx, tenantId, id, NOW);
  return connection;
}

function putInto(inTenant: InTenant, { tenantId, source, ledger, pair, makeId }: Tenant): PostingPut {
  const run = (statement: ReturnType<typeof sql>) => inTenant(async (tx) => void (await statement.execute(tx)));
  return {
    fact: (id, { fact, state = 'new', reasonCode }) => {
      const body = writeJson(factToJson(fact));
      const refs = Object.entries(fact.references).map(([key, value]) => `${key}:${value}`);
      return run(sql`
        insert into facts (id, tenant_id, connection_id, stream, external_id, kind, object_id, occurred_at, refs, body, body_sha256, state, reason_code, updated_at)
        values (${id}, ${tenantId}, ${source.id}, 'stream', ${fact.source.objectId}, ${fact.kind}, ${fact.source.objectId}, ${at(fact.occurredAt)}, ${refs},
          ${body}, ${sha256Hex(body)}, ${state}, ${reasonCode ?? null}, ${at(NOW)})`);
    },
    event: async ({ type, touches, state = 'received' }) => {
      const [endpoint, delivery, event] = [makeId('whk'), makeId('dlv'), makeId('evt')];
      await run(sql`
        insert into webhook_endpoints (id, tenant_id, connection_id, provider, token_hash, url, created_at)
        values (${endpoint}, ${tenantId}, ${ledger.id}, 'quickbooks', decode(${sha256Hex(endpoint)}, 'hex'), '', ${at(NOW)})`);
      await run(sql`
        insert into deliveries (id, tenant_id, endpoint_id, provider, dedupe_key, headers, body, received_at, state)
        values (${delivery}, ${tenantId}, ${endpoint}, 'quickbooks', ${delivery}, '{}', '', ${at(NOW)}, 'done')`);
      await run(sql`
        insert into events (id, tenant_id, connection_id, delivery_id, dedupe_key, type, occurred_at, touches, wakes, state, received_at)
        values (${event}, ${tenantId}, ${ledger.id}, ${delivery}, ${event}, ${type}, ${at(NOW)}, ${writeJson(touches)}, '[]', ${state}, ${at(NOW)})`);
    },
    rate: (currency, instant, rate) =>
      run(
        sql`insert into market_rates (tenant_id, currency, at, rate, source) values (${tenantId}, ${currency}, ${at(instant)}, ${rate}, 'test')`,
      ),
    role: (role, ledgerId) =>
      run(sql`
        insert into account_roles (tenant_id, pair_id, role, ledger_id, name, updated_at)
        values (${tenantId}, ${pair.id}, ${role}, ${ledgerId}, ${role}, ${at(NOW)})`),
    posting: (id, change) => run(sql`update postings set ${assignments(change)} where id = ${id}`),
  };
}

const COLUMNS: Readonly<Record<keyof PostingChange, string>> = {
  state: 'state',
  wanted: 'wanted',
  held: 'held',
  reasonCode: 'reason_code',
  notBefore: 'not_before',
  failures: 'failures',
  firstSentAt: 'first_sent_at',
  fence: 'fence',
  looks: 'looks',
  batch: 'batch',
  keyRevision: 'key_revision',
  documentId: 'document_id',
  plannedAt: 'planned_at',
  postedAt: 'posted_at',
  touchedAt: 'touched_at',
};
const INSTANTS: readonly string[] = ['notBefore', 'firstSentAt', 'plannedAt', 'postedAt', 'touchedAt'];

function assignments(change: PostingChange) {
  const entries = Object.entries(change) as [keyof PostingChange, unknown][];
  return sql.join(
    entries.map(([key, value]) => {
      const written = INSTANTS.includes(key) ? atOrNull(value as number | null) : value;
      return sql`${sql.id(COLUMNS[key])} = ${written}`;
    }),
  );
}

type StoredPosting = Omit<PostingRow, 'total'> & { readonly minor: bigint; readonly currency: string };

function seenIn(inTenant: InTenant, ledger: Connection): PostingSeen {
  const list = <T>(statement: ReturnType<typeof sql<T>>) => inTenant((tx) => rows(tx, statement));
  const column = async (statement: ReturnType<typeof sql<{ id: string }>>) =>
    (await list(statement)).map(({ id }) => id);
  return {
    posting: (id) => inTenant((tx) => readPosting(tx, id)),
    lines: (id) =>
      list(sql<PostingLineRow>`
        select posting_id as "postingId", line, role, amount_minor as "amountMinor", currency from posting_lines where posting_id = ${id} order by line`),
    legs: (id) => column(sql`select leg_id as id from posting_legs where posting_id = ${id} order by leg_id`),
    needs: async (id) =>
      (await column(
        sql`select needs_id as id from posting_needs where posting_id = ${id} order by needs_id`,
      )) as PostingId[],
    attempts: (id) =>
      list(sql<AttemptRow>`
        select id, tenant_id as "tenantId", posting_id as "postingId", operation, key, fence, started_at as "startedAt", finished_at as "finishedAt", result,
          error_code as "errorCode", error_detail as "errorDetail"
        from attempts where posting_id = ${id} order by ctid`),
    fact: async (id) =>
      (await inTenant((tx) =>
        firstRow(
          tx,
          sql<FactRow>`select state, reason_code as "reasonCode", reason_detail as "reasonDetail", updated_at as "updatedAt" from facts where id = ${id}`,
        ),
      ))!,
    attention: (subject) =>
      list(sql<AttentionSeen>`
        select code, detail, connection_id as "connectionId", resolved_at is null as "isOpen" from attention_items where subject = ${subject} order by ctid`),
    wakes: async () =>
      (await column(sql`select distinct connection_id as id from work_wakes order by connection_id`)) as ConnectionId[],
    ledgerInvoice: (number) =>
      inTenant((tx) =>
        firstRow(
          tx,
          sql<LedgerInvoiceRow>`
          select tenant_id as "tenantId", connection_id as "connectionId", number, document_id as "documentId", customer_id as "customerId", currency,
            wanted_at as "wantedAt", read_at as "readAt"
          from ledger_invoices where connection_id = ${ledger.id} and number = ${number}`,
        ),
      ),
    receivedEvents: async () =>
      (await column(sql`select id from events where connection_id = ${ledger.id} and state = 'received' order by id`))
        .length,
    reconciliations: async () =>
      (
        await list(sql<Omit<ReconciliationSeen, 'differences'> & { differences: string }>`
          select subject_kind as kind, subject, period, currency, source_minor as source, postings_minor as postings, ledger_minor as ledger,
            computed_at as "computedAt", differences
          from reconciliations order by period, subject_kind, subject, currency`)
      ).map((row) => ({ ...row, differences: (parseJson(row.differences) as unknown[]).length })),
  };
}

async function readPosting(tx: Tx, id: PostingId): Promise<PostingRow | null> {
  const row = await firstRow(
    tx,
    sql<StoredPosting>`
    select id, tenant_id as "tenantId", pair_id as "pairId", source_connection_id as "sourceId", ledger_connection_id as "ledgerId", fact_id as "factId", leg, generation, recipe,
      kind, state, wanted, occurred_on as "on", currency, total_minor as minor, document, number, key_revision as "keyRevision", settings_version as "settingsVersion",
      reason_code as "reasonCode", reason_detail as "reasonDetail", held, not_before as "notBefore", failures, failing_since as "failingSince",
      planned_at as "plannedAt", first_sent_at as "firstSentAt", sent_at as "sentAt", fence, looks, batch, document_id as "documentId",
      document_version as "documentVersion", adopted, posted_at as "postedAt", touched_at as "touchedAt"
    from postings where id = ${id}`,
  );
  if (row === null) return null;
  const { minor, currency, ...rest } = row;
  return { ...rest, total: { minor, currency } };
}
