/** Request limits of an app; null switches one off. Source: Xero, OAuth 2.0 API limits, read 2026-11-20. */
export interface XeroLimits {
  /** Calls in a rolling minute for each organisation. */
  readonly perMinute: number | null;
  /** Calls in a rolling day for each organisation; 1,000 for apps on the Starter tier. */
  readonly perDay: number | null;
  /** Calls under way at once for each organisation. */
  readonly concurrent: number | null;
  /** Calls in a rolling minute over all organisations. */
  readonly appPerMinute: number | null;
}

const DOCUMENTED_LIMITS: XeroLimits = { perMinute: 60, perDay: 5_000, concurrent: 5, appPerMinute: 10_000 };
const NO_LIMITS: XeroLimits = { perMinute: null, perDay: null, concurrent: null, appPerMinute: null };

/** One organisation ("tenant") that the authorising user has. */
export interface XeroOrganisation {
  readonly tenantId: string;
  readonly name: string;
  /** The only currency of its documents. */
  readonly baseCurrency?: string;
  /** Percent as decimal text of the seeded sales tax. */
  readonly salesTaxRate?: string;
}

/** What the sandbox can be set to. Everything has a default; see `Settings`. */
export interface XeroOptions {
  readonly organisations?: readonly XeroOrganisation[];
  /** Whether all organisations are connected to the app from the start; true when missing. */
  readonly connected?: boolean;
  /** A bearer token with every scope that is good until `expireAccessToken()`. */
  readonly accessToken?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Redirect addresses registered for the app; unset accepts any that Xero would. */
  readonly redirectUris?: readonly string[];
  /** Documented limits by default; `null` for none; or single ones. */
  readonly limits?: Partial<XeroLimits> | null;
  /** Whether the authorising user is an adviser, who may post into a locked period. */
  readonly adviser?: boolean;
  /** How long an `Idempotency-Key` is kept, in milliseconds; six minutes by default. */
  readonly idempotencyMs?: number;
  /** Keeps keys for each access token: a replay after a refresh acts again. Reported once; not by default. */
  readonly idempotencyPerToken?: boolean;
  /** Whether a refused call of several objects keeps the good ones. Undocumented; it does not by default. */
  readonly keepsGoodElements?: boolean;
  /** Whether the old scopes (`accounting.transactions`) may still be asked for; apps made since 2026-03-02 may not. */
  readonly broadScopes?: boolean;
  /** Awaited while a request holds its place among the concurrent ones: a door for latency. */
  readonly pause?: () => Promise<void>;
}

/** The options with every default filled in. */
export interface Settings {
  readonly organisations: readonly Required<XeroOrganisation>[];
  readonly connected: boolean;
  readonly accessToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[] | undefined;
  readonly limits: XeroLimits;
  readonly adviser: boolean;
  readonly idempotencyMs: number;
  readonly idempotencyPerToken: boolean;
  readonly keepsGoodElements: boolean;
  readonly broadScopes: boolean;
  readonly pause: (() => Promise<void>) | undefined;
}

/** Kept from the first call with the key. Source: Xero, idempotent requests, as quoted 2026-10-01. */
const IDEMPOTENCY_MS = 360_000;

const TWO_ORGANISATIONS: readonly XeroOrganisation[] = [
  { tenantId: '0acc0001-0000-4000-8000-000000000001', name: 'Acme LLC' },
  { tenantId: '0acc0002-0000-4000-8000-000000000002', name: 'Acme Trading LLC' },
];

/** Fills in the defaults. */
export function settle(options: XeroOptions): Settings {
  return {
    organisations: (options.organisations ?? TWO_ORGANISATIONS).map((given) => ({
      tenantId: given.tenantId,
      name: given.name,
      baseCurrency: given.baseCurrency ?? 'USD',
      salesTaxRate: given.salesTaxRate ?? '8.25',
    })),
    connected: options.connected ?? true,
    accessToken: options.accessToken ?? 'sandbox-xero-access-token',
    clientId: options.clientId ?? 'sandbox-xero-client',
    clientSecret: options.clientSecret ?? 'sandbox-xero-client-secret',
    redirectUris: options.redirectUris,
    limits: options.limits === null ? NO_LIMITS : { ...DOCUMENTED_LIMITS, ...options.limits },
    adviser: options.adviser ?? false,
    idempotencyMs: options.idempotencyMs ?? IDEMPOTENCY_MS,
    idempotencyPerToken: options.idempotencyPerToken ?? false,
    keepsGoodElements: options.keepsGoodElements ?? false,
    broadScopes: options.broadScopes ?? false,
    pause: options.pause,
  };
}
