// One turn at a time for each connection: our lease against pg-boss with `groupConcurrency: 1`, on the same server, in
// one run. `node bench/lease.ts` prints a table and then one line of JSON.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PgBoss } from 'pg-boss';
import { systemClock } from '../src/kernel/clock.ts';
import type { ConnectionId, TenantId } from '../src/kernel/ids.ts';
import { systemRandom } from '../src/kernel/random.ts';
import { addWork, PRIORITY, pgWorkStore, Worker } from '../src/platform/engine/index.ts';
import { startEmbeddedPostgres } from '../src/platform/store/embedded/index.ts';
import { at, Database, migrate, type OwnerAddress, ROLES, sql } from '../src/platform/store/index.ts';
import { silentLog } from '../src/platform/telemetry/index.ts';

const JOBS = 1_000;
const CONNECTIONS = 50;
const SLOTS = 20;
/** What a job takes by itself. */
const JOB_MS = 5;
/** Each way is measured so often, in turns; the median counts. */
const ROUNDS = 3;
const PASSWORDS = { app: 'app', inbox: 'inbox', engine: 'engine', access: 'access' } as const;
const TENANT = 'ten_bench' as TenantId;
const YEAR_MS = 365 * 86_400_000;

interface Measured {
  readonly way: string;
  readonly ms: number;
  readonly jobsPerSecond: number;
  /** Jobs that ran beside another one of the same connection. */
  readonly overlaps: number;
}

/** Does jobs and notices when two of one connection run at a time. */
class Overlaps {
  readonly #running = new Set<string>();
  count = 0;
  done = 0;

  async job(connectionId: string): Promise<void> {
    if (this.#running.has(connectionId)) this.count += 1;
    this.#running.add(connectionId);
    await systemClock.sleep(JOB_MS);
    this.#running.delete(connectionId);
    this.done += 1;
  }
}

const connectionIds = Array.from(
  { length: CONNECTIONS },
  (_, i) => `con_${String(i).padStart(3, '0')}` as ConnectionId,
);

function measured(way: string, began: number, overlaps: Overlaps): Measured {
  const ms = systemClock.now() - began;
  return { way, ms, jobsPerSecond: Math.round((JOBS * 1_000) / ms), overlaps: overlaps.count };
}

/** Turns of the work table: a claim, the job, a release, for each job. */
async function ours(database: Database, workers: number): Promise<Measured> {
  await database.tenant(TENANT, async (tx) => {
    for (const id of connectionIds) await addWork(tx, TENANT, id, systemClock.now());
  });
  const overlaps = new Overlaps();
  const left = new Map<string, number>(connectionIds.map((id) => [id, JOBS / CONNECTIONS]));
  const finished = Promise.withResolvers<void>();
  const doors = { store: pgWorkStore(database), clock: systemClock, random: systemRandom, log: silentLog };
  const all = Array.from(
    { length: workers },
    (_, i) =>
      new Worker(doors, { owner: `bench-${i}`, slots: SLOTS / workers }, async ({ connectionId }) => {
        const count = left.get(connectionId)!;
        if (count > 0) {
          await overlaps.job(connectionId);
          left.set(connectionId, count - 1);
        }
        if (overlaps.done === JOBS) finished.resolve();
        const now = systemClock.now();
        return { dueAt: count > 1 ? now : now + YEAR_MS, priority: PRIORITY.live };
      }),
  );
  const began = systemClock.now();
  for (const worker of all) worker.start();
  await finished.promise;
  const result = measured(`lease, ${workers} worker${workers === 1 ? '' : 's'}`, began, overlaps);
  await Promise.all(all.map((worker) => worker.stop(1_000)));
  return result;
}

/** Fetch, job, complete in as many loops as there are slots, without a pause between. */
async function pgBoss(boss: PgBoss, round: number): Promise<Measured> {
  const queue = `bench-${round}`;
  await boss.createQueue(queue);
  await boss.insert(
    queue,
    Array.from({ length: JOBS }, (_, i) => {
      const id = connectionIds[i % CONNECTIONS]!;
      return { data: { id }, group: { id } };
    }),
  );
  const overlaps = new Overlaps();
  const loop = async () => {
    while (overlaps.done < JOBS) {
      const [job] = await boss.fetch<{ id: string }>(queue, { batchSize: 1, groupConcurrency: 1 });
      if (job === undefined) {
        await systemClock.sleep(1);
        continue;
      }
      await overlaps.job(job.data.id);
      await boss.complete(queue, job.id);
    }
  };
  const began = systemClock.now();
  await Promise.all(Array.from({ length: SLOTS }, loop));
  return measured('pg-boss, groupConcurrency 1', began, overlaps);
}

async function prepare(owner: OwnerAddress): Promise<Database> {
  await migrate(owner, PASSWORDS);
  const { host, port, database: name } = owner;
  const database = new Database({ host, port, database: name, ssl: false, passwords: PASSWORDS, appConnections: 4 });
  const now = at(systemClock.now());
  await database.tenant(TENANT, async (tx) => {
    await sql`insert into tenants (id, name, created_at) values (${TENANT}, 'Acme LLC', ${now})`.execute(tx);
    for (const id of connectionIds) {
      await sql`
        insert into connections (id, tenant_id, provider, role, account_id, display_name, environment, time_zone, state, since, created_at, updated_at)
        values (${id}, ${TENANT}, 'stripe', 'source', ${id}, ${id}, 'sandbox', 'UTC', 'active', ${now}, ${now}, ${now})`.execute(
        tx,
      );
    }
  });
  return database;
}

function median(all: readonly Measured[]): Measured {
  return [...all].sort((a, b) => a.ms - b.ms)[Math.floor(all.length / 2)]!;
}

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cf-bench-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    clock: systemClock,
    randomBytes: (length) => systemRandom.bytes(length),
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  const owner = { ...server.connection, ssl: false };
  const database = await prepare(owner);
  // The same number of connections to the database as the engine role has.
  const boss = new PgBoss({
    host: owner.host,
    port: owner.port,
    database: owner.database,
    user: ROLES.engine,
    password: PASSWORDS.engine,
    createSchema: false,
    max: 6,
  });
  try {
    await boss.start();
    const rounds: Measured[] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      rounds.push(await ours(database, 1), await ours(database, 2), await pgBoss(boss, round));
    const results = [...Map.groupBy(rounds, ({ way }) => way).values()].map(median);
    const overlaps = rounds.reduce((sum, one) => sum + one.overlaps, 0);
    const last = results.at(-1)!;
    const ratio = Math.round((results[0]!.jobsPerSecond / last.jobsPerSecond) * 100) / 100;
    console.table(results);
    console.log(
      JSON.stringify({ jobs: JOBS, connections: CONNECTIONS, slots: SLOTS, jobMs: JOB_MS, results, overlaps, ratio }),
    );
    if (overlaps > 0) process.exitCode = 1;
  } finally {
    await boss.stop({ graceful: false });
    await database.close();
    await server.stop('fast');
    await rm(dataDir, { recursive: true, force: true });
  }
}

await main();
