import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import { Secret } from '../../kernel/secret.ts';
import type { Call, Limit } from './call.ts';

export const TENANT: TenantId = 'ten_acme';
export const CONNECTION: ConnectionId = 'con_acme';

/** A call to an imaginary provider, for tests. */
export function aCall({
  request,
  ...changes
}: Partial<Omit<Call, 'request'>> & { request?: Partial<Call['request']> } = {}): Call {
  return {
    tenantId: TENANT,
    connectionId: CONNECTION,
    provider: 'acmepay',
    baseUrl: 'https://api.acmepay.example',
    privateHostAllowed: false,
    allowedHosts: ['api.acmepay.example'],
    auth: { header: 'Authorization', value: new Secret('Bearer token-of-acme') },
    headers: { 'Acme-Version': '2026-11-01' },
    limits: [],
    timeout_ms: 30_000,
    requestIdHeader: 'Request-Id',
    lane: 'live',
    ...changes,
    request: { method: 'GET', path: '/v1/charges', operation: 'GET /v1/charges', ...request },
  };
}

/** A limit of that provider: 60 calls a minute per connection. */
export function aLimit(changes: Partial<Limit> = {}): Limit {
  return { name: 'minute', scope: 'connection', calls: 60, per_ms: 60_000, appliesTo: 'all', ...changes };
}
