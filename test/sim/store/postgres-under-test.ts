import {
  raiseAttention,
  recordSecurityEvent,
  resolveAttention,
  resolveHindrances,
} from '../../../src/hub/audit/index.ts';
import { pgConnectionStore, pgGrantStore } from '../../../src/hub/connections/index.ts';
import { pgInboxStore } from '../../../src/hub/inbox/index.ts';
import { pgMappingStore } from '../../../src/hub/mapping/index.ts';
import { pgSyncStore } from '../../../src/hub/sync/index.ts';
import type { ConnectionId } from '../../../src/kernel/ids.ts';
import { parseJson } from '../../../src/kernel/json.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { addWork, pgWorkStore, wake } from '../../../src/platform/engine/index.ts';
import { asOwner, at, rows, sql, type Tx } from '../../../src/platform/store/index.ts';
import { localKeyProvider, pgKeyRecords, pgVaultStore, verifyKey } from '../../../src/platform/vault/index.ts';
import type { TestDatabase } from '../../support/postgres.ts';
import { MASTER_KEY } from '../master-key.ts';
import type { EventRow, ReadDueRow } from './rows.ts';
import {
  type AuditStore,
  type Given,
  makeId,
  NOW,
  type Seen,
  type SeenFact,
  type StoreUnderTest,
  vaultOver,
} from './under-test.ts';

const WHAT_ALL_TESTS_SHARE = ['work_wakes', 'work', 'events', 'deliveries', 'security_events'];

export async function postgresUnderTest(test: TestDatabase): Promise<StoreUnderTest> {
  await asOwner(test.owner, async (tx) => {
    for (const table of WHAT_ALL_TESTS_SHARE) await sql`delete from ${sql.id(table)}`.execute(tx);
  });
  const clock = { now: () => NOW };
  const provider = localKeyProvider(MASTER_KEY, systemRandom);
  const keyRecords = pgKeyRecords((work) => asOwner(test.owner, work), clock);
  await verifyKey({ provider, origin: 'test', store: keyRecords });
  const vault = vaultOver(pgVaultStore(test.database, clock));
  return {
    work: pgWorkStore(test.database),
    sync: pgSyncStore(test.database, { makeId }),
    inbox: pgInboxStore(test.database, makeId),
    audit: auditOf(test),
    connections: pgConnectionStore(test.database, { vault, makeId, clock }),
    grants: pgGrantStore(test.database, { vault, makeId, clock }),
    mapping: pgMappingStore(test.database),
    vault,
    given: givenIn(test),
    seen: seenIn(test),
  };
}

function auditOf({ database }: TestDatabase): AuditStore {
  return {
    raise: (item, now) => database.tenant(item.tenantId, (tx) => raiseAttention(tx, item, makeId, now)),
    resolve: (tenantId, subjects, now) => database.tenant(tenantId, (tx) => resolveAttention(tx, subjects, now)),
    resolveHindrances: (tenantId, subjects, now) =>
      database.tenant(tenantId, (tx) => resolveHindrances(tx, subjects, now)),
    record: (event, now) => database.inbox((tx) => recordSecurityEvent(tx, event, makeId, now)),
  };
}

