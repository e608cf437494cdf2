/** Request limits of QuickBooks Online; null switches one off. Source: Intuit, API call limits, read 2026-11-20. */
export interface QuickBooksLimits {
  readonly perMinute: number | null;
  readonly perSecond: number | null;
  readonly concurrent: number | null;
  readonly batchPerMinute: number | null;
  /** Metered reads a calendar month (UTC), as a Builder-tier app has; off in sandbox companies. */
  readonly readsPerMonth: number | null;
  /** Seconds for a `Retry-After` header on 429; null leaves it out, as no source documents one. */
  readonly retryAfterSeconds: number | null;
}

/** What applies when a company is made without limits of its own. */
export const DOCUMENTED_LIMITS: QuickBooksLimits = {
  perMinute: 500,
  perSecond: 10,
  concurrent: 10,
  batchPerMinute: 40,
  readsPerMonth: null,
  retryAfterSeconds: null,
};

const NO_LIMITS: QuickBooksLimits = {
  perMinute: null,
  perSecond: null,
  concurrent: null,
  batchPerMinute: null,
  readsPerMonth: null,
  retryAfterSeconds: null,
};

/** What a company can be set to. Everything has a default; see `Settings`. */
export interface QuickBooksOptions {
  readonly realmId?: string;
  /** A bearer token that is good until `expireAccessToken()`. */
  readonly accessToken?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly companyName?: string;
  /** IANA zone of the company; all instants are written with its offset. */
  readonly timeZone?: string;
  readonly homeCurrency?: string;
  /** Foreign currencies the company has switched on; any makes it a multi-currency company. */
  readonly foreignCurrencies?: readonly string[];
  /** Home units per foreign unit, as decimal text, known from the start. */
  readonly exchangeRates?: Readonly<Record<string, string>>;
  /** Documented limits by default; `null` for none; or single ones. */
  readonly limits?: Partial<QuickBooksLimits> | null;
  /** "Custom transaction numbers": on keeps sent numbers and refuses duplicates, off renumbers sales forms. */
  readonly customTxnNumbers?: boolean;
  readonly autoApplyCredit?: boolean;
  /** Percent as decimal text: the company computes sales tax by itself and replaces what is sent. */
  readonly automatedSalesTax?: string;
  /** Percent, as decimal text, of the one seeded tax rate. */
  readonly salesTaxRate?: string;
  /** The last closed day. */
  readonly closingDate?: string;
  /** How long a `requestid` is remembered, in milliseconds of the clock. Undocumented; very long by default. */
  readonly requestIdRetentionMs?: number;
  /** Whether a stored fault is replayed under its `requestid` too. Undocumented; off by default. */
  readonly replayFaults?: boolean;
  /** Whether `requestid` counts on name lists; users report that it may not. */
  readonly requestIdOnLists?: boolean;
  /** Whether an update or void of a Payment may leave out members; a live test was refused, so not by default. */
  readonly sparsePayments?: boolean;
  /** How long a rotated refresh token is still taken, in milliseconds. None by default. */
  readonly refreshTokenGraceMs?: number;
  /** Answers 401 as the XML of a gateway. */
  readonly gatewayXml?: boolean;
  /** Redirect addresses registered for the app; unset accepts any. */
  readonly redirectUris?: readonly string[];
  /** Awaited while a request holds its place among the concurrent ones: a door for latency. */
  readonly pause?: () => Promise<void>;
}

/** The options with every default filled in. */
export interface Settings {
  readonly realmId: string;
  readonly accessToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly companyName: string;
  readonly timeZone: string;
  readonly homeCurrency: string;
  readonly foreignCurrencies: readonly string[];
  readonly exchangeRates: Readonly<Record<string, string>>;
  readonly limits: QuickBooksLimits;
  readonly customTxnNumbers: boolean;
  readonly autoApplyCredit: boolean;
  readonly automatedSalesTax: string | undefined;
  readonly salesTaxRate: string;
  readonly closingDate: string | undefined;
  readonly requestIdRetentionMs: number;
  readonly replayFaults: boolean;
  readonly requestIdOnLists: boolean;
  readonly sparsePayments: boolean;
  readonly refreshTokenGraceMs: number;
  readonly gatewayXml: boolean;
  readonly redirectUris: readonly string[] | undefined;
  readonly pause: (() => Promise<void>) | undefined;
}

/** A hundred years: longer than any run. */
const FOREVER_MS = 100 * 365 * 86_400_000;

/** Fills in the defaults. */
export function settle(options: QuickBooksOptions): Settings {
  return {
    realmId: options.realmId ?? '9130350000000001',
    accessToken: options.accessToken ?? 'sandbox-quickbooks-access-token',
    clientId: options.clientId ?? 'sandbox-quickbooks-client',
    clientSecret: options.clientSecret ?? 'sandbox-quickbooks-client-secret',
    companyName: options.companyName ?? 'Acme LLC',
    timeZone: options.timeZone ?? 'America/Los_Angeles',
    homeCurrency: options.homeCurrency ?? 'USD',
    foreignCurrencies: options.foreignCurrencies ?? Object.keys(options.exchangeRates ?? {}),
    exchangeRates: options.exchangeRates ?? {},
    limits: options.limits === null ? NO_LIMITS : { ...DOCUMENTED_LIMITS, ...options.limits },
    customTxnNumbers: options.customTxnNumbers ?? true,
    autoApplyCredit: options.autoApplyCredit ?? false,
    automatedSalesTax: options.automatedSalesTax,
    salesTaxRate: options.salesTaxRate ?? '8.25',
    closingDate: options.closingDate,
    requestIdRetentionMs: options.requestIdRetentionMs ?? FOREVER_MS,
    replayFaults: options.replayFaults ?? false,
    requestIdOnLists: options.requestIdOnLists ?? true,
    sparsePayments: options.sparsePayments ?? false,
    refreshTokenGraceMs: options.refreshTokenGraceMs ?? 0,
    gatewayXml: options.gatewayXml ?? false,
    redirectUris: options.redirectUris,
    pause: options.pause,
  };
}
