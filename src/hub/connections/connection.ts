import type { ConnectionId, TenantId } from '../../kernel/ids.ts';

export type ConnectionState = 'pending' | 'active' | 'degraded' | 'needs_reconnect' | 'paused' | 'disconnected';

/** A tenant's authorised link to one account at one provider. */
export interface Connection {
  readonly id: ConnectionId;
  readonly tenantId: TenantId;
  readonly provider: string;
  readonly role: 'source' | 'ledger';
  /** The provider's own account, store or company id. */
  readonly accountId: string;
  readonly displayName: string;
  readonly environment: 'production' | 'sandbox';
  /** Where a self-hosted server answers; null for providers with one address. */
  readonly baseUrl: string | null;
  readonly timeZone: string;
  readonly state: ConnectionState;
  readonly stateReason: string | null;
  /** Nothing before this instant (ms UTC) is read. */
  readonly since: number;
}

/** States in which the connection's work goes on. */
export function isWorking(state: ConnectionState): boolean {
  return state === 'active' || state === 'degraded';
}
