import { systemClock } from '../src/kernel/clock.ts';
import { systemRandom } from '../src/kernel/random.ts';
import { sql } from '../src/platform/store/index.ts';
import { PROVIDER_LATENCY_MS } from './latency.ts';
import { atMost, type Figure, figure, percentile } from './results.ts';
import { type Connected, connectTenant } from './support/connect.ts';
import type { BenchContext, Measured } from './support/context.ts';
import { prepareDeliveries, sendLoad } from './support/load.ts';
import { listenForPosted, type PostedListener } from './support/posted.ts';
import { untilAtRest } from './support/rest.ts';
import { openStage, type Stage } from './support/stage.ts';

const [QUIET, LOUD] = [0, 1];
const WINDOW_MS = 27_000;
const QUICK_WINDOW_MS = 2_500;
/** Between two payments of the quiet tenant, on the average. */
const PAUSE_MS = 800;
const TIMES_AS_MUCH = 100;
const BURST = 10_000;
const QUICK_BURST = 300;
const CLIENTS = 32;
const GOAL_TIMES_QUIET = 2;

/** What one tenant feels of another's rush: from its webhooks to its documents, alone and beside 100 times as much. */
export async function neighbour({ options, cleanup, progress }: BenchContext): Promise<Measured> {
  const stage = await openStage({ cleanup, accounts: 2, limits: false });
  const { providers } = stage;
  for (const account of [QUIET, LOUD]) await providers.history(account, 60, 10);
  await stage.start();
  const quiet = await connectTenant(stage, { account: QUIET, feeDetail: 'payout', webhook: true });
  const loud = await connectTenant(stage, { account: LOUD, feeDetail: 'payout', webhook: true });
  for (const { tenantId } of [quiet, loud]) await untilAtRest(stage, tenantId);
  await providers.latency(PROVIDER_LATENCY_MS);
  const posted = await listenForPosted(stage, cleanup);
  const for_ms = options.quick ? QUICK_WINDOW_MS : WINDOW_MS;
  const perSecond = (TIMES_AS_MUCH * 1_000) / PAUSE_MS;
  const taken = { alone: [] as number[], beside: [] as number[] };
  let sent = 0;
  for (let round = 1; round <= (options.quick ? 1 : options.rounds); round += 1) {
    progress(`neighbour: round ${round}, alone`);
    taken.alone.push(...(await payments(stage, posted, quiet, for_ms)));
    progress(`neighbour: round ${round}, beside ${perSecond} payments a second`);
    const rush = providers.rush(LOUD, perSecond, for_ms);
    taken.beside.push(...(await payments(stage, posted, quiet, for_ms)));
    sent += await rush;
    await untilAtRest(stage, loud.tenantId);
  }
  const results = figures(taken, sent);
  return { postgres: stage.postgres, results: [...results, ...(await burst(stage, loud, options.quick, progress))] };
}

/** One payment after the other of the quiet tenant, until the time is over; milliseconds from webhook to document. */
async function payments(
  stage: Stage,
  posted: PostedListener,
  { ledger }: Connected,
  for_ms: number,
): Promise<number[]> {
  const until = systemClock.now() + for_ms;
  const taken: number[] = [];
  while (systemClock.now() < until) {
    const settled = posted.next(ledger.id);
    const sentAt = await stage.providers.pay(QUIET);
    const took = (await settled) - sentAt;
    taken.push(took);
    await systemClock.sleep(Math.max(0, PAUSE_MS * (0.5 + systemRandom.fraction()) - took));
  }
  return taken;
}

function figures(
  { alone, beside }: { readonly alone: readonly number[]; readonly beside: readonly number[] },
  sent: number,
): Figure[] {
  const peer = (share: number) => ({ name: 'alone, ms', value: percentile(alone, share) });
  return [
    figure('webhook to document p50 beside a rush', percentile(beside, 0.5), 'ms', { peer: peer(0.5) }),
    figure('webhook to document p99 beside a rush', percentile(beside, 0.99), 'ms', {
      peer: peer(0.99),
      goal: atMost(GOAL_TIMES_QUIET, 'ratio'),
    }),
    figure('payments of the neighbour', sent, 'payments', {
      peer: { name: 'payments of the quiet tenant meanwhile', value: beside.length },
    }),
  ];
}

/** Deliveries as fast as they are taken, and the time until all of them are opened and dealt with. */
async function burst(
  stage: Stage,
  loud: Connected,
  quick: boolean,
  progress: (text: string) => void,
): Promise<Figure[]> {
  const count = quick ? QUICK_BURST : BURST;
  progress(`neighbour: a burst of ${count} deliveries`);
  const body = (await stage.providers.webhook(LOUD))!;
  const endpoint = (await stage.providers.endpoint(LOUD))!;
  const deliveries = prepareDeliveries({ ...endpoint, count, body, run: 'b' });
  const before = await counts(stage);
  const load = await sendLoad({ deliveries, port: Number(new URL(stage.edgeUrl).port), clients: CLIENTS });
  const accepted = performance.now();
  await untilAtRest(stage, loud.tenantId);
  const recovered_s = (performance.now() - accepted) / 1_000;
  const after = await counts(stage);
  return [
    figure(`time to recover from a burst of ${count.toLocaleString('en-US')} deliveries`, recovered_s, 's'),
    figure('time in which the burst was accepted', load.took_ms / 1_000, 's'),
    figure(
      'deliveries of the burst lost',
      load.accepted.length - (after.deliveries - before.deliveries),
      'deliveries',
      {
        goal: atMost(0),
      },
    ),
    figure(
      'events of the burst missing or too many',
      Math.abs(load.accepted.length - (after.events - before.events)),
      'events',
      {
        goal: atMost(0),
      },
    ),
  ];
}

async function counts(stage: Stage): Promise<{ readonly deliveries: number; readonly events: number }> {
  const [row] = await stage.query(sql<{ deliveries: number; events: number }>`
    select (select count(*)::int from deliveries) as deliveries, (select count(*)::int from events) as events`);
  return row!;
}
