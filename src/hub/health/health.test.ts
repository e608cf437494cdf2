import { describe, expect, test } from 'vitest';
import type { Clock } from '../../kernel/clock.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import { createHealth, type HealthDoors } from './health.ts';
import { MIGRATIONS_REMEMBERED_MS } from './limits.ts';

const NOW = Date.UTC(2026, 10, 20);
const tenantOf = () => 'ten_acme' as const;

interface Time extends Clock {
  at: number;
  /** Lets every deadline pass. */
  passDeadlines(): void;
}

function time(): Time {
  const running = new Set<AbortController>();
  const clock: Time = {
    at: NOW,
    now: () => clock.at,
    sleep: async () => {},
    deadline: () => {
      const controller = new AbortController();
      running.add(controller);
      return { signal: controller.signal, cancel: () => void running.delete(controller) };
    },
    passDeadlines: () => {
      for (const controller of running) controller.abort(new Error('no answer within 5000 ms'));
    },
  };
  return clock;
}

function doors(over: Partial<HealthDoors> = {}): HealthDoors {
  return {
    clock: time(),
    store: {
      ping: async () => {},
      queue: async () => ({ oldestWorkAt: null, oldestDeliveryAt: null }),
      busyWorkers: async () => [],
      breakers: async () => [],
    },
    connections: { list: async () => ({ items: [], next: null }) },
    machine: {
      disk: async () => ({ free_bytes: 2e9, total_bytes: 4e9 }),
      memory: async () => ({ used_bytes: 1, available_bytes: 50, limit_bytes: 100 }),
    },
    migrations: async () => [{ name: '0001_first', appliedAt: NOW }],
    workerRuns: () => true,
    ...over,
  };
}

const unavailable = () =>
  Promise.reject(new CounterfoilError('store.unavailable', { detail: 'The database cannot be used.' }));

describe('readiness', () => {
  test('is given when database, schema and worker are there', async () => {
    const report = await createHealth(doors()).ready();
    expect(report).toEqual({ status: 'ok', checks: { database: 'ok', migrations: 'ok', worker: 'ok' } });
  });

  test('is given to a process without a worker', async () => {
    expect((await createHealth(doors({ workerRuns: null })).ready()).status).toBe('ok');
  });

  test('is given to a slow process: it still works', async () => {
    const base = doors();
    const clock = base.clock as Time;
    const ping = async () => {
      clock.at += 2_000;
    };
    const slow = { ...base.store, ping };
    expect(await createHealth({ ...base, store: slow }).ready()).toMatchObject({
      status: 'ok',
      checks: { database: 'degraded' },
    });
  });

  const missing: readonly (readonly [string, Partial<HealthDoors>, string])[] = [
    ['the database does not answer', { store: { ...doors().store, ping: unavailable } }, 'database'],
    ['a migration is missing', { migrations: async () => [{ name: '0002_next', appliedAt: null }] }, 'migrations'],
    ['the schema cannot be read', { migrations: unavailable }, 'migrations'],
    ['the worker has stopped', { workerRuns: () => false }, 'worker'],
  ];
  for (const [name, over, check] of missing) {
    test(`is refused when ${name}`, async () => {
      expect(await createHealth(doors(over)).ready()).toMatchObject({ status: 'down', checks: { [check]: 'down' } });
    });
  }

  test('is refused when the database takes too long, without waiting for it', async () => {
    const base = doors();
    const clock = base.clock as Time;
    const answer = createHealth({ ...base, store: { ...base.store, ping: () => new Promise(() => {}) } }).ready();
    clock.passDeadlines();
    expect(await answer).toMatchObject({ status: 'down', checks: { database: 'down' } });
  });

  test('looks at a schema that was current once a minute, and at one that was not every time', async () => {
    let looks = 0;
    let appliedAt: number | null = null;
    const migrations = async () => {
      looks += 1;
      return [{ name: '0001_first', appliedAt }];
    };
    const base = doors({ migrations });
    const health = createHealth(base);
    await health.ready();
    await health.ready();
    expect(looks).toBe(2);
    appliedAt = NOW;
    await health.ready();
    await health.ready();
    expect(looks).toBe(3);
    (base.clock as Time).at += MIGRATIONS_REMEMBERED_MS;
    await health.ready();
    expect(looks).toBe(4);
  });
});

describe('the deep look', () => {
  test('measures everything and is as bad as the worst', async () => {
    const store = { ...doors().store, queue: async () => ({ oldestWorkAt: NOW - 61_000, oldestDeliveryAt: null }) };
    const report = await createHealth(doors({ store })).deep(tenantOf);
    expect(report).toMatchObject({ status: 'degraded', checkedAt: NOW });
    expect(Object.keys(report.checks)).toEqual([
      'database',
      'migrations',
      'queue',
      'worker',
      'connections',
      'breakers',
      'disk',
      'memory',
    ]);
    expect(report.checks.queue).toEqual({
      status: 'degraded',
      detail: 'The oldest work has waited 61 s.',
      measured: { oldestWorkAt: NOW - 61_000, oldestDeliveryAt: null },
    });
    expect(report.checks.database).toMatchObject({ status: 'ok', measured: { latency_ms: 0 } });
  });

  test('is still given when the database is gone: what it would have told is down', async () => {
    const gone = { ping: unavailable, queue: unavailable, busyWorkers: unavailable, breakers: unavailable };
    const report = await createHealth(
      doors({ store: gone, connections: { list: unavailable }, migrations: unavailable }),
    ).deep(tenantOf);
    expect(report.status).toBe('down');
    const { disk, memory, ...stored } = report.checks;
    for (const finding of Object.values(stored))
      expect(finding).toEqual({ status: 'down', detail: 'The database cannot be used.', measured: null });
    expect([disk.status, memory.status]).toEqual(['ok', 'ok']);
  });

  test('is still given when the tenant cannot be told', async () => {
    const report = await createHealth(doors()).deep(() => Promise.reject(new Error('no tenant')));
    expect(report.checks.connections).toEqual({ status: 'down', detail: 'no tenant', measured: null });
    expect(report.checks.database.status).toBe('ok');
  });
});
