import { constantTimeEqual, sha256 } from '../../kernel/digest.ts';
import type { TenantId } from '../../kernel/ids.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { AccessDoors } from './access-doors.ts';
import { API_KEY } from './api-keys.ts';
import { KEY_SEEN_STEP_MS, SEEN_STEP_MS } from './limits.ts';
import type { ApiKeyPrincipal, UserPrincipal } from './principal.ts';
import { hashOfToken } from './token.ts';

/** Our session tokens; anything else is not looked up. */
const SESSION_TOKEN = /^[0-9a-z]{52}$/;

/** Who a session's token belongs to, in the tenant that is asked for. Null says nothing about why. */
export async function authenticateSession(
  { stores, clock }: AccessDoors,
  token: string,
  wanted: TenantId | null,
): Promise<UserPrincipal | null> {
  if (!SESSION_TOKEN.test(token)) return null;
  const now = clock.now();
  const found = await stores.sessions.owner(hashOfToken(token), wanted, now);
  if (found === null) return null;
  const { sessionId, person, tenantId, role, seenAt } = found;
  if (now - seenAt >= SEEN_STEP_MS) await stores.sessions.seen(sessionId, now);
  return { kind: 'user', person, sessionId, tenantId, role };
}

export async function authenticateApiKey(
  { stores, clock }: AccessDoors,
  secret: string,
  wanted: TenantId | null,
): Promise<ApiKeyPrincipal | null> {
  if (!API_KEY.test(secret)) return null;
  const now = clock.now();
  const key = await stores.apiKeys.find(hashOfToken(secret), now);
  if (key === null) return null;
  if (now - (key.lastUsedAt ?? 0) >= KEY_SEEN_STEP_MS) await stores.apiKeys.seen(key.id, now);
  const { id, scopes } = key;
  return { kind: 'api_key', id, scopes, tenantId: wanted === null || wanted === key.tenantId ? key.tenantId : null };
}

export function looksLikeApiKey(given: string): boolean {
  return API_KEY.test(given);
}

/** Hashes are compared, so that not even the length of the token shows. */
export function isLocalToken(token: Secret, given: string): boolean {
  return constantTimeEqual(sha256(given), sha256(token.reveal()));
}
