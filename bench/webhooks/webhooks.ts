import { sql } from '../../src/platform/store/index.ts';
import { atLeast, atMost, type Figure, figure, median, percentile } from '../results.ts';
import { connectTenant } from '../support/connect.ts';
import type { BenchContext, Measured } from '../support/context.ts';
import { type Load, prepareDeliveries, sendLoad } from '../support/load.ts';
import { processorTime } from '../support/process-tree.ts';
import { untilAtRest } from '../support/rest.ts';
import { freePort, openStage, type Stage } from '../support/stage.ts';
import { PEER, startPeer } from './peer.ts';
import { findPgbench, pgbench } from './pgbench.ts';

const CLIENTS = 32;
const WINDOW_MS = 4_000;
const QUICK_WINDOW_MS = 500;
/** Before the first round, for the compiler of JavaScript; not counted. */
const WARM_UP_MS = 2_000;
/** More than any receiver on two cores takes in a second. */
const MOST_PER_SECOND = 30_000;
const GOAL = { ofCeiling: 0.85, p99_ms: 25, timesPeer: 5 } as const;
const ANSWERS = 'accepted and committed per second';

type Way = 'stored' | 'unstored' | 'peer';

interface Round {
  readonly way: Way;
  readonly load: Load;
  readonly perSecond: number;
  /** Processor time of the server alone for each delivery, in microseconds. */
  readonly cpu_us: number;
}

/** The real server under signed deliveries, in turns with what bounds it and with what others use. */
export async function webhooks({ options, cleanup, progress }: BenchContext): Promise<Measured> {
  const stage = await openStage({ cleanup, accounts: 1, limits: false });
  const endpoint = await realEndpoint(stage);
  const unstoredPort = await freePort();
  const storedPort = await freePort();
  const unstored = await stage.start({ role: 'api', unstored: true, edgePort: unstoredPort });
  const stored = await stage.start({ role: 'api', edgePort: storedPort });
  progress(`webhooks: installing ${PEER} for this run`);
  const peer = await startPeer(stage, endpoint.secret, cleanup);
  if ('skipped' in peer) progress(`SKIPPED: ${peer.skipped}`);
  const program = await findPgbench();
  if (program === null) progress('SKIPPED: no pgbench on this machine (Debian: apt-get install postgresql-contrib)');
  const servers: Server[] = [
    { way: 'unstored', port: unstoredPort, pid: unstored.pid },
    { way: 'stored', port: storedPort, pid: stored.pid },
  ];
  if (!('skipped' in peer)) servers.push({ way: 'peer', ...peer });
  const for_ms = options.quick ? QUICK_WINDOW_MS : WINDOW_MS;
  for (const { way, port } of servers) {
    progress(`webhooks: warming up, ${way}`);
    const load = await runLoad(endpoint, { port, for_ms: options.quick ? for_ms : WARM_UP_MS, run: `u${way[0]}` });
    if (load.accepted.length === 0) throw new Error(`${way}: no delivery was accepted`);
    await empty(stage);
  }
  const rounds: Round[] = [];
  const inserts: number[] = [];
  const kept = { lost: 0, twice: 0 };
  for (let round = 1; round <= (options.quick ? 1 : options.rounds); round += 1) {
    for (const { way, port, pid } of servers) {
      progress(`webhooks: round ${round}, ${way}`);
      const before = await processorTime([pid]);
      const load = await runLoad(endpoint, { port, for_ms, run: `${way[0]}${round}` });
      const cpu_us = (((await processorTime([pid])) - before) * 1_000_000) / load.answers_ms.length;
      rounds.push({ way, load, perSecond: perSecond(load), cpu_us });
      if (way === 'stored') await audit(stage, load, kept);
    }
    if (program !== null) {
      progress(`webhooks: round ${round}, pgbench`);
      const run = { program, endpointId: endpoint.id, body: endpoint.body, clients: CLIENTS };
      inserts.push(await pgbench(stage, { ...run, seconds: Math.max(1, for_ms / 1_000) }));
      await empty(stage);
    }
  }
  progress('webhooks: beside a worker in the same process');
  await stage.start({ role: 'all' });
  const both = await runLoad(endpoint, { port: Number(new URL(stage.edgeUrl).port), for_ms, run: 'w' });
  await audit(stage, both, kept);
  return {
    postgres: stage.postgres,
    results: figures({ rounds, inserts, both, kept, peer: 'skipped' in peer ? null : `${PEER} ${peer.version}` }),
  };
}

interface Server {
  readonly way: Way;
  readonly port: number;
  readonly pid: number;
}

