import { sql } from '../src/platform/store/index.ts';
import { PROVIDER_LATENCY_MS } from './latency.ts';
import { atLeast, atMost, type Figure, figure, type Goal, median } from './results.ts';
import { type BareClient, bareClient } from './support/bare-client.ts';
import { type Connected, type ConnectOptions, connectTenant } from './support/connect.ts';
import type { BenchContext, Measured } from './support/context.ts';
import { untilAtRest } from './support/rest.ts';
import { openStage, type Stage } from './support/stage.ts';

const PAYMENTS = 5_000;
/** In the rounds that only repeat the rate. */
const PAYMENTS_AGAIN = 1_000;
/** Enough for more than a minute at the provider's own pace. */
const PAYMENTS_LIMITED = 1_400;
const QUICK_PAYMENTS = 60;
const DAYS = 30;
const BARE_BATCHES = 30;
/** Documents a minute: one for each of 500 calls is less than 30 for each of 40 batches. */
const LIMIT_PER_MINUTE = Math.min(500, 40 * 30);
const GOAL = { callsPayout: 40, callsTransaction: 75, share: 0.95 } as const;

interface Posted {
  readonly documents: number;
  /** From the first call until the last answer was stored. */
  readonly took_ms: number;
}

/** Payments of the past into an empty company: calls, time, and how much of the provider's limit becomes documents. */
export async function posting(context: BenchContext): Promise<Measured> {
  const { options, cleanup } = context;
  const unlimited = await fast(context);
  await cleanup.run();
  const limited = options.quick ? [] : await atTheLimit(context);
  return { postgres: unlimited.postgres, results: [...unlimited.results, ...limited] };
}

async function fast({ options, cleanup, progress }: BenchContext): Promise<Measured> {
  const { quick } = options;
  const rounds = quick ? 1 : options.rounds;
  const stage = await openStage({ cleanup, accounts: rounds + 1, limits: false });
  const { providers } = stage;
  await providers.latency(PROVIDER_LATENCY_MS);
  await stage.start();
  const rates: number[] = [];
  const bareRates: number[] = [];
  let payout: Counted | null = null;
  let bare: BareClient | null = null;
  for (let account = 0; account < rounds; account += 1) {
    const payments = quick ? QUICK_PAYMENTS : account === 0 ? PAYMENTS : PAYMENTS_AGAIN;
    progress(`posting: round ${account + 1}, ${payments} payments, one fee document for each payout`);
    const counted = await postAll(stage, { account, payments, feeDetail: 'payout', progress });
    payout ??= counted;
    rates.push(perSecond(counted.posted));
    bare ??= await bareClient(providers, 0, (await providers.batch(0))!);
    bareRates.push(await bare.batches(quick ? 2 : BARE_BATCHES));
  }
  bare?.close();
  const payments = quick ? QUICK_PAYMENTS : PAYMENTS;
  progress(`posting: ${payments} payments, one fee document for each transaction`);
  const fees = await postAll(stage, { account: rounds, payments, feeDetail: 'transaction', progress });
  return {
    postgres: stage.postgres,
    results: [
      calls(payout!, 'one fee document per payout', atMost(GOAL.callsPayout)),
      calls(fees, 'one fee document per transaction', atMost(GOAL.callsTransaction)),
      figure('documents per second', median(rates), 'documents/s', {
        peer: { name: 'a bare client, batches of 30 one after the other', value: median(bareRates) },
      }),
      figure('documents per second, one fee document per transaction', perSecond(fees.posted), 'documents/s'),
      figure('documents missing or too many', payout!.wrong + fees.wrong, 'documents', { goal: atMost(0) }),
    ],
  };
}

interface Counted {
  readonly payments: number;
  readonly calls: number;
  readonly posted: Posted;
  /** Documents in the company that no posting knows of, or postings whose document is not there. */
  readonly wrong: number;
}

