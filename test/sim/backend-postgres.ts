import { pgConnectionStore, pgGrantStore } from '../../src/hub/connections/index.ts';
import { pgInboxStore } from '../../src/hub/inbox/index.ts';
import { pgMappingStore } from '../../src/hub/mapping/index.ts';
import { pgDeliveryStore, pgOutboxStore } from '../../src/hub/posting/index.ts';
import { pgReconcileStore } from '../../src/hub/reconcile/index.ts';
import { pgSyncStore } from '../../src/hub/sync/index.ts';
import { STORE_CHECKS } from '../../src/hub/verify/checks.pg.ts';
import type { TenantId } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { pgWorkStore } from '../../src/platform/engine/index.ts';
import { asOwner, at, Database, type OwnerAddress, rows, sql, type Tx } from '../../src/platform/store/index.ts';
import { localKeyProvider, pgKeyRecords, pgVaultStore, verifyKey } from '../../src/platform/vault/index.ts';
import { asAdmin, TEMPLATE, TEST_PASSWORDS } from '../support/test-server.ts';
import type { Backend, OpenedStores, OpenStore } from './backend.ts';
import { MASTER_KEY } from './master-key.ts';
import type { Snapshot, SnapshotReconciliation } from './snapshot.ts';

/** A database of its own on a real PostgreSQL for one seed, copied from the migrated one. */
export async function postgresBackend(server: OwnerAddress, name: string): Promise<Backend> {
  await asAdmin(server, 'postgres', `drop database if exists ${name}`, `create database ${name} template ${TEMPLATE}`);
  const owner = { ...server, database: name };
  const database = new Database({
    host: server.host,
    port: server.port,
    database: name,
    ssl: false,
    passwords: TEST_PASSWORDS,
    appConnections: 2,
  });
  const tenants: TenantId[] = [];
  const clock = { now: () => 0 };
  await verifyKey({
    provider: localKeyProvider(MASTER_KEY, systemRandom),
    origin: 'simulation',
    store: pgKeyRecords((work) => asOwner(owner, work), clock),
  });
  return {
    name: 'postgres',
    vaultStore: pgVaultStore(database, clock),
    open: (doors) => open(database, doors),
    addTenant: (id, tenantName, now) => addTenant(database, tenants, { id, name: tenantName, now }),
    snapshot: () => asOwner(owner, snapshotOf),
    violations: () => violations(database, tenants),
    close: async () => {
      await database.close();
      await asAdmin(server, 'postgres', `drop database ${name} with (force)`);
    },
  };
}

function open(database: Database, { makeId, vault, clock }: OpenStore): OpenedStores {
  return {
    stores: {
      sync: pgSyncStore(database, { makeId }),
      outbox: pgOutboxStore(database, makeId),
      deliveries: pgDeliveryStore(database, makeId),
      reconcile: pgReconcileStore(database, makeId),
    },
    inbox: pgInboxStore(database, makeId),
    work: pgWorkStore(database),
    connections: pgConnectionStore(database, { vault, makeId, clock }),
    grants: pgGrantStore(database, { vault, makeId, clock }),
    mapping: pgMappingStore(database),
  };
}

interface NewTenant {
  readonly id: TenantId;
  readonly name: string;
  readonly now: number;
}

async function addTenant(database: Database, tenants: TenantId[], { id, name, now }: NewTenant): Promise<void> {
  tenants.push(id);
  await database.tenant(id, (tx) =>
    sql`insert into tenants (id, name, created_at) values (${id}, ${name}, ${at(now)})`.execute(tx),
  );
}

async function violations(database: Database, tenants: readonly TenantId[]) {
  const found: { invariant: string; detail: string }[] = [];
  for (const tenant of tenants)
    for (const check of STORE_CHECKS) {
      const broken = await database.tenant(tenant, (tx) => check.run(tx));
      // Differences are judged at the end, when everything has come to rest.
      if (check.invariant === 'I5' || check.invariant === 'I7') continue;
      found.push(
        ...broken.map(({ subject, detail }) => ({ invariant: check.invariant, detail: `${subject}: ${detail}` })),
      );
    }
  return found;
}

async function snapshotOf(tx: Tx): Promise<Snapshot> {
  const [leased] = await rows<{ until: number | null }>(tx, sql`select max(leased_until) as until from work`);
  return {
    postings: await rows(
      tx,
      sql<Snapshot['postings'][number]>`
      select id, tenant_id as "tenantId", fact_id as "factId", leg, recipe, kind, state, wanted, held, reason_code as "reasonCode", occurred_on as "on",
        total_minor as "totalMinor", currency, document_id as "documentId", ledger_connection_id as "ledgerId", first_sent_at as "firstSentAt", adopted,
        not_before as "notBefore", coalesce((select sum(amount_minor) from posting_lines l where l.posting_id = p.id), 0)::bigint as imbalance
      from postings p order by id`,
    ),
    facts: await rows(
      tx,
      sql<Snapshot['facts'][number]>`
      select id, tenant_id as "tenantId", kind, object_id as "objectId", state, reason_code as "reasonCode" from facts order by id`,
    ),
    deliveries: await rows(
      tx,
      sql<
        Snapshot['deliveries'][number]
      >`select id, provider, state, reason, dedupe_key as "dedupeKey" from deliveries order by id`,
    ),
    events: await rows(
      tx,
      sql<
        Snapshot['events'][number]
      >`select tenant_id as "tenantId", state, dedupe_key as "dedupeKey" from events order by id`,
    ),
    readsDue: await readsDue(tx),
    records: await rows(
      tx,
      sql<Snapshot['records'][number]>`
      select tenant_id as "tenantId", connection_id as "connectionId", stream, external_id as "externalId", version::float8 as version, normalised, problem
      from records order by connection_id, stream, external_id`,
    ),
    reconciliations: await reconciliations(tx),
    connections: await rows(tx, sql<Snapshot['connections'][number]>`select id, state from connections order by id`),
    attention: await rows(
      tx,
      sql<
        Snapshot['attention'][number]
      >`select subject, code from attention_items where resolved_at is null order by id`,
    ),
    leasedUntil: leased?.until ?? 0,
  };
}

async function readsDue(tx: Tx): Promise<Snapshot['readsDue']> {
  return rows(
    tx,
    sql<Snapshot['readsDue'][number]>`
    select tenant_id as "tenantId", stream || ' ' || external_id as subject,
      case when not_before = 'infinity' then 'infinity'::float8 else extract(epoch from not_before)::float8 * 1000 end as "notBefore"
    from reads_due order by connection_id, stream, external_id`,
  );
}

interface ReconciliationRow extends Omit<SnapshotReconciliation, 'differences'> {
  readonly differences: string;
}

async function reconciliations(tx: Tx): Promise<Snapshot['reconciliations']> {
  const found = await rows(
    tx,
    sql<ReconciliationRow>`
    select tenant_id as "tenantId", subject, period, currency, source_minor as source, ledger_minor as ledger, differences
    from reconciliations order by id`,
  );
  return found.map((row) => ({
    ...row,
    differences: JSON.parse(row.differences) as SnapshotReconciliation['differences'],
  }));
}
