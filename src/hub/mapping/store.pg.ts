import type { PairId, TenantId } from '../../kernel/ids.ts';
import { at, type Database, rows, sql, type Tx } from '../../platform/store/index.ts';
import type { MappedRole, MappingStore } from './store.ts';

export function pgMappingStore(database: Database): MappingStore {
  return {
    roles: (pair) => database.tenant(pair.tenantId, (tx) => mappedRoles(tx, pair.id)),
    saveRole: (pair, mapped, now) => database.tenant(pair.tenantId, (tx) => saveRole(tx, pair, mapped, now)),
  };
}

export async function mappedRoles(tx: Tx, pairId: PairId): Promise<readonly MappedRole[]> {
  return rows(
    tx,
    sql<MappedRole>`select role, ledger_id as "ledgerId", name from account_roles where pair_id = ${pairId} order by role`,
  );
}

async function saveRole(
  tx: Tx,
  pair: { tenantId: TenantId; id: PairId },
  mapped: MappedRole,
  now: number,
): Promise<void> {
  await sql`
    insert into account_roles (tenant_id, pair_id, role, ledger_id, name, updated_at) values (${pair.tenantId}, ${pair.id}, ${mapped.role}, ${mapped.ledgerId}, ${mapped.name}, ${at(now)})
    on conflict (pair_id, role) do update set ledger_id = excluded.ledger_id, name = excluded.name, updated_at = excluded.updated_at`.execute(
    tx,
  );
}

/** The price of one bitcoin at a moment, with where it was taken from. */
export interface MarketRate {
  readonly currency: string;
  readonly at: number;
  /** Decimal text. */
  readonly rate: string;
  readonly source: string;
}

export async function saveMarketRate(tx: Tx, tenantId: TenantId, rate: MarketRate): Promise<void> {
  await sql`
    insert into market_rates (tenant_id, currency, at, rate, source) values (${tenantId}, ${rate.currency}, ${at(rate.at)}, ${rate.rate}, ${rate.source})
    on conflict (tenant_id, currency, at) do update set rate = excluded.rate, source = excluded.source`.execute(tx);
}
