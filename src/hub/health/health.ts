import type { Clock } from '../../kernel/clock.ts';
import type { TenantId } from '../../kernel/ids.ts';
import type { MigrationStatus } from '../../platform/store/index.ts';
import { MAX_PAGE_ITEMS } from '../audit/index.ts';
import type { ConnectionList, ListedConnection } from './connections.pg.ts';
import { find } from './find.ts';
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
import { MIGRATIONS_REMEMBERED_MS } from './limits.ts';
import type { Machine } from './machine.ts';
import type { DatabaseHealth, DeepReport, Finding, MigrationHealth, ReadyReport, WorkerHealth } from './report.ts';
import type { HealthStore } from './store.pg.ts';

export interface HealthDoors {
  readonly store: HealthStore;
  readonly connections: ConnectionList;
  readonly machine: Machine;
  readonly clock: Clock;
  /** Every migration of this release, with the instant at which it was applied. */
  readonly migrations: () => Promise<readonly MigrationStatus[]>;
  /** Whether the worker of this process runs; null for a process that has none, by its role. */
  readonly workerRuns: (() => boolean) | null;
}

/** How this process and its installation are doing. Never throws: what cannot be measured is down. */
export interface Health {
  /** Whether this process may be sent work: a degraded part does not stop it. */
  ready(): Promise<ReadyReport>;
  /** The connections are those of the tenant that `tenantOf` names. */
  deep(tenantOf: () => TenantId | Promise<TenantId>): Promise<DeepReport>;
}

export function createHealth(doors: HealthDoors): Health {
  const migrations = migrationCheck(doors);
  return { ready: () => ready(doors, migrations), deep: (tenantOf) => deep(doors, migrations, tenantOf) };
}

type MigrationCheck = () => Promise<Finding<MigrationHealth>>;

async function ready(doors: HealthDoors, migrations: MigrationCheck): Promise<ReadyReport> {
  const [database, schema] = await Promise.all([databaseCheck(doors), migrations()]);
  const worker = judgeWorker({ runsHere: doors.workerRuns?.() ?? null, busy: [] });
  const checks = { database: database.status, migrations: schema.status, worker: worker.status };
  return { status: worst(Object.values(checks)) === 'down' ? 'down' : 'ok', checks };
}

async function deep(
  doors: HealthDoors,
  migrations: MigrationCheck,
  tenantOf: () => TenantId | Promise<TenantId>,
): Promise<DeepReport> {
  const { clock, store, machine } = doors;
  const now = clock.now();
  const [database, schema, queue, worker, connections, breakers, disk, memory] = await Promise.all([
    databaseCheck(doors),
    migrations(),
    find(
      clock,
      () => store.queue(now),
      (measured) => judgeQueue(measured, now),
    ),
    find(clock, () => workers(doors, now), judgeWorker),
    find(clock, async () => allConnections(doors, await tenantOf()), judgeConnections),
    find(clock, () => store.breakers(), judgeBreakers),
    find(clock, () => machine.disk(), judgeDisk),
    find(clock, () => machine.memory(), judgeMemory),
  ]);
  const checks = { database, migrations: schema, queue, worker, connections, breakers, disk, memory };
  return { status: worst(Object.values(checks).map(({ status }) => status)), checkedAt: now, checks };
}

function databaseCheck({ clock, store }: HealthDoors): Promise<Finding<DatabaseHealth>> {
  const measure = async () => {
    const askedAt = clock.now();
    await store.ping();
    return { latency_ms: clock.now() - askedAt };
  };
  return find(clock, measure, judgeDatabase);
}

async function workers({ store, workerRuns }: HealthDoors, now: number): Promise<WorkerHealth> {
  return { runsHere: workerRuns?.() ?? null, busy: await store.busyWorkers(now) };
}

/** The first page is enough: an installation has a handful. */
async function allConnections({ connections }: HealthDoors, tenantId: TenantId): Promise<readonly ListedConnection[]> {
  return (await connections.list(tenantId, { order: 'oldest', after: null, limit: MAX_PAGE_ITEMS })).items;
}

function migrationCheck({ clock, migrations }: HealthDoors): MigrationCheck {
  let known: { readonly finding: Finding<MigrationHealth>; readonly until: number } | null = null;
  return async () => {
    if (known !== null && clock.now() < known.until) return known.finding;
    const finding = await find(clock, async () => countMigrations(await migrations()), judgeMigrations);
    known = finding.status === 'ok' ? { finding, until: clock.now() + MIGRATIONS_REMEMBERED_MS } : null;
    return finding;
  };
}

function countMigrations(all: readonly MigrationStatus[]): MigrationHealth {
  const pending = all.filter(({ appliedAt }) => appliedAt === null).map(({ name }) => name);
  return { applied: all.length - pending.length, pending };
}
