import type { Clock } from '../../kernel/clock.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { type BreakerState, type BreakerStore, CLOSED } from './breaker.ts';
import type { BudgetStore, Draw } from './budget.ts';
import type { CallLog, CallRow } from './call-log.ts';

interface Level {
  readonly tokens: number;
  /** In the future while the bucket is kept empty. */
  readonly refilledAt: number;
}

/** Rate budgets of one process, over its clock. */
export function memoryBudgets(clock: Pick<Clock, 'now'>): BudgetStore {
  const levels = new Map<string, Level>();

  function tokensNow(draw: Draw, now: number): number {
    const level = levels.get(draw.key);
    if (!level) return draw.capacity;
    return Math.min(draw.capacity, level.tokens + Math.max(0, now - level.refilledAt) / draw.perToken_ms);
  }

  function wait_ms(draw: Draw, now: number): number {
    const missing = 1 + draw.reserve - tokensNow(draw, now);
    if (missing <= 0) return 0;
    const pause = Math.max(0, (levels.get(draw.key)?.refilledAt ?? now) - now);
    return Math.max(1, Math.ceil(missing * draw.perToken_ms + pause));
  }

  return {
    async take(draws) {
      const now = clock.now();
      const longest = Math.max(0, ...draws.map((draw) => wait_ms(draw, now)));
      if (longest > 0) return { taken: false, wait_ms: longest };
      for (const draw of draws) {
        const refilledAt = Math.max(now, levels.get(draw.key)?.refilledAt ?? now);
        levels.set(draw.key, { tokens: tokensNow(draw, now) - 1, refilledAt });
      }
      return { taken: true };
    },
    async empty(buckets, for_ms) {
      for (const { key, perToken_ms } of buckets) {
        const refilledAt = Math.max(clock.now() + for_ms - perToken_ms, levels.get(key)?.refilledAt ?? -Infinity);
        levels.set(key, { tokens: 0, refilledAt });
      }
    },
  };
}

/** Breakers of one process, over its clock. */
export function memoryBreakers(clock: Pick<Clock, 'now'>): BreakerStore {
  const states = new Map<string, BreakerState>();
  return {
    read: async (key) => ({ state: states.get(key) ?? CLOSED, now: clock.now() }),
    async update(key, step) {
      states.set(key, step(states.get(key) ?? CLOSED, clock.now()));
    },
  };
}

export interface MemoryCallLog extends CallLog {
  /** Rows of a tenant, oldest first. */
  rowsOf(tenantId: TenantId): readonly CallRow[];
}

/** A call log that keeps everything. */
export function memoryCalls(): MemoryCallLog {
  const kept = new Map<TenantId, CallRow[]>();
  return {
    async append(tenantId, rows) {
      kept.set(tenantId, [...(kept.get(tenantId) ?? []), ...rows]);
    },
    rowsOf: (tenantId) => kept.get(tenantId) ?? [],
  };
}
