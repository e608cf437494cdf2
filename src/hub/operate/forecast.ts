import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import { listConnections } from '../connections/index.ts';
import type { HubDoors } from '../mapping/index.ts';
import { streamProgress } from '../sync/index.ts';
import { readWaiting, type WaitingCounts } from './forecast.pg.ts';

/** What a sync would do with one connection, told from our own tables alone. */
export interface Forecast extends WaitingCounts {
  readonly connectionId: ConnectionId;
  readonly displayName: string;
  readonly provider: string;
  readonly role: 'source' | 'ledger';
  readonly state: string;
  readonly streams: readonly StreamForecast[];
}

export interface StreamForecast {
  readonly stream: string;
  /** `first` reads from the connection's first day, `resume` goes on inside a pass, `news` reads what came since. */
  readonly pass: 'first' | 'resume' | 'news';
  /** When the last complete pass ended, ms; null before the first. */
  readonly since: number | null;
}

/**
 * What a sync would read and post, as far as it costs nothing to know: no provider is asked, so what is new there is
 * not in it.
 */
export async function forecastSync(
  doors: HubDoors,
  tenantId: TenantId,
  connectionId: ConnectionId | null,
): Promise<readonly Forecast[]> {
  const { database, registry } = doors;
  const all = await database.tenant(tenantId, listConnections);
  const meant = all.filter((one) => (connectionId === null ? one.state !== 'disconnected' : one.id === connectionId));
  const forecasts: Forecast[] = [];
  for (const { id, displayName, provider, role, state } of meant) {
    const known = new Map((await streamProgress(database, tenantId, id)).map((one) => [one.stream, one]));
    const names = role === 'source' ? registry.source(provider).streams.map((stream) => stream.name) : [];
    const streams = names.map((stream): StreamForecast => {
      const one = known.get(stream);
      const pass = one?.reading ? 'resume' : one?.completedAt == null ? 'first' : 'news';
      return { stream, pass, since: one?.completedAt ?? null };
    });
    const waiting = await database.tenant(tenantId, (tx) => readWaiting(tx, id));
    forecasts.push({ connectionId: id, displayName, provider, role, state, streams, ...waiting });
  }
  return forecasts;
}
