import type { TenantId } from '../../kernel/ids.ts';
import { wake } from '../../platform/engine/index.ts';
import { listConnections } from '../connections/index.ts';
import { type HubDoors, type MarketRate, saveMarketRate } from '../mapping/index.ts';

/** Stores what one bitcoin cost at a moment; payments that waited for it are planned with the next turn. */
export async function recordRate({ database, clock }: HubDoors, tenantId: TenantId, rate: MarketRate): Promise<void> {
  await database.tenant(tenantId, async (tx) => {
    await saveMarketRate(tx, tenantId, rate);
    for (const { id, provider } of await listConnections(tx))
      if (provider === 'btcpay') await wake(tx, id, clock.now());
  });
}