interface PostAll extends Omit<ConnectOptions, 'webhook'>, Pick<BenchContext, 'progress'> {
  readonly payments: number;
}

async function postAll(stage: Stage, { account, payments, feeDetail, progress }: PostAll): Promise<Counted> {
  const { providers } = stage;
  await providers.history(account, payments, DAYS);
  const connected = await connectTenant(stage, { account, feeDetail, webhook: false });
  await providers.clearCalls(account);
  await untilAtRest(stage, connected.tenantId);
  const made = (await providers.calls(account)).filter(({ provider }) => provider === 'quickbooks');
  progress(
    `posting: ${made.map(({ method, path, count }) => `${count} × ${method} ${path.split('/').at(-1)}`).join(', ')}`,
  );
  const posted = await postedOf(stage, connected);
  return {
    payments,
    calls: made.reduce((sum, { count }) => sum + count, 0),
    posted,
    wrong: Math.abs((await providers.documents(account)) - posted.documents),
  };
}

function calls({ calls: made, payments }: Counted, how: string, goal: Goal): Figure {
  const value = (made * 1_000) / payments;
  return figure(`provider calls per 1,000 payments, ${how}`, value, 'calls', { goal });
}

async function postedOf(stage: Stage, { ledger }: Connected): Promise<Posted> {
  const [row] = await stage.query(sql<{ documents: bigint; took: number }>`
    select count(*) as documents, extract(epoch from max(posted_at) - min(first_sent_at))::float8 * 1000 as took
    from postings where ledger_connection_id = ${ledger.id} and state = 'posted'`);
  return { documents: Number(row!.documents), took_ms: row!.took };
}

function perSecond({ documents, took_ms }: Posted): number {
  return (documents * 1_000) / took_ms;
}

/** The same with the limits that QuickBooks documents, kept by us and enforced by the sandbox; for over a minute. */
async function atTheLimit({ cleanup, progress }: BenchContext): Promise<Figure[]> {
  progress(`posting: ${PAYMENTS_LIMITED} payments in each of two companies at the pace that QuickBooks allows`);
  const stage = await openStage({ cleanup, accounts: 2, limits: true });
  for (const account of [0, 1]) await stage.providers.history(account, PAYMENTS_LIMITED, DAYS);
  await stage.start();
  const byPayout = await connectTenant(stage, { account: 0, feeDetail: 'payout', webhook: false });
  const byTransaction = await connectTenant(stage, { account: 1, feeDetail: 'transaction', webhook: false });
  await untilAtRest(stage, byPayout.tenantId);
  const throttled = (await stage.providers.calls(0)).filter(({ status }) => status === 429);
  const shareOf = async (connected: Connected) => {
    const [row] = await stage.query(sql<{ documents: bigint; took: number }>`
      select count(*) as documents, extract(epoch from max(posted_at) - min(posted_at))::float8 as took
      from postings where ledger_connection_id = ${connected.ledger.id} and state = 'posted'`);
    return { perMinute: (Number(row!.documents) * 60) / row!.took, seconds: row!.took };
  };
  const [payout, transaction] = [await shareOf(byPayout), await shareOf(byTransaction)];
  const share = (how: string, { perMinute }: { readonly perMinute: number }) =>
    figure(`share of the rate limit, ${how}`, perMinute / LIMIT_PER_MINUTE, 'of the limit', {
      peer: { name: 'documents a minute allowed, of 1', value: 1 },
      goal: atLeast(GOAL.share),
    });
  return [
    share('one fee document per payout', payout),
    share('one fee document per transaction', transaction),
    figure('documents per minute at the limit', payout.perMinute, 'documents/min', {
      peer: { name: 'batches of 30, 40 a minute', value: 1_200 },
    }),
    figure('measured for', payout.seconds, 's'),
    figure(
      'calls refused as too many',
      throttled.reduce((sum, { count }) => sum + count, 0),
      'calls',
      {
        goal: atMost(0),
      },
    ),
  ];
}
