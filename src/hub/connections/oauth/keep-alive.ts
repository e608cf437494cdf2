import { utcDate } from '../../../kernel/dates.ts';
import { isCounterfoilError } from '../../../kernel/errors.ts';
import type { TenantId } from '../../../kernel/ids.ts';
import { AUTHORISATION_KEPT_MS } from './authorisation.ts';
import type { OAuthDoors } from './doors.ts';
import { oauthProvider } from './provider.ts';
import { refreshed } from './refresh.ts';

/** Connections of one tenant that one look renews; the next look takes the others. */
const MAX_RENEWED = 200;
/** The owner learns this long before that consent ends. */
const WARN_BEFORE_MS = 30 * 86_400_000;

/**
 * Renews tokens that nobody used for long, so that a paused connection does not end by itself; tells owners whose
 * consent ends soon; and sweeps authorisations that are over. One connection's trouble is its own.
 */
export async function keepAlive(doors: OAuthDoors, tenantId: TenantId, owner: string): Promise<void> {
  const { work, grants, authorisations } = doors;
  const now = work.clock.now();
  await authorisations.sweep(tenantId, now - AUTHORISATION_KEPT_MS);
  for (const connection of await grants.unused(tenantId, now - shortestKeepAlive(doors), MAX_RENEWED)) {
    const { keepAlive_ms } = oauthProvider(work.registry, connection.provider).dialect.lives;
    const isGood = (grant: { refreshedAt: number }) => grant.refreshedAt >= now - keepAlive_ms;
    try {
      await refreshed(doors, connection, { owner, isGood });
    } catch (error) {
      if (!isCounterfoilError(error)) throw error;
      work.log.warn('unused tokens could not be renewed', { connectionId: connection.id, code: error.code });
    }
  }
  for (const { connection, endsAt } of await grants.endingBefore(tenantId, now + WARN_BEFORE_MS)) {
    const detail = `The authorisation of ${connection.displayName} ends on ${utcDate(endsAt)}: reconnect before.`;
    const item = { tenantId, connectionId: connection.id, code: 'oauth.consent_ends' as const, subject: connection.id };
    await grants.alert({ ...item, detail }, now);
  }
}

function shortestKeepAlive({ work: { registry } }: OAuthDoors): number {
  const lives = registry.providers.flatMap(({ provider, role }) => {
    const { oauth } = role === 'ledger' ? registry.ledger(provider) : registry.source(provider);
    return oauth === undefined ? [] : [oauth.lives.keepAlive_ms];
  });
  return Math.min(...lives);
}
