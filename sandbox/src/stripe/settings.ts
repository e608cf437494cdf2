/** The only API version this provider speaks. */
export const API_VERSION = '2026-10-28.endive';

/** What Stripe takes of a charge: `percentBps` hundredths of a percent plus a fixed amount in minor units. */
export interface FeeRule {
  readonly percentBps: number;
  readonly fixedMinor: number;
  /** Tax on Stripe's own fee, hundredths of a percent of the fee; 0 in the United States. */
  readonly taxBps: number;
}

export interface StripeOptions {
  readonly accountId?: string;
  readonly accountName?: string;
  readonly country?: string;
  /** Settlement currency, lower case. */
  readonly currency?: string;
  readonly timeZone?: string;
  readonly apiKey?: string;
  /** Further keys that may only read the named resources (`charges`, `balance_transactions`, …) or, as `x:write`, write them. */
  readonly restrictedKeys?: Readonly<Record<string, readonly string[]>>;
  readonly fee?: FeeRule;
  /** Working days until a charge's money is available. */
  readonly payoutDelayDays?: number;
  /** Requests a second over the whole account; Stripe allows 25 in test mode. */
  readonly requestsPerSecond?: number;
  /**
   * Whether a reserve shows as one row on the payments balance or also as the mirror row on the `risk_reserved` balance,
   * which Stripe lists since API version 2026-01-28.
   */
  readonly reserveRows?: 'payments' | 'both';
  /** Retry schedule of webhooks: three days in live mode, three times within hours in test mode. */
  readonly webhookRetries?: 'live' | 'test';
}

export type StripeSettings = Required<StripeOptions>;

export const DEFAULT_FEE: FeeRule = { percentBps: 290, fixedMinor: 30, taxBps: 0 };

export function stripeSettings(options: StripeOptions): StripeSettings {
  return {
    accountId: 'acct_1SandboxAcme0001',
    accountName: 'Acme LLC',
    country: 'US',
    currency: 'usd',
    timeZone: 'Etc/UTC',
    apiKey: 'sk_test_sandbox',
    restrictedKeys: {},
    fee: DEFAULT_FEE,
    payoutDelayDays: 2,
    requestsPerSecond: 25,
    reserveRows: 'payments',
    webhookRetries: 'live',
    ...options,
  };
}
