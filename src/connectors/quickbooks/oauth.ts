import { type OAuthDialect, standardRefusal } from '../sdk/index.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * OAuth of Intuit. Sources, read 2026-11-20: oauth-jsclient 4.2.5 (addresses, revocation as JSON), "Set up OAuth 2.0"
 * (realmId only in the callback, rotation about every 24 hours), "Important changes to refresh token policy" (100 days
 * idle, five years at most). No source mentions PKCE, so it is not sent.
 */
export const oauth: OAuthDialect = {
  issuer: 'https://oauth.platform.intuit.com/op/v1',
  authorizeUrl: 'https://appcenter.intuit.com/connect/oauth2',
  tokenUrl: 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer',
  revoke: { url: 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke', body: 'json' },
  scopes: { 'com.intuit.quickbooks.accounting': 'read and write accounting objects; there is no narrower scope' },
  usesPkce: false,
  tokenHeaders: { 'x-include-refresh-token-hard-expires-in': 'true' },
  account: { from: 'callback', parameter: 'realmId', pattern: /^[0-9]{1,32}$/ },
  lives: {
    access_ms: HOUR_MS,
    ahead_ms: 5 * 60_000,
    refreshIdle_ms: 100 * DAY_MS,
    refreshCap_ms: 5 * 365 * DAY_MS,
    keepAlive_ms: 7 * DAY_MS,
  },
  lifeFields: { refreshIdle: 'x_refresh_token_expires_in', refreshCap: 'x_refresh_token_hard_expires_in' },
  refusal: standardRefusal,
};
