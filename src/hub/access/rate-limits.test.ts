import { expect, test } from 'vitest';
import { CounterfoilError } from '../../kernel/errors.ts';
import { memoryBudgets } from '../../platform/transport/index.ts';
import { RequestLimiter } from './rate-limits.ts';

const WIDE = { burst: 1_000, perRequest_ms: 1_000 };
const LIMITS = { address: WIDE, user: WIDE, tenant: WIDE, key: WIDE };
const SUBJECT = [{ kind: 'user', id: 'usr_1' }] as const;

function counted(now: () => number = () => 0) {
  const budgets = memoryBudgets({ now });
  const asked: number[] = [];
  const take: typeof budgets.take = (draws) => {
    asked.push(draws.length);
    return budgets.take(draws);
  };
  return { asked, budgets: { ...budgets, take } };
}

test('the shared store is asked for every hundredth request', async () => {
  const { asked, budgets } = counted();
  const limiter = new RequestLimiter(budgets, { now: () => 0 }, LIMITS);
  for (let i = 0; i < 300; i += 1) expect(await limiter.take(SUBJECT)).toBe(0);
  expect(asked).toEqual([1, 1, 1, 1]);
});

test('the next chunk is fetched before the last one is used up, and nobody waits for it', async () => {
  const { asked, budgets } = counted();
  const never = new Promise<never>(() => {});
  const take: typeof budgets.take = (draws) => {
    if (asked.length === 0) return budgets.take(draws);
    asked.push(0);
    return never;
  };
  const limiter = new RequestLimiter({ ...budgets, take }, { now: () => 0 }, LIMITS);
  for (let i = 0; i < 100; i += 1) expect(await limiter.take(SUBJECT)).toBe(0);
  expect(asked).toEqual([1, 0]);
});

test('requests that come together share what one of them drew', async () => {
  const { asked, budgets } = counted();
  const limiter = new RequestLimiter(budgets, { now: () => 0 }, LIMITS);
  const waits = await Promise.all(Array.from({ length: 50 }, () => limiter.take(SUBJECT)));
  expect(waits).toEqual(Array.from({ length: 50 }, () => 0));
  expect(asked).toEqual([1]);
});

test('of requests that come together no more pass than may', async () => {
  const limits = { ...LIMITS, user: { burst: 30, perRequest_ms: 1_000 } };
  const limiter = new RequestLimiter(memoryBudgets({ now: () => 0 }), { now: () => 0 }, limits);
  const waits = await Promise.all(Array.from({ length: 50 }, () => limiter.take(SUBJECT)));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(30);
});

test('what was taken and not used is given up after a minute', async () => {
  let now = 0;
  const { asked, budgets } = counted(() => now);
  const limiter = new RequestLimiter(budgets, { now: () => now }, LIMITS);
  await limiter.take(SUBJECT);
  now = 60_000;
  await limiter.take(SUBJECT);
  expect(asked).toHaveLength(2);
});

test('a limit of one subject is not used up by another', async () => {
  const limiter = new RequestLimiter(
    memoryBudgets({ now: () => 0 }),
    { now: () => 0 },
    { ...LIMITS, user: { burst: 3, perRequest_ms: 1_000 } },
  );
  const take = (id: string) => limiter.take([{ kind: 'user', id }]);
  expect([await take('a'), await take('a'), await take('a'), await take('a')]).toEqual([0, 0, 0, 1_000]);
  expect(await take('b')).toBe(0);
});

test('without the database nobody is held up; any other error is thrown', async () => {
  const failing = (error: Error) => ({ ...memoryBudgets({ now: () => 0 }), take: () => Promise.reject(error) });
  const clock = { now: () => 0 };
  expect(await new RequestLimiter(failing(new CounterfoilError('store.unavailable')), clock).take(SUBJECT)).toBe(0);
  await expect(new RequestLimiter(failing(new RangeError('a bug')), clock).take(SUBJECT)).rejects.toThrow('a bug');
});
