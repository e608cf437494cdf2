import type { ConnectionId, DeliveryId, TenantId } from '../../kernel/ids.ts';
import { stateAfter } from '../../kernel/state-table.ts';
import { PRIORITY, wake } from '../../platform/engine/index.ts';
import { at, change, firstRow, isApplied, nextState, rows, sql, type Tx } from '../../platform/store/index.ts';
import { DELIVERY_TABLE, type DeliveryState, EVENT_TABLE } from '../inbox/index.ts';

/** Which deliveries are meant; null leaves a condition out. */
export interface ReplayFilter {
  readonly provider: string | null;
  readonly state: DeliveryState | null;
  /** Received at or after, ms UTC. */
  readonly since: number | null;
  /** Received before, ms UTC. */
  readonly until: number | null;
  /** Of deliveries or of events: an event alone is replayed without its neighbours. */
  readonly ids: readonly string[] | null;
}

export interface ReplaySelection {
  readonly deliveryIds: readonly DeliveryId[];
  /** Of these, to be opened again: they are dead, were ignored, or wait. */
  readonly toOpen: readonly DeliveryId[];
  readonly eventIds: readonly string[];
}

interface DeliveryRow {
  readonly id: DeliveryId;
  readonly state: DeliveryState;
}

/**
 * Deliveries of the tenant and of endpoints of the whole app, at most `limit` + 1 of them, and the tenant's events in
 * them. In a transaction of the inbox role.
 */
export async function selectReplay(
  tx: Tx,
  { tenantId, filter, limit }: { readonly tenantId: TenantId; readonly filter: ReplayFilter; readonly limit: number },
): Promise<ReplaySelection> {
  const { provider, state, since, until, ids } = filter;
  const conditions = [
    sql`(tenant_id = ${tenantId} or tenant_id is null)`,
    ...(provider === null ? [] : [sql`provider = ${provider}`]),
    ...(state === null ? [] : [sql`state = ${state}`]),
    ...(since === null ? [] : [sql`received_at >= ${at(since)}`]),
    ...(until === null ? [] : [sql`received_at < ${at(until)}`]),
    ...(ids === null ? [] : [sql`id = any(${[...ids]}::text[])`]),
  ];
  const deliveries = await rows(
    tx,
    sql<DeliveryRow>`
    select id, state from deliveries where ${sql.join(conditions, sql` and `)} order by received_at, id limit ${limit + 1}`,
  );
  const deliveryIds = deliveries.map(({ id }) => id);
  const events = await rows(
    tx,
    sql<{ id: string }>`
    select id from events where tenant_id = ${tenantId} and ${isApplied(EVENT_TABLE, 'replay')}
      and (delivery_id = any(${deliveryIds}::text[]) or id = any(${[...(ids ?? [])]}::text[])) order by id`,
  );
  return {
    deliveryIds,
    toOpen: deliveries.filter((one) => stateAfter(DELIVERY_TABLE, one.state, 'replay') !== null).map(({ id }) => id),
    eventIds: events.map(({ id }) => id),
  };
}

/** Objects that the events speak of, and the entries that are there for them. */
export interface TouchedCounts {
  /** To be read again at the source. */
  readonly objects: number;
  readonly entriesPosted: number;
  /** Planned, refused, held or under way. */
  readonly entriesOpen: number;
}

/** In a transaction of the tenant. */
export async function countTouched(tx: Tx, eventIds: readonly string[]): Promise<TouchedCounts> {
  const row = await firstRow(
    tx,
    sql<TouchedCounts>`
    with touched as (
      select distinct e.connection_id, t ->> 'stream' as stream, t ->> 'externalId' as external_id
      from events e, jsonb_array_elements(e.touches) t where e.id = any(${[...eventIds]}::text[])),
    meant as (
      select f.id from touched t join facts f on f.connection_id = t.connection_id and f.stream = t.stream and f.external_id = t.external_id
      union
      -- Facts that another stream brought name the object: stream "payouts", reference "payout:po_1".
      select f.id from touched t join facts f on f.connection_id = t.connection_id and f.refs @> array[rtrim(t.stream, 's') || ':' || t.external_id])
    select (select count(*)::int from touched) as objects,
      (count(*) filter (where p.state = 'posted'))::int as "entriesPosted",
      (count(*) filter (where p.state in ('planned', 'sending', 'uncertain', 'dead')))::int as "entriesOpen"
    from postings p where p.fact_id in (select id from meant)`,
  );
  return row!;
}

/** Deliveries go back to be opened again. In a transaction of the inbox role. */
export function reopenDeliveries(tx: Tx, tenantId: TenantId, ids: readonly DeliveryId[]): Promise<number> {
  return change(
    tx,
    sql`
    update deliveries set state = ${nextState(DELIVERY_TABLE, 'replay')}, reason = null, settled_at = null
    where id = any(${[...ids]}::text[]) and (tenant_id = ${tenantId} or tenant_id is null) and ${isApplied(DELIVERY_TABLE, 'replay')}`,
  );
}

/** Events go back to be taken again, so that their objects are read anew, and their connections are woken. */
export async function reopenEvents(tx: Tx, tenantId: TenantId, ids: readonly string[], now: number): Promise<number> {
  const reopened = await rows(
    tx,
    sql<{ connection_id: ConnectionId }>`
    update events set state = ${nextState(EVENT_TABLE, 'replay')}, reason = null, settled_at = null
    where id = any(${[...ids]}::text[]) and tenant_id = ${tenantId} and ${isApplied(EVENT_TABLE, 'replay')} returning connection_id`,
  );
  const concerned = [...new Set(reopened.map((row) => row.connection_id))].sort();
  for (const id of concerned) await wake(tx, id, now, PRIORITY.live);
  return reopened.length;
}
