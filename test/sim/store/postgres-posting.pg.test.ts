import { afterAll, beforeAll } from 'vitest';
import { testDatabase } from '../../support/postgres.ts';
import { describeDeliveryStore } from './deliveries.contract.ts';
import { describeLedgerTerms } from './ledger-terms.contract.ts';
import { describeOutboxStore } from './outbox.contract.ts';
import { postgresHarness } from './postgres-harness.ts';
import { describeReconcileStore } from './reconcile.contract.ts';
import { describeSavedPostings } from './save-posting.contract.ts';
import { describeSettling } from './settle.contract.ts';

let support: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  support = await testDatabase();
});
afterAll(async () => {
  await support.close();
});

const make = () => postgresHarness(support.database);

describeSavedPostings('in PostgreSQL', make);
describeOutboxStore('in PostgreSQL', make);
describeSettling('in PostgreSQL', make);
describeDeliveryStore('in PostgreSQL', make);
describeReconcileStore('in PostgreSQL', make);
describeLedgerTerms('in PostgreSQL', make);
