import { describeBreakerStore } from './breakers.contract.ts';
import { describeBudgetStore } from './budgets.contract.ts';
import { describeCallLog } from './calls.contract.ts';
import { CONNECTION, TENANT } from './fixtures.ts';
import { ManualClock } from './manual-clock.ts';
import { memoryBreakers, memoryBudgets, memoryCalls } from './memory.ts';

describeBudgetStore('in memory', async () => {
  const clock = new ManualClock();
  return { store: memoryBudgets(clock), elapse: async (ms) => clock.advance(ms) };
});

describeBreakerStore('in memory', async () => {
  const clock = new ManualClock();
  return { store: memoryBreakers(clock), elapse: async (ms) => clock.advance(ms) };
});

describeCallLog('in memory', async () => {
  const log = memoryCalls();
  return { log, tenantId: TENANT, connectionId: CONNECTION, rows: async () => log.rowsOf(TENANT) };
});
