import { CLI_ACTOR } from '../../../src/hub/audit/index.ts';
import type { Connection, OAuthSettings } from '../../../src/hub/connections/index.ts';
import type { AuthorisationStore } from '../../../src/hub/connections/oauth/authorisation-store.ts';
import type { TokenSet } from '../../../src/hub/connections/oauth/grant.ts';
import type { GrantStore } from '../../../src/hub/connections/oauth/grant-store.ts';
import type { Registry } from '../../../src/hub/doors.ts';
import { Secret } from '../../../src/kernel/secret.ts';
import type { Tenant } from './tenant.ts';

const DAY_MS = 86_400_000;
/** Shorter than at the provider, so that two days hold connections that nobody uses. */
const KEEP_ALIVE_MS = 3_600_000;

/** The one app of the installation. */
export function appOf({ sandbox }: Tenant): { clientId: string; settings: OAuthSettings } {
  const { clientId, clientSecret } = sandbox.quickbooks.app;
  const keys = { clientId, clientSecret: new Secret(clientSecret) };
  return { clientId, settings: { apps: { quickbooks: { sandbox: keys } }, redirectUris: [], returnOrigins: [] } };
}

/** Browsers and their consent pages are tested elsewhere: here there is nothing to sweep. */
export const NO_AUTHORISATIONS = { sweep: async () => 0 } as unknown as AuthorisationStore;

/** The registry with tokens that are kept alive after hours instead of days. */
export function withQuickKeepAlive(registry: Registry): Registry {
  const ledger: Registry['ledger'] = (provider) => {
    const connector = registry.ledger(provider);
    if (connector.oauth === undefined) return connector;
    const lives = { ...connector.oauth.lives, keepAlive_ms: KEEP_ALIVE_MS };
    return { ...connector, oauth: { ...connector.oauth, lives } };
  };
  return { providers: registry.providers, source: (provider) => registry.source(provider), ledger };
}

/** What the token endpoint gives after consent. */
export function consented({ sandbox }: Tenant, now: number): TokenSet {
  const issued = sandbox.quickbooks.issueTokens();
  return {
    access: new Secret(issued.accessToken),
    refresh: new Secret(issued.refreshToken),
    accessExpiresAt: now + issued.expiresInSeconds * 1_000,
    refreshExpiresAt: now + issued.refreshExpiresInSeconds * 1_000,
    consentEndsAt: now + 5 * 365 * DAY_MS,
  };
}

/** As a person at the command line authorises it, with the installation's app. */
export function byPerson(tenant: Tenant) {
  return { clientId: appOf(tenant).clientId, actor: CLI_ACTOR };
}

/** A person authorises the provider, and what came of it is kept. */
export function authorise(grants: GrantStore, tenant: Tenant, draft: Connection, now: number): Promise<Connection> {
  return grants.keep(draft, consented(tenant, now), byPerson(tenant), now);
}
