import { describe, expect, test } from 'vitest';
import type { BudgetStore, Draw } from './budget.ts';

export interface BudgetHarness {
  readonly store: BudgetStore;
  /** Lets time pass for everything that is stored. */
  elapse(ms: number): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** A real database's clock runs on during a test; at one token an hour that does not show. */
const TOLERANCE_MS = 60_000;

let made = 0;

/** A bucket of its own for every test: three tokens, one comes back per hour. */
function aDraw(changes: Partial<Draw> = {}): Draw {
  made += 1;
  return { key: `contract:${made}`, capacity: 3, perToken_ms: HOUR_MS, reserve: 0, ...changes };
}

/** What every budget store does. `make` may give the same store each time. */
export function describeBudgetStore(name: string, make: () => Promise<BudgetHarness>): void {
  describe(`${name}: rate budgets`, () => {
    async function takenOf(store: BudgetStore, draws: readonly Draw[], tries: number): Promise<number> {
      let taken = 0;
      for (let i = 0; i < tries; i += 1) if ((await store.take(draws)).taken) taken += 1;
      return taken;
    }

    async function wait_ms(store: BudgetStore, draws: readonly Draw[]): Promise<number> {
      const result = await store.take(draws);
      return result.taken ? 0 : result.wait_ms;
    }

    function expectAbout(actual_ms: number, expected_ms: number): void {
      expect(actual_ms).toBeGreaterThan(expected_ms - TOLERANCE_MS);
      expect(actual_ms).toBeLessThanOrEqual(expected_ms);
    }

    test('a bucket that was never used is full, and then tells when the next token comes', async () => {
      const { store } = await make();
      const draw = aDraw();
      expect(await takenOf(store, [draw], 3)).toBe(3);
      expectAbout(await wait_ms(store, [draw]), HOUR_MS);
    });

    test('tokens come back one by one', async () => {
      const { store, elapse } = await make();
      const draw = aDraw();
      await takenOf(store, [draw], 3);
      await elapse(HOUR_MS / 2);
      expectAbout(await wait_ms(store, [draw]), HOUR_MS / 2);
      await elapse(HOUR_MS / 2);
      expect(await takenOf(store, [draw], 3)).toBe(1);
    });

    test('a long rest fills the bucket and no more', async () => {
      const { store, elapse } = await make();
      const draw = aDraw();
      await takenOf(store, [draw], 3);
      await elapse(100 * HOUR_MS);
      expect(await takenOf(store, [draw], 5)).toBe(3);
    });

    test('a capacity that was lowered holds from the next call on', async () => {
      const { store } = await make();
      const draw = aDraw({ capacity: 10 });
      await store.take([draw]);
      expect(await takenOf(store, [{ ...draw, capacity: 2 }], 5)).toBe(2);
    });

    test('several buckets are taken together or not at all', async () => {
      const { store } = await make();
      const [plenty, scarce] = [aDraw(), aDraw({ capacity: 1 })];
      expect(await takenOf(store, [plenty, scarce], 5)).toBe(1);
      expect(await takenOf(store, [plenty], 5)).toBe(2);
    });

    test('a bucket first seen in a refused call stays full', async () => {
      const { store } = await make();
      const [fresh, spent] = [aDraw(), aDraw({ capacity: 1 })];
      await store.take([spent]);
      await store.take([fresh, spent]);
      expect(await takenOf(store, [fresh], 5)).toBe(3);
    });

    test('the wait is that of the bucket that takes longest', async () => {
      const { store } = await make();
      const [quick, slow] = [aDraw({ capacity: 1 }), aDraw({ capacity: 1, perToken_ms: 5 * HOUR_MS })];
      await store.take([quick, slow]);
      expectAbout(await wait_ms(store, [quick, slow]), 5 * HOUR_MS);
    });

    test('a bucket that still has tokens does not lengthen the wait', async () => {
      const { store } = await make();
      const [empty, last] = [aDraw({ capacity: 1 }), aDraw({ capacity: 1, perToken_ms: 50 * HOUR_MS })];
      await store.take([empty]);
      expectAbout(await wait_ms(store, [empty, last]), HOUR_MS);
    });

    test('a reserve stays behind for those who have none', async () => {
      const { store } = await make();
      const live = aDraw();
      const backfill = { ...live, reserve: 2 };
      expect(await takenOf(store, [backfill], 5)).toBe(1);
      expectAbout(await wait_ms(store, [backfill]), HOUR_MS);
      expect(await takenOf(store, [live], 5)).toBe(2);
    });

    test('an emptied bucket gives nothing until its time, then one token', async () => {
      const { store, elapse } = await make();
      const draw = aDraw();
      await store.empty([draw], 10 * HOUR_MS);
      expectAbout(await wait_ms(store, [draw]), 10 * HOUR_MS);
      await elapse(9 * HOUR_MS);
      expectAbout(await wait_ms(store, [draw]), HOUR_MS);
      await elapse(HOUR_MS);
      expect(await takenOf(store, [draw], 3)).toBe(1);
    });

    test('an emptied bucket that refills faster than its time is kept empty too', async () => {
      const { store, elapse } = await make();
      const draw = aDraw({ capacity: 1_000, perToken_ms: 1 });
      await store.empty([draw], 10 * HOUR_MS);
      await elapse(9 * HOUR_MS);
      expectAbout(await wait_ms(store, [draw]), HOUR_MS);
    });

    test('a shorter pause does not end a longer one', async () => {
      const { store } = await make();
      const draw = aDraw();
      await store.empty([draw], 10 * HOUR_MS);
      await store.empty([draw], 2 * HOUR_MS);
      expectAbout(await wait_ms(store, [draw]), 10 * HOUR_MS);
    });

    test('a bucket that others use is left alone', async () => {
      const { store } = await make();
      const [mine, other] = [aDraw(), aDraw()];
      await store.empty([mine], HOUR_MS);
      expect(await takenOf(store, [other], 5)).toBe(3);
    });

    test('calls at the same moment share the tokens exactly, whatever the order of their keys', async () => {
      const { store } = await make();
      const [one, two] = [aDraw({ capacity: 7 }), aDraw({ capacity: 5 })];
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) => store.take(i % 2 === 0 ? [one, two] : [two, one])),
      );
      expect(results.filter(({ taken }) => taken)).toHaveLength(5);
      expect(await takenOf(store, [one], 5)).toBe(2);
    });

    test('a call without a budget goes through', async () => {
      const { store } = await make();
      await expect(store.take([])).resolves.toEqual({ taken: true });
    });
  });
}
