import { cpus } from 'node:os';
import { systemClock } from '../src/kernel/clock.ts';
import { asOwner, sql } from '../src/platform/store/index.ts';
import { PROVIDER_LATENCY_MS } from './latency.ts';
import { atLeast, type Figure, figure, median } from './results.ts';
import { type Connected, connectTenant } from './support/connect.ts';
import type { BenchContext, Measured } from './support/context.ts';
import { untilAtRest } from './support/rest.ts';
import { openStage, type Product, type Stage } from './support/stage.ts';

const WORKERS = [1, 2, 4] as const;
const TENANTS = 12;
const QUICK_TENANTS = 4;
/** Documents for each worker of a measurement: some 25 batches, so that a run takes seconds. */
const PER_WORKER = 800;
const QUICK_PER_WORKER = 12;
/** The one measurement with as many slots as a worker has by default. */
const DEFAULT_SLOTS = 8;
const SLOTS_SHARE = 3;
const GOAL_OF_LINEAR = 0.9;
/** Work ends unevenly, and a new process is slow at first: the rate is taken from this part of the documents. */
const COUNTED = { from: 0.4, to: 0.9 } as const;
const LOOK_EVERY_MS = 250;
const PATIENCE_MS = 300_000;

interface Drained {
  readonly workers: number;
  readonly perSecond: number;
  /** Share of all cores that was in use, by anything. */
  readonly busy: number;
}

/**
 * Worker processes on one PostgreSQL sending documents to a ledger that answers after 20 ms. Each worker has one slot,
 * so that the ledger's time bounds it and not the cores: then 4 workers are to do 4 times the work of one. The hourly
 * comparison is off: it comes once for each process and connection, and these are new.
 */
export async function scale({ options, cleanup, progress }: BenchContext): Promise<Measured> {
  const rounds = options.quick ? 1 : options.rounds;
  const perWorker = options.quick ? QUICK_PER_WORKER : PER_WORKER;
  const tenants = options.quick ? QUICK_TENANTS : TENANTS;
  const perRound = WORKERS.reduce((sum, workers) => sum + workers * perWorker, 0);
  const all = rounds * perRound + SLOTS_SHARE * perWorker;
  const stage = await openStage({ cleanup, accounts: tenants, limits: false });
  progress(`scale: preparing ${all} documents of ${tenants} tenants`);
  await prepare(stage, tenants, Math.ceil(all / tenants) + 1);
  await stage.providers.latency(PROVIDER_LATENCY_MS);
  const drained: Drained[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const workers of WORKERS) {
      progress(`scale: round ${round}, ${workers} of ${Math.max(...WORKERS)} workers`);
      drained.push(await drain(stage, { workers, slots: 1, documents: workers * perWorker }));
    }
  }
  progress(`scale: one worker with ${DEFAULT_SLOTS} slots`);
  const crowded = await drain(stage, { workers: 1, slots: DEFAULT_SLOTS, documents: SLOTS_SHARE * perWorker });
  return { postgres: stage.postgres, results: figures(drained, crowded) };
}

/** Reads and plans everything; fee documents are held back until they are wanted. */
async function prepare(stage: Stage, tenants: number, payments: number): Promise<void> {
  await asOwner(stage.owner, async (tx) => {
    await sql`create function bench_hold() returns trigger language plpgsql as $$
      begin new.held = new.kind <> 'sales_receipt'; return new; end $$`.execute(tx);
    await sql`create trigger bench_hold before insert on postings for each row execute function bench_hold()`.execute(
      tx,
    );
  });
  const product = await stage.start({ role: 'worker' });
  const connected: Connected[] = [];
  for (let account = 0; account < tenants; account += 1) {
    await stage.providers.history(account, payments, 10);
    connected.push(await connectTenant(stage, { account, feeDetail: 'transaction', webhook: false }));
  }
  for (const { tenantId } of connected) await untilAtRest(stage, tenantId);
  await product.stop();
}

interface Drain {
  readonly workers: number;
  readonly slots: number;
  readonly documents: number;
}

