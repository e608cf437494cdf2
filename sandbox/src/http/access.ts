import type { Sandbox } from './sandbox.ts';

/** What a client needs to connect to everything. */
export interface AccessDetails {
  readonly stripe: { readonly baseUrl: string; readonly apiKey: string; readonly accountId: string };
  readonly btcpay: { readonly baseUrl: string; readonly apiKey: string; readonly storeIds: readonly string[] };
  readonly quickbooks: {
    readonly baseUrl: string;
    readonly realmId: string;
    readonly accessToken: string;
    readonly refreshToken: string;
    readonly expiresInSeconds: number;
  };
  readonly xero: {
    readonly baseUrl: string;
    readonly tenantIds: readonly string[];
    readonly accessToken: string;
    readonly refreshToken: string;
    readonly expiresInSeconds: number;
  };
  readonly square: {
    readonly baseUrl: string;
    readonly accessToken: string;
    readonly merchantId: string;
    readonly locationIds: readonly string[];
    readonly clientId: string;
    readonly clientSecret: string;
  };
}

/** Each call makes a new QuickBooks connection and a new Xero consent, as their pages would. */
export function accessDetails(sandbox: Sandbox): AccessDetails {
  const { stripe, btcpay, quickbooks, square, xero } = sandbox;
  const baseUrl = sandbox.baseUrl();
  const { accessToken, refreshToken, expiresInSeconds } = quickbooks.issueTokens();
  const consent = xero.issueTokens();
  return {
    stripe: { baseUrl: `${baseUrl}/stripe`, apiKey: stripe.settings.apiKey, accountId: stripe.settings.accountId },
    btcpay: {
      baseUrl: `${baseUrl}/btcpay`,
      apiKey: btcpay.settings.apiKey,
      storeIds: btcpay.settings.stores.map((store) => store.id),
    },
    quickbooks: {
      baseUrl: `${baseUrl}/quickbooks`,
      realmId: quickbooks.realmId,
      accessToken,
      refreshToken,
      expiresInSeconds,
    },
    xero: {
      baseUrl: `${baseUrl}/xero`,
      tenantIds: xero.tenantIds,
      accessToken: consent.accessToken,
      refreshToken: consent.refreshToken ?? '',
      expiresInSeconds: consent.expiresInSeconds,
    },
    square: {
      baseUrl: `${baseUrl}/square`,
      accessToken: square.settings.personalAccessToken,
      merchantId: square.settings.merchantId,
      locationIds: square.settings.locations.map((location) => location.id),
      clientId: square.settings.applicationId,
      clientSecret: square.settings.applicationSecret,
    },
  };
}
