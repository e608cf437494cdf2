import { systemClock } from '../src/kernel/clock.ts';
import { systemRandom } from '../src/kernel/random.ts';
import { atMost, figure, percentile } from './results.ts';
import { bareClient } from './support/bare-client.ts';
import { connectTenant } from './support/connect.ts';
import type { BenchContext, Measured } from './support/context.ts';
import { listenForPosted } from './support/posted.ts';
import { untilAtRest } from './support/rest.ts';
import { openStage } from './support/stage.ts';

/** What each answer of a provider takes by itself. */
export const PROVIDER_LATENCY_MS = 20;
const PAYMENTS_PER_ROUND = 60;
const QUICK_PAYMENTS = 5;
/** Before the first round, for the compiler of JavaScript; not counted. */
const WARM_UP_PAYMENTS = 20;
const QUICK_WARM_UP_PAYMENTS = 1;
/** Payments of before, so that the books are not empty. */
const HISTORY = 60;
/** Pauses between payments, drawn between these: nothing is to be in step with a poll. */
const PAUSE_MS = { least: 100, most: 400 };
const GOAL_P99_MS = 150;

/** One payment at a time into an idle product: from the webhook's first byte to the commit that settles its document. */
export async function latency({ options, cleanup, progress }: BenchContext): Promise<Measured> {
  const stage = await openStage({ cleanup, accounts: 1, limits: false });
  const { providers, postgres } = stage;
  await providers.history(0, HISTORY, 10);
  const product = await stage.start();
  const { tenantId, ledger } = await connectTenant(stage, { account: 0, feeDetail: 'payout', webhook: true });
  await untilAtRest(stage, tenantId);
  await providers.latency(PROVIDER_LATENCY_MS);
  const posted = await listenForPosted(stage, cleanup);
  const bare = await bareClient(providers, 0, (await providers.batch(0))!);
  cleanup.add(async () => bare.close());
  const taken: number[] = [];
  const floor: number[] = [];
  const payments = async (count: number) => {
    for (let one = 0; one < count; one += 1) {
      const pause = PAUSE_MS.least + systemRandom.fraction() * (PAUSE_MS.most - PAUSE_MS.least);
      await systemClock.sleep(pause);
      const settled = posted.next(ledger.id);
      const sentAt = await providers.pay(0);
      taken.push((await settled) - sentAt);
      floor.push(await bare.readAndCreate());
    }
  };
  await payments(options.quick ? QUICK_WARM_UP_PAYMENTS : WARM_UP_PAYMENTS);
  taken.length = 0;
  floor.length = 0;
  const perRound = options.quick ? QUICK_PAYMENTS : PAYMENTS_PER_ROUND;
  for (let round = 1; round <= (options.quick ? 1 : options.rounds); round += 1) {
    progress(`latency: round ${round}, ${perRound} payments one by one`);
    await payments(perRound);
  }
  const stripe = (await providers.calls(0)).filter(({ provider }) => provider === 'stripe');
  progress(`latency: calls of Stripe: ${stripe.map(({ path, count }) => `${path} ${count}`).join(', ')}`);
  await product.stop();
  const beside = (share: number) => ({
    name: 'one read and one document by a bare client, ms',
    value: percentile(floor, share),
  });
  return {
    postgres,
    results: [
      figure('webhook to document p50', percentile(taken, 0.5), 'ms', { peer: beside(0.5) }),
      figure('webhook to document p99', percentile(taken, 0.99), 'ms', {
        peer: beside(0.99),
        goal: atMost(GOAL_P99_MS),
      }),
      figure('payments measured', taken.length, 'payments'),
    ],
  };
}
