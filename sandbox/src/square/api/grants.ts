import { createHash } from 'node:crypto';
import type { SquareContext } from '../context.ts';
import type { AuthorizationCode, Grant } from '../objects/oauth.ts';
import { iso } from '../render.ts';

const DAY_MS = 86_400_000;
/** Lives of tokens and codes. Source: Square, OAuth API overview, read 2026-11-20. */
const CODE_MS = 300_000;
const ACCESS_MS = 30 * DAY_MS;
const SHORT_MS = DAY_MS;
const PKCE_REFRESH_MS = 90 * DAY_MS;

export function issueCode(
  context: SquareContext,
  input: Pick<AuthorizationCode, 'redirectUri' | 'scopes' | 'challenge'>,
): string {
  const code = context.state.newId('codes');
  context.state.oauth.codes.push({ ...input, code, expiresAt: context.nowMs() + CODE_MS, used: false });
  return code;
}

/** The code, used up by this; null when it is not good (any more). */
export function takeCode(
  context: SquareContext,
  input: { readonly code: string; readonly redirectUri: string | undefined; readonly verifier: string | undefined },
): AuthorizationCode | null {
  const held = context.state.oauth.codes.find(({ code }) => code === input.code);
  if (!held || held.used || held.expiresAt <= context.nowMs()) return null;
  if (input.redirectUri !== undefined && input.redirectUri !== held.redirectUri) return null;
  if (held.challenge !== null && held.challenge !== challengeOf(input.verifier ?? '')) return null;
  if (held.challenge === null && input.verifier !== undefined) return null;
  held.used = true;
  return held;
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

export function newGrant(context: SquareContext, scopes: readonly string[], isPkce: boolean): Grant {
  const grant: Grant = { id: context.state.newId('grants'), scopes, isPkce, revoked: false };
  context.state.oauth.grants.push(grant);
  return grant;
}

/** The refresh token of a grant: the same for ever with a secret, another one each time without. */
function refreshTokenOf(context: SquareContext, grant: Grant) {
  const { oauth } = context.state;
  const known = oauth.refresh.find((token) => token.grant === grant.id && !token.used);
  if (known && !grant.isPkce) return known;
  const expiresAt = grant.isPkce ? context.nowMs() + PKCE_REFRESH_MS : null;
  const made = { token: context.state.newId('refreshTokens'), grant: grant.id, expiresAt, used: false };
  oauth.refresh.push(made);
  return made;
}

/** A new access token of a grant, as ObtainToken answers it. Older ones stay good. */
export function issueTokens(
  context: SquareContext,
  grant: Grant,
  options: { readonly isShort: boolean; readonly scopes?: readonly string[] | undefined },
) {
  const expiresAt = context.nowMs() + (options.isShort ? SHORT_MS : ACCESS_MS);
  const token = context.state.newId('accessTokens');
  const scopes = options.scopes ?? grant.scopes;
  context.state.oauth.access.push({ token, grant: grant.id, scopes, expiresAt, revoked: false });
  const refresh = refreshTokenOf(context, grant);
  return {
    access_token: token,
    token_type: 'bearer',
    expires_at: iso(expiresAt),
    merchant_id: context.settings.merchantId,
    refresh_token: refresh.token,
    short_lived: options.isShort,
    ...(refresh.expiresAt === null ? {} : { refresh_token_expires_at: iso(refresh.expiresAt) }),
  };
}

/** The grant behind a refresh token, which a grant without a secret uses up by this; null when it is not good. */
export function takeRefreshToken(context: SquareContext, token: string): Grant | null {
  const { oauth } = context.state;
  const held = oauth.refresh.find((candidate) => candidate.token === token);
  const grant = oauth.grants.find(({ id }) => id === held?.grant);
  if (!held || !grant || held.used || grant.revoked) return null;
  if (held.expiresAt !== null && held.expiresAt <= context.nowMs()) return null;
  held.used = grant.isPkce;
  return grant;
}

/** Ends everything that the seller agreed to. Sends `oauth.authorization.revoked`. */
export function revokeAll(context: SquareContext, revoker: 'APPLICATION' | 'MERCHANT'): void {
  const { oauth } = context.state;
  for (const grant of oauth.grants) grant.revoked = true;
  for (const token of oauth.access) token.revoked = true;
  const at = context.now();
  context.emit('oauth.authorization.revoked', at, {
    type: 'revocation',
    id: context.state.newUuid('revocations'),
    object: { revocation: { revoked_at: iso(at), revoker_type: revoker } },
  });
}
