import { isoInstant } from '../../kernel/clock.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { wake } from '../../platform/engine/index.ts';
import { CLI_ACTOR, recordChange } from '../audit/index.ts';
import { listConnections } from '../connections/index.ts';
import { type HubDoors, type MarketRate, saveMarketRate } from '../mapping/index.ts';

/** Stores what one bitcoin cost at a moment; payments that waited for it are planned with the next turn. */
export async function recordRate(
  { database, clock, makeId }: HubDoors,
  tenantId: TenantId,
  rate: MarketRate,
): Promise<void> {
  await database.tenant(tenantId, async (tx) => {
    await saveMarketRate(tx, tenantId, rate);
    for (const { id, provider } of await listConnections(tx))
      if (provider === 'btcpay') await wake(tx, id, clock.now());
    const diff = { rate: [null, rate.rate], source: [null, rate.source] } as const;
    const subject = `${rate.currency} ${isoInstant(rate.at)}`;
    await recordChange(tx, { tenantId, actor: CLI_ACTOR, action: 'rate.recorded', subject, diff }, makeId, clock.now());
  });
}