function givenIn({ owner, database }: TestDatabase): Given {
  const put = (work: (tx: Tx) => Promise<unknown>) => asOwner(owner, async (tx) => void (await work(tx)));
  return {
    tenant: async () => {
      const id = makeId('ten');
      await put((tx) =>
        sql`insert into tenants (id, name, created_at) values (${id}, 'Acme LLC', ${at(NOW)})`.execute(tx),
      );
      return id;
    },
    connection: (one) =>
      put((tx) =>
        sql`
        insert into connections (id, tenant_id, provider, role, account_id, display_name, environment, time_zone, state, since, created_at, updated_at)
        values (${one.id}, ${one.tenantId}, ${one.provider}, ${one.role}, ${one.accountId}, ${one.displayName}, ${one.environment}, ${one.timeZone}, ${one.state},
          ${at(one.since)}, ${at(one.since)}, ${at(one.since)})`.execute(tx),
      ),
    state: ({ id }, state) => put((tx) => sql`update connections set state = ${state} where id = ${id}`.execute(tx)),
    endpoint: (one, secrets) =>
      put(async (tx) => {
        await sql`
          insert into webhook_endpoints (id, tenant_id, connection_id, provider, token_hash, url, created_at)
          values (${one.id}, ${one.tenantId}, ${one.connectionId}, ${one.provider}, ${Buffer.from(one.tokenHash, 'hex')}, ${one.url}, ${at(one.createdAt)})`.execute(
          tx,
        );
        for (const secret of secrets)
          await sql`
            insert into endpoint_secrets (tenant_id, endpoint_id, secret_id, ciphertext, key_version, created_at)
            values (${secret.tenantId}, ${secret.endpointId}, ${secret.secretId}, ${secret.ciphertext}, ${secret.keyVersion}, ${at(secret.createdAt)})`.execute(
            tx,
          );
      }),
    postingOf: ({ id, tenantId, connectionId }) =>
      put(async (tx) => {
        const pairId = makeId('pai');
        await sql`
          insert into pairs (id, tenant_id, source_connection_id, ledger_connection_id, settings, created_at)
          values (${pairId}, ${tenantId}, ${connectionId}, ${connectionId}, '{}', ${at(NOW)})`.execute(tx);
        await sql`
          insert into postings (id, tenant_id, pair_id, source_connection_id, ledger_connection_id, fact_id, leg, recipe, kind, state, occurred_on,
            currency, total_minor, document, number, settings_version, not_before, planned_at)
          values (${`pst_${id}`}, ${tenantId}, ${pairId}, ${connectionId}, ${connectionId}, ${id}, 'receipt', 'S1', 'sales_receipt', 'planned', '2026-11-01',
            'USD', 1, '{}', 'ST-1', 1, ${at(NOW)}, ${at(NOW)})`.execute(tx);
      }),
    factState: ({ id }, state) => put((tx) => sql`update facts set state = ${state} where id = ${id}`.execute(tx)),
    work: (tenantId, connectionId, now) => database.tenant(tenantId, (tx) => addWork(tx, tenantId, connectionId, now)),
    wake: (tenantId, connectionId, now, priority) =>
      database.tenant(tenantId, (tx) => wake(tx, connectionId, now, priority)),
  };
}

function seenIn({ owner }: TestDatabase): Seen {
  const read = <R>(statement: ReturnType<typeof sql<R>>) => asOwner(owner, (tx) => rows<R>(tx, statement));
  return {
    records: (connectionId) =>
      read(sql`
        select external_id as "externalId", normalised, problem from records where connection_id = ${connectionId} order by external_id`),
    facts: (connectionId) =>
      read(sql<SeenFact>`
        select id, tenant_id as "tenantId", connection_id as "connectionId", stream, external_id as "externalId", kind, object_id as "objectId",
          occurred_at as "occurredAt", refs, body, state, reason_code as "reasonCode"
        from facts where connection_id = ${connectionId} order by object_id`),
    reads: async (connectionId) => {
      const due = await read(sql<Pick<ReadDueRow, 'externalId' | 'problem'> & { readonly notBefore: number | null }>`
        select external_id as "externalId", case when isfinite(not_before) then not_before end as "notBefore", problem
        from reads_due where connection_id = ${connectionId} order by external_id`);
      return due.map((row) => ({ ...row, notBefore: row.notBefore ?? Number.POSITIVE_INFINITY }));
    },
    runs: (connectionId) =>
      read(sql`
        select id, state, pages, records, changed, error_code as "errorCode", error_detail as "errorDetail", finished_at as "finishedAt"
        from sync_runs where connection_id = ${connectionId} order by id`),
    events: async (connectionId) => {
      type Row = Omit<EventRow, 'touches' | 'wakes'> & { readonly touches: string; readonly wakes: string };
      const events = await read(sql<Row>`
        select delivery_id as "deliveryId", dedupe_key as "dedupeKey", type, occurred_at as "occurredAt", touches, wakes, state, reason, settled_at as "settledAt"
        from events where connection_id = ${connectionId} order by dedupe_key`);
      return events.map((row) => ({
        ...row,
        touches: parseJson(row.touches) as unknown as EventRow['touches'],
        wakes: parseJson(row.wakes) as readonly string[],
      }));
    },
    deliveries: (endpointId) =>
      read(sql`
        select id, state, reason, duplicates, settled_at as "settledAt" from deliveries where endpoint_id = ${endpointId} order by id`),
    attention: (tenantId) =>
      read(sql`
        select connection_id as "connectionId", code, subject, detail, opened_at as "openedAt", resolved_at as "resolvedAt"
        from attention_items where tenant_id = ${tenantId} order by id`),
    securityEvents: async () => {
      const events = await read(sql<{ tenantId: string | null; kind: string; detail: string }>`
        select tenant_id as "tenantId", kind, detail from security_events order by id`);
      return events.map((row) => ({ ...row, detail: parseJson(row.detail) }));
    },
    woken: async () => {
      const woken = await read(
        sql<{ id: ConnectionId }>`select distinct connection_id as id from work_wakes order by 1`,
      );
      return woken.map(({ id }) => id);
    },
  };
}
