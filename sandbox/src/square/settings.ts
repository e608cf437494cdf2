/** The newest version this provider speaks; older well-formed ones are answered alike. */
export const SQUARE_VERSION = '2026-09-16';

/** What Square keeps of a card payment: `percentBps` hundredths of a percent plus a fixed amount in minor units. */
export interface SquareFeeRule {
  readonly percentBps: number;
  readonly fixedMinor: number;
}

export interface SquareLocationOptions {
  readonly id: string;
  readonly name: string;
  readonly timezone?: string;
  readonly status?: 'ACTIVE' | 'INACTIVE';
}

export interface SquareOptions {
  readonly merchantId?: string;
  readonly businessName?: string;
  readonly country?: string;
  /** Upper case; one for the whole business. */
  readonly currency?: string;
  /** The first one is the main location. */
  readonly locations?: readonly SquareLocationOptions[];
  readonly applicationId?: string;
  readonly applicationSecret?: string;
  /** The app owner's own token: no expiry, every permission, and the only one for webhook subscriptions. */
  readonly personalAccessToken?: string;
  /** Redirect addresses registered for the app; unset accepts any. */
  readonly redirectUris?: readonly string[] | null;
  readonly fee?: SquareFeeRule;
  /** Seconds from a payment's completion until it shows its fee. */
  readonly feeDelaySeconds?: number;
  /** Seconds until a refund that was made over the API is through. */
  readonly refundSeconds?: number;
  /** Whether the seller's plan gives the fee back with a refund. */
  readonly refundsReturnFee?: boolean;
  /** Requests a second for one token; null for no limit. Square publishes no figure: a guess on the careful side. */
  readonly requestsPerSecond?: number | null;
  /** The same for the OAuth endpoints together, which answer in an older form. */
  readonly oauthRequestsPerSecond?: number | null;
  /** Seconds that a cursor is good for. Not promised anywhere; five minutes are quoted. */
  readonly cursorLifeSeconds?: number;
  /** The first page of every list is empty and has a cursor, as a filtered page may. */
  readonly emptyFirstPages?: boolean;
  /** Hours until a webhook is given up: 24 on the present page, 72 on the older one. */
  readonly webhookRetryHours?: number;
  readonly environment?: 'Production' | 'Sandbox';
}

export type SquareSettings = Required<SquareOptions>;

export const DEFAULT_SQUARE_FEE: SquareFeeRule = { percentBps: 260, fixedMinor: 10 };

export function squareSettings(options: SquareOptions): SquareSettings {
  return {
    merchantId: 'MLSANDBOXACME',
    businessName: 'Acme LLC',
    country: 'US',
    currency: 'USD',
    locations: [
      { id: 'LSANDBOXMAIN1', name: 'Main Street' },
      { id: 'LSANDBOXSIDE2', name: 'Harbour' },
    ],
    applicationId: 'sandbox-sq0idb-square-client',
    applicationSecret: 'sandbox-sq0csb-square-client-secret',
    personalAccessToken: 'sandbox-square-access-token',
    redirectUris: null,
    fee: DEFAULT_SQUARE_FEE,
    feeDelaySeconds: 7_200,
    refundSeconds: 2,
    refundsReturnFee: false,
    requestsPerSecond: 20,
    oauthRequestsPerSecond: 10,
    cursorLifeSeconds: 300,
    emptyFirstPages: false,
    webhookRetryHours: 24,
    environment: 'Sandbox',
    ...options,
  };
}
