import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/support/postgres.ts';
import { systemClock } from '../../kernel/clock.ts';
import { postgresBudgets } from '../../platform/transport/index.ts';
import { RequestLimiter } from './rate-limits.ts';

test('two processes let through together what one may', async () => {
  const support = await testDatabase();
  const NEVER_BACK = { burst: 50, perRequest_ms: 3_600_000 };
  const limits = { address: NEVER_BACK, user: NEVER_BACK, tenant: NEVER_BACK, key: NEVER_BACK };
  const processes = [1, 2].map(() => new RequestLimiter(postgresBudgets(support.database), systemClock, limits));
  let passed = 0;
  for (let i = 0; i < 60; i += 1)
    for (const limiter of processes) if ((await limiter.take([{ kind: 'key', id: 'key_1' }])) === 0) passed += 1;
  expect(passed).toBe(50);
  await support.close();
});
