import type { ConnectionId, DeliveryId, TenantId } from '../../kernel/ids.ts';
import { parseJson } from '../../kernel/json.ts';
import { type Database, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import { type Page, type PageRequest, rowsToRead, sortOf, toPage, when, whereAll } from '../audit/index.ts';

/** States of a delivery, and of an event inside it. */
export const DELIVERY_STATES = ['received', 'processing', 'done', 'waiting', 'ignored', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One arrival at a webhook of the tenant. */
export interface ListedDelivery {
  readonly id: DeliveryId;
  readonly endpointId: string;
  readonly provider: string;
  readonly state: DeliveryState;
  readonly reason: string | null;
  /** Length of the body. */
  readonly bytes: number;
  /** How often the same arrived again. */
  readonly duplicates: number;
  readonly receivedAt: number;
  readonly settledAt: number | null;
}

/** One notification inside a delivery. */
export interface ListedEvent {
  readonly id: string;
  readonly connectionId: ConnectionId;
  readonly type: string;
  readonly state: DeliveryState;
  readonly reason: string | null;
  /** By the provider's own clock, where it says. */
  readonly occurredAt: number | null;
  readonly receivedAt: number;
  readonly settledAt: number | null;
}

export interface DeliveryDetail extends ListedDelivery {
  readonly events: readonly ListedEvent[];
  /** As it arrived, when asked for: it may hold personal data. */
  readonly raw: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array } | null;
}

export interface DeliveryPosition {
  readonly id: string;
}

export interface DeliveryQuery extends PageRequest<DeliveryPosition> {
  readonly state: DeliveryState | null;
  readonly provider: string | null;
}

/** Reading the inbox of one tenant. Deliveries of an endpoint of the whole app belong to no tenant and are not here. */
export interface DeliveryList {
  /** In the order of arrival. */
  list(tenantId: TenantId, query: DeliveryQuery): Promise<Page<ListedDelivery, DeliveryPosition>>;
  find(tenantId: TenantId, id: string, options: { readonly withBody: boolean }): Promise<DeliveryDetail | null>;
}

export function pgDeliveryList(database: Database): DeliveryList {
  return {
    list: (tenantId, query) => database.tenant(tenantId, (tx) => list(tx, query)),
    find: (tenantId, id, { withBody }) => database.tenant(tenantId, (tx) => find(tx, id, withBody)),
  };
}

const COLUMNS = sql`id, endpoint_id as "endpointId", provider, state, reason, octet_length(body) as bytes, duplicates, received_at as "receivedAt", settled_at as "settledAt"`;

async function list(tx: Tx, query: DeliveryQuery): Promise<Page<ListedDelivery, DeliveryPosition>> {
  const { direction, beyond } = sortOf(query.order);
  const found = await rows(
    tx,
    sql<ListedDelivery>`
    select ${COLUMNS} from deliveries
    ${whereAll(
      when(query.after, ({ id }) => sql`id ${beyond} ${id}`),
      when(query.state, (state) => sql`state = ${state}`),
      when(query.provider, (provider) => sql`provider = ${provider}`),
    )}
    order by id ${direction} limit ${rowsToRead(query)}`,
  );
  return toPage(found, query, ({ id }) => ({ id }));
}

async function find(tx: Tx, id: string, withBody: boolean): Promise<DeliveryDetail | null> {
  const delivery = await firstRow(tx, sql<ListedDelivery>`select ${COLUMNS} from deliveries where id = ${id}`);
  if (delivery === null) return null;
  return { ...delivery, events: await eventsIn(tx, id), raw: withBody ? await rawOf(tx, id) : null };
}

function eventsIn(tx: Tx, deliveryId: string): Promise<ListedEvent[]> {
  return rows(
    tx,
    sql<ListedEvent>`
    select id, connection_id as "connectionId", type, state, reason, occurred_at as "occurredAt", received_at as "receivedAt", settled_at as "settledAt"
    from events where delivery_id = ${deliveryId} order by id`,
  );
}

async function rawOf(tx: Tx, id: string): Promise<DeliveryDetail['raw']> {
  const row = await firstRow(
    tx,
    sql<{ headers: string; body: Uint8Array }>`select headers, body from deliveries where id = ${id}`,
  );
  return row && { headers: parseJson(row.headers) as Record<string, string>, body: row.body };
}