async function drain(stage: Stage, { workers, slots, documents }: Drain): Promise<Drained> {
  const started: Product[] = [];
  for (let one = 0; one < workers; one += 1)
    started.push(await stage.start({ role: 'worker', concurrency: slots, uncompared: true }));
  const ids = await release(stage, documents);
  const before = coreTimes();
  await untilPosted(stage, ids);
  const after = coreTimes();
  for (const product of started) await product.stop();
  const [row] = await stage.query(sql<{ took: number }>`
    select extract(epoch from percentile_disc(${COUNTED.to}::float8) within group (order by posted_at)
      - percentile_disc(${COUNTED.from}::float8) within group (order by posted_at))::float8 as took
    from postings where id = any(${ids}::text[])`);
  const counted = (COUNTED.to - COUNTED.from) * documents;
  const busy = 1 - (after.idle - before.idle) / (after.all - before.all);
  return { workers, perSecond: counted / row!.took, busy };
}

/** Lets so many documents go, the same number of each tenant as far as that is possible, and wakes their ledgers. */
async function release(stage: Stage, documents: number): Promise<readonly string[]> {
  const freed = await stage.query(sql<{ id: string }>`
    update postings set held = false where id in (
      select id from (
        select id, row_number() over (partition by ledger_connection_id order by occurred_on, id) as place
        from postings where kind = 'expense' and held) as waiting
      order by place, id limit ${documents})
    returning id`);
  await stage.query(sql`
    insert into work_wakes (tenant_id, connection_id, due_at, priority)
    select tenant_id, id, now(), 10 from connections where role = 'ledger'`);
  if (freed.length < documents) throw new Error(`only ${freed.length} of ${documents} documents were prepared`);
  return freed.map(({ id }) => id);
}

async function untilPosted(stage: Stage, ids: readonly string[]): Promise<void> {
  const until = systemClock.now() + PATIENCE_MS;
  for (let posted = 0; posted < ids.length; ) {
    if (systemClock.now() > until) throw new Error(`only ${posted} of ${ids.length} documents were posted in time`);
    await systemClock.sleep(LOOK_EVERY_MS);
    const [row] = await stage.query(sql<{ n: number }>`
      select count(*)::int as n from postings where id = any(${[...ids]}::text[]) and state = 'posted'`);
    posted = row!.n;
  }
}

/** Milliseconds of all cores together since the machine started. */
function coreTimes(): { readonly all: number; readonly idle: number } {
  const times = cpus().map((cpu) => cpu.times);
  const sum = (pick: (time: (typeof times)[number]) => number) => times.reduce((total, time) => total + pick(time), 0);
  return {
    all: sum(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq),
    idle: sum(({ idle }) => idle),
  };
}

function figures(drained: readonly Drained[], crowded: Drained): Figure[] {
  const of = (workers: number, pick: (one: Drained) => number) =>
    median(drained.filter((one) => one.workers === workers).map(pick));
  const one = of(1, ({ perSecond }) => perSecond);
  const most = Math.max(...WORKERS);
  return [
    ...WORKERS.map((workers) =>
      figure(
        `documents per second, ${workers} worker${workers === 1 ? '' : 's'}`,
        of(workers, (it) => it.perSecond),
        'documents/s',
        {
          ...(workers === 1 ? {} : { peer: { name: `${workers} times one worker`, value: workers * one } }),
          ...(workers === most ? { goal: atLeast(GOAL_OF_LINEAR, 'ratio') } : {}),
        },
      ),
    ),
    ...WORKERS.map((workers) =>
      figure(
        `cores in use, ${workers} worker${workers === 1 ? '' : 's'}`,
        of(workers, (it) => it.busy) * cpus().length,
        'cores',
        {
          peer: { name: 'cores of the machine', value: cpus().length },
        },
      ),
    ),
    figure(`documents per second, 1 worker with ${DEFAULT_SLOTS} slots`, crowded.perSecond, 'documents/s', {
      peer: { name: 'with one slot', value: one },
    }),
    figure(`cores in use, 1 worker with ${DEFAULT_SLOTS} slots`, crowded.busy * cpus().length, 'cores', {
      peer: { name: 'cores of the machine', value: cpus().length },
    }),
  ];
}
