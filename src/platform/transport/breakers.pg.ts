import { atOrNull, type Database, firstRow, sql, type Tx } from '../store/index.ts';
import { type BreakerState, type BreakerStore, CLOSED } from './breaker.ts';

interface Row {
  readonly failures: number | null;
  readonly open_until: number | null;
  readonly now: number;
}

/** Breakers in `breakers`, shared by all processes, over the database's clock. */
export function postgresBreakers(database: Database): BreakerStore {
  return {
    read: (key) =>
      database.engine(async (tx) => {
        const row = await firstRow(
          tx,
          sql<Row>`
            select failures, open_until, clock_timestamp() as now
            from (values (1)) as always left join breakers on key = ${key}`,
        );
        return { state: stateOf(row!), now: row!.now };
      }),

    update: (key, step) =>
      database.engine(async (tx) => {
        const row = await locked(tx, key);
        const { failures, openUntil } = step(stateOf(row), row.now);
        await sql`
          update breakers set failures = ${failures}, open_until = ${atOrNull(openUntil)}, updated_at = clock_timestamp()
          where key = ${key}`.execute(tx);
      }),
  };
}

/** The clock is read after the row is locked: in the same statement it would be the moment before the wait. */
async function locked(tx: Tx, key: string): Promise<Row> {
  await sql`
    insert into breakers (key, failures, updated_at) values (${key}, 0, clock_timestamp())
    on conflict (key) do nothing`.execute(tx);
  await sql`select 1 from breakers where key = ${key} for update`.execute(tx);
  const row = await firstRow(
    tx,
    sql<Row>`select failures, open_until, clock_timestamp() as now from breakers where key = ${key}`,
  );
  return row!;
}

function stateOf(row: Row): BreakerState {
  return row.failures === null ? CLOSED : { failures: row.failures, openUntil: row.open_until };
}
