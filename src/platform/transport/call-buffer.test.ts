import { describe, expect, test } from 'vitest';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { callBuffer, FLUSH_INTERVAL_MS, FLUSH_ROWS, MAX_BUFFERED_ROWS } from './call-buffer.ts';
import type { CallLog, CallRow } from './call-log.ts';
import { CONNECTION, TENANT } from './fixtures.ts';
import { ManualClock } from './manual-clock.ts';
import { memoryCalls } from './memory.ts';

function row(n: number): CallRow {
  return {
    connectionId: CONNECTION,
    operation: 'GET /v1/charges',
    path: '/v1/charges',
    status: 200,
    errorCode: null,
    waited_ms: 0,
    took_ms: n,
    requestId: null,
    at: 0,
  };
}

/** A log that fails with the given errors first. */
function failingFirst(...errors: unknown[]) {
  const kept = memoryCalls();
  const batches: number[] = [];
  const log: CallLog = {
    async append(tenantId, rows) {
      const error = errors.shift();
      if (error) throw error;
      batches.push(rows.length);
      await kept.append(tenantId, rows);
    },
  };
  return { log, batches, numbers: (tenant: TenantId = TENANT) => kept.rowsOf(tenant).map(({ took_ms }) => took_ms) };
}

function rig(...errors: unknown[]) {
  const clock = new ManualClock();
  const target = failingFirst(...errors);
  const troubles: unknown[] = [];
  const buffer = callBuffer({ clock, calls: target.log, onTrouble: (error) => troubles.push(error) });
  return { clock, buffer, troubles, ...target };
}

/** Lets everything run that waits for nothing outside. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the call buffer', () => {
  test('writes what came within its interval in one batch', async () => {
    const { buffer, clock, batches, numbers } = rig();
    buffer.add(TENANT, row(1));
    buffer.add(TENANT, row(2));
    clock.advance(FLUSH_INTERVAL_MS - 1);
    await settled();
    expect(batches).toEqual([]);
    clock.advance(1);
    await settled();
    expect(batches).toEqual([2]);
    expect(numbers()).toEqual([1, 2]);
  });

  test('starts a new interval with the next row', async () => {
    const { buffer, clock, batches } = rig();
    for (const n of [1, 2]) {
      buffer.add(TENANT, row(n));
      clock.advance(FLUSH_INTERVAL_MS);
      await settled();
    }
    expect(batches).toEqual([1, 1]);
  });

  test('writes earlier when a batch is full', async () => {
    const { buffer, batches } = rig();
    for (let n = 0; n < FLUSH_ROWS; n += 1) buffer.add(TENANT, row(n));
    await settled();
    expect(batches).toEqual([FLUSH_ROWS]);
  });

  test('writes each tenant by itself', async () => {
    const { buffer, batches, numbers } = rig();
    buffer.add(TENANT, row(1));
    buffer.add('ten_other', row(2));
    buffer.add(TENANT, row(3));
    await buffer.close();
    expect(batches).toEqual([2, 1]);
    expect([numbers(), numbers('ten_other')]).toEqual([[1, 3], [2]]);
  });

  test('writes the rest when it closes and leaves no timer behind', async () => {
    const { buffer, clock, numbers } = rig();
    buffer.add(TENANT, row(1));
    await buffer.close();
    expect(numbers()).toEqual([1]);
    expect(clock.pending).toBe(0);
  });

  test('keeps rows in order while the store is away, and tells', async () => {
    const outage = new CounterfoilError('store.unavailable');
    const { buffer, clock, numbers, troubles } = rig(outage);
    buffer.add(TENANT, row(1));
    clock.advance(FLUSH_INTERVAL_MS);
    await settled();
    buffer.add(TENANT, row(2));
    clock.advance(FLUSH_INTERVAL_MS);
    await settled();
    expect(troubles).toEqual([outage]);
    expect(numbers()).toEqual([1, 2]);
  });

  test('gives rows up that the store refuses, and goes on', async () => {
    const refusal = new Error('violates a constraint');
    const { buffer, clock, numbers, troubles } = rig(refusal);
    buffer.add(TENANT, row(1));
    clock.advance(FLUSH_INTERVAL_MS);
    await settled();
    buffer.add(TENANT, row(2));
    await buffer.close();
    expect(troubles).toEqual([refusal]);
    expect(numbers()).toEqual([2]);
  });

  test('gives the oldest rows up when the store stays away too long', async () => {
    const { buffer, numbers } = rig(new CounterfoilError('store.unavailable'));
    for (let n = 0; n < FLUSH_ROWS; n += 1) buffer.add(TENANT, row(n));
    await settled();
    for (let n = FLUSH_ROWS; n < MAX_BUFFERED_ROWS + 5; n += 1) buffer.add(TENANT, row(n));
    await buffer.close();
    expect(numbers()).toHaveLength(MAX_BUFFERED_ROWS);
    expect(numbers()[0]).toBe(5);
  });
});
