import { describeAuditStore } from './audit.contract.ts';
import { describeConnections, describeEndpoints } from './connections.contract.ts';
import { describeGrants } from './grants.contract.ts';
import { describeInboxStore } from './inbox.contract.ts';
import { memoryUnderTest } from './memory-under-test.ts';
import { describeMapping, describePairs } from './pairs.contract.ts';
import { describeRecords } from './sync.contract.ts';
import { describeFacts } from './sync-facts.contract.ts';
import { describeReads } from './sync-reads.contract.ts';
import { describeWorkStore } from './work.contract.ts';

const make = async () => memoryUnderTest();

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
  describeStore('in memory', make);
