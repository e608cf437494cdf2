import { base32 } from '../../kernel/base32.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { ApiKeyId, TenantId } from '../../kernel/ids.ts';
import { Secret } from '../../kernel/secret.ts';
import type { AccessDoors } from './access-doors.ts';
import { auditedBy } from './audited-by.ts';
import { MAX_API_KEY_LIFE_MS } from './limits.ts';
import { actorOf, type Principal, principalMay } from './principal.ts';
import { type Permission, SCOPES } from './roles.ts';
import type { ApiKey } from './store.ts';
import { hashOfToken } from './token.ts';

/** `cf_live_<8 characters to find it by>_<52 characters of secret>`. */
export const API_KEY = /^cf_live_[0-9a-z]{8}_[0-9a-z]{52}$/;

export interface ApiKeyRequest {
  readonly tenantId: TenantId;
  readonly name: string;
  readonly scopes: readonly Permission[];
  readonly life_ms: number;
}

/** A key with its secret, which is shown this once. Nobody gives a key more than they have. */
export async function createApiKey(
  { stores, clock, random, makeId }: AccessDoors,
  principal: Principal,
  { tenantId, name, scopes, life_ms }: ApiKeyRequest,
): Promise<{ readonly key: ApiKey; readonly secret: Secret }> {
  assertScopes(principal, scopes);
  if (life_ms <= 0 || life_ms > MAX_API_KEY_LIFE_MS)
    throw new CounterfoilError('request.invalid', { field: 'days', detail: 'days: a key lives from 1 to 366 days.' });
  const prefix = `cf_live_${base32(random.bytes(5))}`;
  const secret = new Secret(`${prefix}_${base32(random.bytes(32))}`);
  const createdAt = clock.now();
  const key: ApiKey = {
    id: makeId('key'),
    tenantId,
    name,
    prefix,
    scopes: SCOPES.filter((one) => scopes.includes(one)),
    createdBy: actorOf(principal).id,
    createdAt,
    expiresAt: createdAt + life_ms,
    lastUsedAt: null,
    revokedAt: null,
  };
  const audited = auditedBy(principal, tenantId, 'api_key.created', key.id, {
    name: [null, name],
    scopes: [null, key.scopes],
  });
  await stores.apiKeys.add(key, hashOfToken(secret.reveal()), audited);
  return { key, secret };
}

function assertScopes(principal: Principal, scopes: readonly Permission[]): void {
  const refused = scopes.filter((one) => !SCOPES.includes(one));
  if (scopes.length === 0 || refused.length > 0) {
    const detail = `scopes: ${scopes.length === 0 ? 'none is named' : `${refused.join(', ')} cannot be given to a key`}. There are ${SCOPES.join(', ')}.`;
    throw new CounterfoilError('request.invalid', { field: 'scopes', detail });
  }
  const beyond = scopes.filter((one) => !principalMay(principal, one));
  if (beyond.length > 0)
    throw new CounterfoilError('access.forbidden', {
      field: 'scopes',
      detail: `You may not give ${beyond.join(', ')} yourself.`,
    });
}

export async function revokeApiKey(
  { stores, clock }: AccessDoors,
  principal: Principal,
  { tenantId, id }: { readonly tenantId: TenantId; readonly id: ApiKeyId },
): Promise<void> {
  const audited = auditedBy(principal, tenantId, 'api_key.revoked', id, { revoked: [false, true] });
  if (!(await stores.apiKeys.revoke(tenantId, id, audited, clock.now())))
    throw new CounterfoilError('request.not_found');
}
