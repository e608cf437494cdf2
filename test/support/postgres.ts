import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { type ConnectionId, idMaker, type TenantId } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { at, Database, type OwnerAddress, sql } from '../../src/platform/store/index.ts';
import { asAdmin, TEMPLATE, TEST_PASSWORDS } from './test-server.ts';

export interface TestDatabase {
  readonly database: Database;
  readonly owner: OwnerAddress;
  /** A tenant with one source connection, for tests that need no more. */
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  close(): Promise<void>;
}

/** A fresh migrated database on the real PostgreSQL of the run. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(server, 'postgres', `create database ${name} template ${TEMPLATE}`);
  const owner = { ...server, database: name };
  const database = new Database({
    host: server.host,
    port: server.port,
    database: name,
    ssl: false,
    passwords: TEST_PASSWORDS,
    appConnections: 8,
  });
  const { tenantId, connectionId } = await firstConnection(database);
  return {
    database,
    owner,
    tenantId,
    connectionId,
    close: async () => {
      await database.close();
      await asAdmin(server, 'postgres', `drop database ${name} with (force)`);
    },
  };
}

async function firstConnection(database: Database): Promise<{ tenantId: TenantId; connectionId: ConnectionId }> {
  const makeId = idMaker(systemClock, systemRandom);
  const tenantId = makeId('ten');
  const connectionId = makeId('con');
  const now = at(systemClock.now());
  await database.tenant(tenantId, async (tx) => {
    await sql`insert into tenants (id, name, created_at) values (${tenantId}, 'Acme LLC', ${now})`.execute(tx);
    await sql`
      insert into connections (id, tenant_id, provider, role, account_id, display_name, environment, time_zone, state, since, created_at, updated_at)
      values (${connectionId}, ${tenantId}, 'stripe', 'source', 'acct_test', 'Acme LLC', 'sandbox', 'UTC', 'active', ${now}, ${now}, ${now})`.execute(
      tx,
    );
  });
  return { tenantId, connectionId };
}