interface RealEndpoint {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly body: string;
}

/** A connected account with a registered webhook, and the body of one of its real events. */
async function realEndpoint(stage: Stage): Promise<RealEndpoint> {
  const { providers } = stage;
  await providers.history(0, 30, 10);
  const product = await stage.start();
  const { tenantId } = await connectTenant(stage, { account: 0, feeDetail: 'payout', webhook: true });
  await untilAtRest(stage, tenantId);
  await providers.pay(0);
  await untilAtRest(stage, tenantId);
  await product.stop();
  const [row] = await stage.query(
    sql<{ id: string }>`select id from webhook_endpoints where provider = 'stripe' order by id limit 1`,
  );
  await empty(stage);
  return { id: row!.id, body: (await providers.webhook(0))!, ...(await providers.endpoint(0))! };
}

async function runLoad(
  { url, secret, body }: RealEndpoint,
  { port, for_ms, run }: { readonly port: number; readonly for_ms: number; readonly run: string },
): Promise<Load> {
  const count = Math.ceil((MOST_PER_SECOND * for_ms) / 1_000);
  const deliveries = prepareDeliveries({ count, url, secret, body, run });
  return sendLoad({ deliveries, port, clients: CLIENTS, for_ms });
}

function perSecond({ accepted, took_ms }: Load): number {
  return (accepted.length * 1_000) / took_ms;
}

/** Every delivery that was answered with 200 is stored, once; then the table is emptied for the next round. */
async function audit(stage: Stage, { accepted }: Load, kept: { lost: number; twice: number }): Promise<void> {
  const stored = await stage.query(sql<{ key: string; n: bigint }>`
    select dedupe_key as key, count(*) + sum(duplicates) as n from deliveries group by dedupe_key order by dedupe_key`);
  const times = new Map(stored.map(({ key, n }) => [key, Number(n)]));
  kept.lost += accepted.filter((id) => !times.has(id)).length;
  kept.twice += [...times.values()].filter((n) => n > 1).length;
  await empty(stage);
}

async function empty(stage: Stage): Promise<void> {
  await stage.query(sql`truncate deliveries cascade`);
}

interface Taken {
  readonly rounds: readonly Round[];
  readonly inserts: readonly number[];
  readonly both: Load;
  readonly kept: { readonly lost: number; readonly twice: number };
  readonly peer: string | null;
}

function figures({ rounds, inserts, both, kept, peer }: Taken): Figure[] {
  const of = (way: Way) => rounds.filter((one) => one.way === way);
  const rate = (way: Way) => median(of(way).map((one) => one.perSecond));
  const answers = (way: Way) => median(of(way).map(({ load }) => percentile(load.answers_ms, 0.99)));
  const stored = rate('stored');
  const results = [
    figure(ANSWERS, stored, 'deliveries/s', {
      peer: { name: 'the same server, verified and stored nowhere', value: rate('unstored') },
      goal: atLeast(GOAL.ofCeiling, 'ratio'),
    }),
    figure('answer p99 at 32 clients', answers('stored'), 'ms', {
      peer: { name: 'stored nowhere, ms', value: answers('unstored') },
      goal: atMost(GOAL.p99_ms),
    }),
  ];
  if (inserts.length > 0)
    results.push(
      figure(ANSWERS, stored, 'deliveries/s', {
        peer: { name: 'pgbench, same insert, 32 clients', value: median(inserts) },
      }),
    );
  if (peer !== null)
    results.push(
      figure(ANSWERS, stored, 'deliveries/s', {
        peer: { name: peer, value: rate('peer') },
        goal: atLeast(GOAL.timesPeer, 'ratio'),
      }),
    );
  const refused = rounds.reduce((sum, { load }) => sum + load.refused, 0);
  return [
    ...results,
    figure('deliveries lost', kept.lost, 'deliveries', { goal: atMost(0) }),
    figure('deliveries stored twice', kept.twice, 'deliveries', { goal: atMost(0) }),
    figure('deliveries refused', refused, 'deliveries'),
    figure('accepted with a worker in the same process', perSecond(both), 'deliveries/s', {
      peer: { name: 'without a worker', value: stored },
    }),
    figure('processor time of the server for a delivery', median(of('stored').map(({ cpu_us }) => cpu_us)), 'µs', {
      peer: { name: 'stored nowhere, µs', value: median(of('unstored').map(({ cpu_us }) => cpu_us)) },
    }),
    figure('cores taken by the client itself', median(of('stored').map(({ load }) => load.cpu)), 'cores'),
  ];
}
