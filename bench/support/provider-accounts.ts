import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxStripe } from '../../sandbox/src/index.ts';
import { answerDoor, createSandbox, type Sandbox } from '../../sandbox/src/index.ts';

/** One Stripe account with one QuickBooks company, as the host of many serves it. */
export interface Account {
  readonly sandbox: Sandbox;
  readonly stripeKey: string;
  readonly quickbooksToken: string;
  readonly realmId: string;
  /** The first batch that was sent to its company: a pattern for a bare client. */
  batch: string | null;
  /** Webhook of the last event, as it was sent. */
  webhook: string | null;
  /** When the last webhook was sent; ms since 1970 with fractions. */
  sentAt: number;
}

export interface AccountOptions {
  readonly index: number;
  /** The providers' documented request limits, or none. */
  readonly limits: boolean;
  readonly baseUrl: () => string;
}

const DAY_S = 86_400;
/** 1 October 2026, midnight UTC. */
export const HISTORY_FROM_S = Date.UTC(2026, 9, 1) / 1_000;
const PAYOUT_HOUR_S = 3_600;
/** Days after the last payment until everything is paid out and has arrived. */
const SETTLING_DAYS = 8;
const NO_LIMIT_PER_SECOND = 1_000_000;

export const instant = () => performance.timeOrigin + performance.now();

export function createAccount({ index, limits, baseUrl }: AccountOptions): Account {
  const digits = String(index).padStart(4, '0');
  const account: Account = {
    stripeKey: `sk_test_bench${digits}`,
    quickbooksToken: `bench-quickbooks-${digits}`,
    realmId: `913035000000${digits}`,
    batch: null,
    webhook: null,
    sentAt: 0,
    sandbox: createSandbox({
      seed: index + 1,
      now: Date.now,
      wait: async () => {},
      baseUrl,
      send: async (request) => {
        account.webhook = await request.clone().text();
        account.sentAt = instant();
        return fetch(request);
      },
      stripe: {
        accountId: `acct_1Bench${digits}`,
        accountName: `Acme LLC ${index}`,
        apiKey: `sk_test_bench${digits}`,
        ...(limits ? {} : { requestsPerSecond: NO_LIMIT_PER_SECOND }),
      },
      quickbooks: {
        realmId: `913035000000${digits}`,
        accessToken: `bench-quickbooks-${digits}`,
        companyName: `Acme LLC ${index}`,
        ...(limits ? {} : { limits: null }),
      },
    }),
  };
  return account;
}

/** Answers one request to this account, below the host's root. */
export function answerFor(account: Account, request: Request): Promise<Response> {
  return answerDoor(account.sandbox, request);
}

/** Payments spread over days of the past with a payout each working day; nothing but payments, fees and payouts. */
export function makeHistory({ sandbox: { stripe } }: Account, payments: number, days: number): void {
  let made = 0;
  for (let day = 0; day < days + SETTLING_DAYS; day += 1) {
    const from = HISTORY_FROM_S + day * DAY_S;
    stripe.advancePayouts(from + PAYOUT_HOUR_S);
    if (!isWeekend(from)) stripe.payoutDue({ at: from + PAYOUT_HOUR_S });
    const until = Math.min(payments, Math.round(((day + 1) * payments) / days));
    for (; made < until; made += 1) pay(stripe, made, from + 2 * PAYOUT_HOUR_S + (made % 60_000));
  }
  stripe.advancePayouts(HISTORY_FROM_S + (days + SETTLING_DAYS) * DAY_S);
}

function isWeekend(at_s: number): boolean {
  const day = new Date(at_s * 1_000).getUTCDay();
  return day === 0 || day === 6;
}

/** One payment now, told by webhook; answers when the webhook was answered. */
export async function payNow(account: Account, number: number): Promise<number> {
  pay(account.sandbox.stripe, number, Math.floor(Date.now() / 1_000));
  await account.sandbox.sender.tick();
  return account.sentAt;
}

const RUSH_STEP_MS = 100;

/** Payments at a steady rate for so long, each told by webhook; answers how many there were. */
export async function rush(account: Account, perSecond: number, for_ms: number): Promise<number> {
  const began = performance.now();
  let made = 0;
  for (let now = 0; now < for_ms; now = performance.now() - began) {
    const due = Math.floor((now * perSecond) / 1_000);
    for (; made < due; made += 1) pay(account.sandbox.stripe, made, Math.floor(Date.now() / 1_000));
    await account.sandbox.sender.tick();
    await sleep(RUSH_STEP_MS);
  }
  return made;
}

function pay(stripe: SandboxStripe, number: number, at: number): void {
  stripe.charge({
    at,
    amount: 1_000 + ((number * 37) % 20_000),
    description: `Order ${10_001 + number}`,
    metadata: { order_id: String(10_001 + number) },
  });
}
