import { at, type Database, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import { MAX_BREAKERS } from './limits.ts';
import type { BreakerHealth, QueueHealth, WorkerHealth } from './report.ts';

/** What health asks of the store, of all tenants together. Every verb is one transaction and tells no tenant's data. */
export interface HealthStore {
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  /** The oldest work that is due and that nobody does, and the oldest delivery that nobody opened. */
  queue(now: number): Promise<QueueHealth>;
  busyWorkers(now: number): Promise<WorkerHealth['busy']>;
  /** Those with failures, worst first. */
  breakers(): Promise<readonly BreakerHealth[]>;
}

export function pgHealthStore(database: Database): HealthStore {
  return {
    ping: () => database.engine(async (tx) => void (await firstRow(tx, sql`select 1`))),
    queue: async (now) => ({
      oldestWorkAt: await database.engine((tx) => oldestWork(tx, now)),
      oldestDeliveryAt: await database.inbox(oldestDelivery),
    }),
    busyWorkers: (now) => database.engine((tx) => busyWorkers(tx, now)),
    breakers: () => database.engine(breakers),
  };
}

async function oldestWork(tx: Tx, now: number): Promise<number | null> {
  const row = await firstRow(
    tx,
    sql<{ oldest: number | null }>`
    select min(due_at) as oldest from work where due_at <= ${at(now)} and (leased_until is null or leased_until <= ${at(now)})`,
  );
  return row?.oldest ?? null;
}

async function oldestDelivery(tx: Tx): Promise<number | null> {
  const row = await firstRow(
    tx,
    sql<{ oldest: number | null }>`select min(received_at) as oldest from deliveries where state = 'received'`,
  );
  return row?.oldest ?? null;
}

function busyWorkers(tx: Tx, now: number): Promise<{ owner: string; connections: number }[]> {
  return rows(
    tx,
    sql<{ owner: string; connections: number }>`
    select owner, count(*)::int as connections from work where owner is not null and leased_until > ${at(now)} group by owner order by owner`,
  );
}

/** Breakers live on the database's own clock. */
function breakers(tx: Tx): Promise<BreakerHealth[]> {
  return rows(
    tx,
    sql<BreakerHealth>`
    select key, failures, open_until as "openUntil",
      case when open_until is null then 'closed' when open_until > clock_timestamp() then 'open' else 'half_open' end as state
    from breakers where failures > 0 order by open_until desc nulls last, failures desc, key limit ${MAX_BREAKERS}`,
  );
}
