import { describeDeliveryStore } from './deliveries.contract.ts';
import { describeLedgerTerms } from './ledger-terms.contract.ts';
import { memoryHarness } from './memory-harness.ts';
import { describeOutboxStore } from './outbox.contract.ts';
import { describeReconcileStore } from './reconcile.contract.ts';
import { describeSavedPostings } from './save-posting.contract.ts';
import { describeSettling } from './settle.contract.ts';

describeSavedPostings('in memory', memoryHarness);
describeOutboxStore('in memory', memoryHarness);
describeSettling('in memory', memoryHarness);
describeDeliveryStore('in memory', memoryHarness);
describeReconcileStore('in memory', memoryHarness);
describeLedgerTerms('in memory', memoryHarness);
