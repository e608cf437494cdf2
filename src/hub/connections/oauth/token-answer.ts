import type { OAuthDialect } from '../../../connectors/sdk/index.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { Secret } from '../../../kernel/secret.ts';
import type { TokenSet } from './grant.ts';

/** Longest life that is believed: ten years in seconds. */
const MAX_LIFE_S = 315_360_000;

/**
 * Reads an answer of the token endpoint that the client library has checked. Lives are counted from `now` (ms UTC), the
 * moment before the call, so that the network's delay never makes a token look younger than it is.
 */
export function tokenSetOf(answer: Readonly<Record<string, unknown>>, dialect: OAuthDialect, now: number): TokenSet {
  const { lives, lifeFields } = dialect;
  const access = textIn(answer, 'access_token');
  if (access === null) {
    throw new CounterfoilError('provider.unreadable', {
      field: 'access_token',
      detail: 'The answer of the token endpoint holds no access token.',
    });
  }
  const refresh = textIn(answer, 'refresh_token');
  const accessLife = lifeIn(answer, 'expires_in') ?? lives.access_ms;
  const idle = lifeIn(answer, lifeFields.refreshIdle) ?? lives.refreshIdle_ms;
  const cap = lifeIn(answer, lifeFields.refreshCap);
  return {
    access: new Secret(access),
    refresh: refresh === null ? null : new Secret(refresh),
    accessExpiresAt: now + accessLife,
    refreshExpiresAt: idle === null ? null : now + idle,
    consentEndsAt: cap === null ? null : now + cap,
  };
}

function textIn(answer: Readonly<Record<string, unknown>>, field: string): string | null {
  const value = answer[field];
  return typeof value === 'string' && value !== '' ? value : null;
}

function lifeIn(answer: Readonly<Record<string, unknown>>, field: string | null): number | null {
  const value = field === null ? null : answer[field];
  return typeof value === 'number' && value > 0 && value <= MAX_LIFE_S ? Math.floor(value) * 1_000 : null;
}
