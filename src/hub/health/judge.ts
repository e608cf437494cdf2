import type { ListedConnection } from './connections.pg.ts';
import {
  DISK_DEGRADED_BYTES,
  DISK_DOWN_BYTES,
  LAG_DEGRADED_MS,
  LAG_DOWN_MS,
  MEMORY_FREE_PERCENT,
  SLOW_DATABASE_MS,
} from './limits.ts';
import type {
  BreakerHealth,
  DatabaseHealth,
  DiskHealth,
  HealthStatus,
  Judgement,
  MemoryHealth,
  MigrationHealth,
  QueueHealth,
  WorkerHealth,
} from './report.ts';

const ok = (detail: string): Judgement => ({ status: 'ok', detail });
const degraded = (detail: string): Judgement => ({ status: 'degraded', detail });
const down = (detail: string): Judgement => ({ status: 'down', detail });

const SEVERITY: Readonly<Record<HealthStatus, number>> = { ok: 0, degraded: 1, down: 2 };

/** The worst of several; `ok` for none. */
export function worst(statuses: readonly HealthStatus[]): HealthStatus {
  return statuses.reduce<HealthStatus>((a, b) => (SEVERITY[b] > SEVERITY[a] ? b : a), 'ok');
}

export function judgeDatabase({ latency_ms }: DatabaseHealth): Judgement {
  const detail = `The database answers within ${latency_ms} ms.`;
  return latency_ms > SLOW_DATABASE_MS ? degraded(detail) : ok(detail);
}

export function judgeMigrations({ pending }: MigrationHealth): Judgement {
  return pending.length === 0
    ? ok('The schema is that of this release.')
    : down(`Migrations are missing: ${pending.join(', ')}. Run \`counterfoil migrate up\`.`);
}

export function judgeQueue({ oldestWorkAt, oldestDeliveryAt }: QueueHealth, now: number): Judgement {
  const oldest = Math.min(oldestWorkAt ?? now, oldestDeliveryAt ?? now);
  const lag_ms = now - oldest;
  if (lag_ms <= 0) return ok('Nothing waits.');
  const detail = `The oldest work has waited ${Math.ceil(lag_ms / 1_000)} s.`;
  if (lag_ms > LAG_DOWN_MS) return down(detail);
  return lag_ms > LAG_DEGRADED_MS ? degraded(detail) : ok(detail);
}

export function judgeWorker({ runsHere, busy }: WorkerHealth): Judgement {
  const elsewhere = `${busy.length} ${busy.length === 1 ? 'worker has' : 'workers have'} something to do now.`;
  if (runsHere === null) return ok(`This process has no worker, by its role. ${elsewhere}`);
  return runsHere ? ok(`The worker runs. ${elsewhere}`) : down('The worker of this process does not run.');
}

/** A connection that its owner paused or removed, or that is not set up yet, is no trouble. */
export function judgeConnections(connections: readonly ListedConnection[]): Judgement {
  const lost = connections.filter(({ state }) => state === 'needs_reconnect');
  const limping = connections.filter(({ state }) => state === 'degraded');
  if (lost.length > 0) return down(`To be reconnected: ${namesOf(lost)}.`);
  if (limping.length > 0) return degraded(`In trouble: ${namesOf(limping)}.`);
  return ok(`${connections.length} ${connections.length === 1 ? 'connection' : 'connections'}, none in trouble.`);
}

function namesOf(connections: readonly ListedConnection[]): string {
  return connections.map(({ displayName, provider }) => `${displayName} (${provider})`).join(', ');
}

export function judgeBreakers(breakers: readonly BreakerHealth[]): Judgement {
  // A half-open breaker of a connection that nobody uses any more stays so: it is no trouble.
  const paused = breakers.filter(({ state }) => state === 'open');
  return paused.length === 0
    ? ok('No provider is left alone.')
    : degraded(`Calls are paused after failures: ${paused.map(({ key }) => key).join(', ')}.`);
}

export function judgeDisk({ free_bytes, total_bytes }: DiskHealth): Judgement {
  const detail = `${mebibytes(free_bytes)} of ${mebibytes(total_bytes)} are free.`;
  if (free_bytes < DISK_DOWN_BYTES) return down(detail);
  return free_bytes < DISK_DEGRADED_BYTES ? degraded(detail) : ok(detail);
}

export function judgeMemory({ used_bytes, available_bytes, limit_bytes }: MemoryHealth): Judgement {
  const detail = `This process uses ${mebibytes(used_bytes)}; ${mebibytes(available_bytes)} of ${mebibytes(limit_bytes)} are free.`;
  return available_bytes * 100 < limit_bytes * MEMORY_FREE_PERCENT ? degraded(detail) : ok(detail);
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 ** 2)} MiB`;
}
