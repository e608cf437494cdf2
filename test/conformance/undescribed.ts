import type { DescribedProvider } from './providers.ts';
import { createRouter, type Route, type Router } from './routes.ts';

/**
 * Operations that the product or the sandbox uses and that no official description covers. They are let through
 * unjudged and listed by name; any other path without a description is an error. Hosts are left out: the caller has
 * taken the base off, and none of these paths occurs on two hosts of a provider.
 */
const UNDESCRIBED: Readonly<Record<DescribedProvider, readonly string[]>> = {
  stripe: [
    // Connect and Apps authorisation: connect.stripe.com, marketplace.stripe.com, api.stripe.com.
    'GET /oauth/authorize',
    'GET /oauth/v2/authorize',
    'POST /oauth/token',
    'POST /oauth/deauthorize',
    'POST /v1/oauth/token',
    // Thin events belong to the second API generation, whose file is another one.
    'GET /v2/core/events',
    'GET /v2/core/events/{id}',
    // The older way to a charge's refunds; the list of all refunds has a filter for it.
    'GET /v1/charges/{id}/refunds',
  ],
  btcpay: [],
  square: [
    // The consent page is for people.
    'GET /oauth2/authorize',
    'POST /oauth2/authorize',
  ],
  quickbooks: [
    // Intuit's identity hosts.
    'GET /connect/oauth2',
    'GET /app/connect/oauth2',
    'POST /oauth2/v1/tokens/bearer',
    'POST /v2/oauth2/tokens/revoke',
    'GET /v1/openid_connect/userinfo',
    'GET /.well-known/openid_configuration',
    'GET /.well-known/openid_sandbox_configuration',
    'GET /op/v1/jwks',
    // Outside Intuit's published schemas, or described with an id only.
    'GET /v3/company/{realmId}/exchangerate',
    'GET /v3/company/{realmId}/preferences',
    'GET /v3/company/{realmId}/reports/{report}',
    'POST /v3/company/{realmId}/taxservice/taxcode',
  ],
  xero: [
    // The login hosts; the identity description begins after them.
    'GET /identity/connect/authorize',
    'POST /connect/token',
    'POST /connect/revocation',
    // Left out of the reduced file.
    'GET /api.xro/2.0/CreditNotes/{CreditNoteID}/Allocations',
  ],
};

/** Finds the undescribed operation that a method and path belong to. */
export function undescribedRouter(provider: DescribedProvider): Router<string> {
  return createRouter(UNDESCRIBED[provider].map(undescribedRoute));
}

function undescribedRoute(name: string): Route<string> {
  const [method = '', template = ''] = name.split(' ', 2);
  return { method, template, target: name };
}
