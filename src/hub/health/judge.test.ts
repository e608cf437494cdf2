import { describe, expect, test } from 'vitest';
import type { ListedConnection } from './connections.pg.ts';
import {
  judgeBreakers,
  judgeConnections,
  judgeDatabase,
  judgeDisk,
  judgeMemory,
  judgeMigrations,
  judgeQueue,
  judgeWorker,
  worst,
} from './judge.ts';

const NOW = Date.UTC(2026, 10, 20);
const GIB = 1024 ** 3;

function connection(state: ListedConnection['state']): ListedConnection {
  return {
    id: 'con_1',
    provider: 'stripe',
    role: 'source',
    accountId: 'acct_1',
    displayName: 'Acme LLC',
    environment: 'sandbox',
    state,
    stateReason: null,
    since: NOW,
    createdAt: NOW,
    lastReadAt: null,
    lastSync: null,
    nextTurnAt: null,
    failures: 0,
  };
}

describe('what a measurement means', () => {
  test('a database is slow above one second', () => {
    expect(judgeDatabase({ latency_ms: 1_000 }).status).toBe('ok');
    expect(judgeDatabase({ latency_ms: 1_001 }).status).toBe('degraded');
  });

  test('a schema with a migration to come is down, and says which', () => {
    expect(judgeMigrations({ applied: 6, pending: [] }).status).toBe('ok');
    expect(judgeMigrations({ applied: 5, pending: ['0006_isolation'] })).toMatchObject({
      status: 'down',
      detail: expect.stringContaining('0006_isolation'),
    });
  });

  test('work may wait a minute, lags for five, and then nobody does it', () => {
    const lagging = (oldestWorkAt: number | null, oldestDeliveryAt: number | null) =>
      judgeQueue({ oldestWorkAt, oldestDeliveryAt }, NOW).status;
    expect(lagging(null, null)).toBe('ok');
    expect(lagging(NOW - 60_000, null)).toBe('ok');
    expect(lagging(NOW - 60_001, NOW)).toBe('degraded');
    expect(lagging(NOW, NOW - 300_000)).toBe('degraded');
    expect(lagging(null, NOW - 300_001)).toBe('down');
    expect(judgeQueue({ oldestWorkAt: NOW - 90_000, oldestDeliveryAt: null }, NOW).detail).toContain('90 s');
  });

  test('a worker that should run and does not is down; a process without one is fine', () => {
    expect(judgeWorker({ runsHere: true, busy: [] }).status).toBe('ok');
    expect(judgeWorker({ runsHere: false, busy: [{ owner: 'other', connections: 1 }] }).status).toBe('down');
    expect(judgeWorker({ runsHere: null, busy: [] }).status).toBe('ok');
  });

  test('a connection to be reconnected is down and one in trouble is degraded, by name', () => {
    const judged = (...states: ListedConnection['state'][]) => judgeConnections(states.map(connection));
    expect(judged().status).toBe('ok');
    expect(judged('active', 'pending', 'paused', 'disconnected').status).toBe('ok');
    expect(judged('active', 'degraded')).toMatchObject({
      status: 'degraded',
      detail: 'In trouble: Acme LLC (stripe).',
    });
    expect(judged('degraded', 'needs_reconnect').status).toBe('down');
  });

  test('an open breaker is degraded; one that rests without callers is not', () => {
    const breaker = { key: 'con_1:api.example', failures: 5, openUntil: NOW };
    expect(
      judgeBreakers([
        { ...breaker, state: 'half_open' },
        { ...breaker, state: 'closed' },
      ]).status,
    ).toBe('ok');
    expect(judgeBreakers([{ ...breaker, state: 'open' }])).toMatchObject({
      status: 'degraded',
      detail: expect.stringContaining('con_1:api.example'),
    });
  });

  test('a disk is short below one gibibyte and full below a hundred mebibytes', () => {
    const judged = (free_bytes: number) => judgeDisk({ free_bytes, total_bytes: 100 * GIB }).status;
    expect([judged(GIB), judged(GIB - 1), judged(100 * 1024 ** 2 - 1)]).toEqual(['ok', 'degraded', 'down']);
  });

  test('memory is short when less than a twentieth is left', () => {
    const judged = (available_bytes: number) =>
      judgeMemory({ used_bytes: GIB, available_bytes, limit_bytes: 2_000 }).status;
    expect([judged(100), judged(99)]).toEqual(['ok', 'degraded']);
  });

  test('the whole is as bad as its worst part', () => {
    expect(worst([])).toBe('ok');
    expect(worst(['ok', 'degraded', 'ok'])).toBe('degraded');
    expect(worst(['down', 'degraded'])).toBe('down');
  });
});
