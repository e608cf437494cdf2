import { afterAll, beforeAll } from 'vitest';
import { type TestDatabase, testDatabase } from '../../support/postgres.ts';
import { describeAuditStore } from './audit.contract.ts';
import { describeConnections, describeEndpoints } from './connections.contract.ts';
import { describeGrants } from './grants.contract.ts';
import { describeInboxStore } from './inbox.contract.ts';
import { describeMapping, describePairs } from './pairs.contract.ts';
import { postgresUnderTest } from './postgres-under-test.ts';
import { describeRecords } from './sync.contract.ts';
import { describeFacts } from './sync-facts.contract.ts';
import { describeReads } from './sync-reads.contract.ts';
import { describeWorkStore } from './work.contract.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const make = () => postgresUnderTest(database);

for (const describeStore of [
  describeWorkStore,
  describeAuditStore,
  describeInboxStore,
  describeConnections,
  describeGrants,
  describePairs,
  describeEndpoints,
  describeMapping,
  describeRecords,
  describeReads,
  describeFacts,
])
  describeStore('in PostgreSQL', make);
