import type { SquareContext } from '../context.ts';
import { forbidden, invalid, unauthorized } from './errors.ts';

export interface Visitor {
  /** Null is the app owner, who may do everything. */
  readonly scopes: readonly string[] | null;
  readonly token: string;
}

export function bearerOf(headers: Headers): string | null {
  return /^Bearer (\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null;
}

/** Who asks. Throws unless the token is good now; says why it is not. */
export function visitorOf(context: SquareContext, headers: Headers): Visitor {
  const token = bearerOf(headers);
  if (token === context.settings.personalAccessToken) return { scopes: null, token };
  const held = context.state.oauth.access.find((candidate) => candidate.token === token);
  if (token === null || held === undefined) throw unauthorized('UNAUTHORIZED', 'This request could not be authorized.');
  if (held.revoked) throw unauthorized('ACCESS_TOKEN_REVOKED', 'The access token has been revoked.');
  if (held.expiresAt <= context.nowMs()) throw unauthorized('ACCESS_TOKEN_EXPIRED', 'The access token has expired.');
  return { scopes: held.scopes, token };
}

export function checkScope(visitor: Visitor, scope: string | null): void {
  if (scope === null || visitor.scopes === null) return;
  if (scope === 'personal')
    throw forbidden('FORBIDDEN', 'Webhook subscriptions need the personal access token of the application.');
  if (!visitor.scopes.includes(scope))
    throw forbidden(
      'INSUFFICIENT_SCOPES',
      `The merchant has not given your application sufficient permissions: ${scope}.`,
    );
}

/** Absent is the app's default; any well-formed version is answered in the same way. */
export function checkVersion(headers: Headers): void {
  const version = headers.get('square-version');
  if (version !== null && !(/^\d{4}-\d{2}-\d{2}$/.test(version) && !Number.isNaN(Date.parse(version))))
    throw invalid('INVALID_SQUARE_VERSION_FORMAT', 'The Square-Version header must look like YYYY-MM-DD.');
}
