import { describe, expect, test } from 'vitest';
import { type BreakerStore, CLOSED, OPENS_AFTER_FAILURES } from './breaker.ts';
import { breakerGate } from './breaker-gate.ts';

export interface BreakerHarness {
  readonly store: BreakerStore;
  /** Lets time pass for everything that is stored. */
  elapse(ms: number): Promise<void>;
}

const LEASE_MS = 600_000;
const LONGEST_REST_MS = 300_000;
let made = 0;

function aKey(): string {
  made += 1;
  return `con_contract_${made}:api.acmepay.example`;
}

/** What every breaker store does. `make` may give the same store each time. */
export function describeBreakerStore(name: string, make: () => Promise<BreakerHarness>): void {
  async function fail(store: BreakerStore, key: string, times: number): Promise<void> {
    const gate = breakerGate(store);
    for (let i = 0; i < times; i += 1) await gate.report(await enter(store, key), 'failed');
  }

  async function enter(store: BreakerStore, key: string) {
    const gate = breakerGate(store);
    return gate.enter(key, await gate.check(key), LEASE_MS);
  }

  describe(`${name}: breakers`, () => {
    test('a host that was never called is trusted', async () => {
      const { store } = await make();
      expect((await store.read(aKey())).state).toEqual(CLOSED);
    });

    test('a state is kept to the millisecond and apart from others', async () => {
      const { store } = await make();
      const [key, other] = [aKey(), aKey()];
      const openUntil = Date.UTC(2030, 0, 1) + 123;
      await store.update(key, () => ({ failures: 7, openUntil }));
      expect((await store.read(key)).state).toEqual({ failures: 7, openUntil });
      expect((await store.read(other)).state).toEqual(CLOSED);
      await store.update(key, () => CLOSED);
      expect((await store.read(key)).state).toEqual(CLOSED);
    });

    test('changes at the same moment all count', async () => {
      const { store } = await make();
      const key = aKey();
      const step = () => store.update(key, ({ failures }) => ({ failures: failures + 1, openUntil: null }));
      await Promise.all(Array.from({ length: 10 }, step));
      expect((await store.read(key)).state.failures).toBe(10);
    });

    test('a change that throws changes nothing', async () => {
      const { store } = await make();
      const key = aKey();
      await store.update(key, () => ({ failures: 3, openUntil: null }));
      const failing = store.update(key, () => {
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect((await store.read(key)).state.failures).toBe(3);
    });

    test('five failures in a row close the way for everybody', async () => {
      const { store } = await make();
      const key = aKey();
      await fail(store, key, OPENS_AFTER_FAILURES);
      await expect(enter(store, key)).rejects.toMatchObject({
        code: 'provider.breaker_open',
        outcome: 'not_applied',
        retryAfter_ms: expect.closeTo(5_000, -3.7),
      });
    });

    test('a success among failures starts the count again', async () => {
      const { store } = await make();
      const key = aKey();
      await fail(store, key, OPENS_AFTER_FAILURES - 1);
      await breakerGate(store).report(await enter(store, key), 'succeeded');
      await fail(store, key, OPENS_AFTER_FAILURES - 1);
      await expect(enter(store, key)).resolves.toMatchObject({ probe: null });
    });

    test('after the rest, one of many callers becomes the probe; its success opens the way again', async () => {
      const { store, elapse } = await make();
      const key = aKey();
      await fail(store, key, OPENS_AFTER_FAILURES);
      await elapse(LONGEST_REST_MS);
      const gate = breakerGate(store);
      const checked = await gate.check(key);
      const tries = await Promise.allSettled(Array.from({ length: 10 }, () => gate.enter(key, checked, LEASE_MS)));
      const passes = tries.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(passes).toHaveLength(1);
      await gate.report(passes[0]!, 'succeeded');
      expect((await store.read(key)).state).toEqual(CLOSED);
    });

    test('a probe that fails lengthens the rest', async () => {
      const { store, elapse } = await make();
      const key = aKey();
      await fail(store, key, OPENS_AFTER_FAILURES);
      await elapse(LONGEST_REST_MS);
      await fail(store, key, 1);
      await expect(enter(store, key)).rejects.toMatchObject({ retryAfter_ms: expect.closeTo(10_000, -3.7) });
    });

    test('a probe that never comes back is replaced after its lease', async () => {
      const { store, elapse } = await make();
      const key = aKey();
      await fail(store, key, OPENS_AFTER_FAILURES);
      await elapse(LONGEST_REST_MS);
      await enter(store, key);
      await expect(enter(store, key)).rejects.toMatchObject({ code: 'provider.breaker_open' });
      await elapse(LEASE_MS);
      await expect(enter(store, key)).resolves.toMatchObject({ probe: expect.any(Number) });
    });

    test('a caller that finds the breaker closed after all is no probe', async () => {
      const { store, elapse } = await make();
      const key = aKey();
      await fail(store, key, OPENS_AFTER_FAILURES);
      await elapse(LONGEST_REST_MS);
      const gate = breakerGate(store);
      const checked = await gate.check(key);
      await gate.report(await gate.enter(key, checked, LEASE_MS), 'succeeded');
      await expect(gate.enter(key, checked, LEASE_MS)).resolves.toMatchObject({ probe: null });
    });
  });
}
