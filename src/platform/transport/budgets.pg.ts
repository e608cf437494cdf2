import { type Database, firstRow, rows, sql, type Tx } from '../store/index.ts';
import type { BudgetStore, Draw, TakeResult } from './budget.ts';

/** Leaves the transaction so that the tokens already taken in it are given back. */
class NotAllTaken extends Error {
  override readonly name = 'NotAllTaken';
  readonly wait_ms: number;
  constructor(wait_ms: number) {
    super('a bucket has no token');
    this.wait_ms = wait_ms;
  }
}

/** Rate budgets in `rate_budgets`, shared by all processes, over the database's clock. */
export function postgresBudgets(database: Database): BudgetStore {
  return {
    async take(draws): Promise<TakeResult> {
      try {
        await database.engine((tx) => takeAll(tx, draws));
        return { taken: true };
      } catch (error) {
        if (error instanceof NotAllTaken) return { taken: false, wait_ms: error.wait_ms };
        throw error;
      }
    },

    async empty(buckets, for_ms) {
      await database.engine((tx) =>
        sql`
          insert into rate_budgets as budget (key, tokens, refilled_at)
          select key, 0, clock_timestamp() + (${for_ms}::float8 - per_token_ms) * interval '1 millisecond'
          from unnest(${buckets.map(({ key }) => key)}::text[], ${buckets.map(({ perToken_ms }) => perToken_ms)}::float8[])
            as bucket (key, per_token_ms)
          order by key
          on conflict (key) do update
          set tokens = 0, refilled_at = greatest(budget.refilled_at, excluded.refilled_at)`.execute(tx),
      );
    },
  };
}

/** The clock is read after the row is locked, so calls that queue for a row see time pass, never go back. */
const tokensNow = sql`least(
  draw.capacity,
  budget.tokens + greatest(0, extract(epoch from clock_timestamp() - budget.refilled_at)) * 1000 / draw.per_token_ms
)`;

/** Rows are locked in the order of their keys, so that two calls never wait for each other. */
async function takeAll(tx: Tx, draws: readonly Draw[]): Promise<void> {
  const draw = drawTable(draws);
  const taken = await rows(
    tx,
    sql<{ key: string }>`
      with ${draw}
      insert into rate_budgets as budget (key, tokens, refilled_at)
      select key, capacity - 1, clock_timestamp() from draw order by key
      on conflict (key) do update
      set
        tokens = (select ${tokensNow} - 1 from draw where draw.key = budget.key),
        refilled_at = greatest(budget.refilled_at, clock_timestamp())
      where (select ${tokensNow} >= 1 + draw.reserve from draw where draw.key = budget.key)
      returning key`,
  );
  if (taken.length < draws.length)
    throw new NotAllTaken(await wait_ms(tx, draws, new Set(taken.map(({ key }) => key))));
}

async function wait_ms(tx: Tx, draws: readonly Draw[], taken: ReadonlySet<string>): Promise<number> {
  const draw = drawTable(draws.filter(({ key }) => !taken.has(key)));
  const longest = await firstRow(
    tx,
    sql<{ ms: number }>`
      with ${draw}
      select max(
        (1 + draw.reserve - ${tokensNow}) * draw.per_token_ms
        + greatest(0, extract(epoch from budget.refilled_at - clock_timestamp())) * 1000
      ) as ms
      from draw join rate_budgets budget using (key)`,
  );
  return Math.max(1, Math.ceil(longest?.ms ?? 1));
}

function drawTable(draws: readonly Draw[]) {
  return sql`draw (key, capacity, per_token_ms, reserve) as (
    select * from unnest(
      ${draws.map(({ key }) => key)}::text[],
      ${draws.map(({ capacity }) => capacity)}::float8[],
      ${draws.map(({ perToken_ms }) => perToken_ms)}::float8[],
      ${draws.map(({ reserve }) => reserve)}::float8[]
    )
  )`;
}
