import type { SourceEvent } from '../../connectors/sdk/index.ts';
import { isCounterfoilError, messageOf } from '../../kernel/errors.ts';
import type { ConnectionId, DeliveryId, MakeId, TenantId } from '../../kernel/ids.ts';
import { parseJson, writeJson } from '../../kernel/json.ts';
import { stateAfter } from '../../kernel/state-table.ts';
import { PRIORITY, wake } from '../../platform/engine/index.ts';
import { at, atOrNull, type Database, firstRow, inPart, rows, sql, type Tx } from '../../platform/store/index.ts';
import { recordSecurityEvent } from '../audit/index.ts';
import { settleDelivery } from './settle.pg.ts';
import { EVENT_TABLE } from './states.ts';
import type { Endpoint, FanOutCount, InboxStore, NewDelivery, Opened, SealedSecret, StoredDelivery } from './store.ts';

export function pgInboxStore(database: Database, makeId: MakeId): InboxStore {
  return {
    endpointByToken: (hash) => database.inbox((tx) => endpointByToken(tx, hash)),
    save: (deliveries) => database.inbox((tx) => save(tx, deliveries)),
    recordSecurityEvent: (event, now) => database.inbox((tx) => recordSecurityEvent(tx, event, makeId, now)),
    fanOut: async (limit, now, open) => {
      const work = { limit, now, open, makeId };
      try {
        return await database.inbox((tx) => fanOut(tx, { ...work, isApart: false }));
      } catch (error) {
        if (isCounterfoilError(error)) throw error;
        // One of them cannot be written. Each by itself, so that it becomes a dead letter and holds up nobody.
        return database.inbox((tx) => fanOut(tx, { ...work, isApart: true }));
      }
    },
  };
}

interface EndpointRow {
  readonly id: string;
  readonly provider: string;
  readonly url: string;
  readonly tenant_id: TenantId | null;
  readonly connection_id: ConnectionId | null;
}

async function endpointByToken(tx: Tx, hash: Uint8Array): Promise<Endpoint | null> {
  const row = await firstRow(
    tx,
    sql<EndpointRow>`
    select id, provider, url, tenant_id, connection_id from webhook_endpoints where token_hash = ${hash}`,
  );
  if (row === null) return null;
  const secrets = await rows(
    tx,
    sql<SealedSecret>`
    select tenant_id as "tenantId", ciphertext, key_version as "keyVersion" from endpoint_secrets
    where endpoint_id = ${row.id} order by created_at desc, secret_id`,
  );
  return {
    id: row.id,
    provider: row.provider,
    url: row.url,
    tenantId: row.tenant_id,
    connectionId: row.connection_id,
    secrets,
  };
}

/** One statement for the batch. Repeats inside it are told apart here, because an upsert may touch a row only once. */
async function save(tx: Tx, deliveries: readonly NewDelivery[]): Promise<boolean[]> {
  const first = new Map<string, NewDelivery>();
  for (const one of deliveries) if (!first.has(keyOf(one))) first.set(keyOf(one), one);
  const unique = [...first.values()];
  const stored = await rows(
    tx,
    sql<{ id: string; inserted: boolean }>`
    insert into deliveries (id, tenant_id, endpoint_id, provider, dedupe_key, headers, body, received_at)
    select * from unnest(
      ${unique.map((one) => one.id)}::text[], ${unique.map((one) => one.tenantId)}::text[], ${unique.map((one) => one.endpointId)}::text[],
      ${unique.map((one) => one.provider)}::text[], ${unique.map((one) => one.dedupeKey)}::text[], ${unique.map((one) => writeJson(one.headers))}::jsonb[],
      ${unique.map((one) => one.body)}::bytea[], ${unique.map((one) => at(one.receivedAt))}::timestamptz[])
    on conflict (endpoint_id, dedupe_key) do update set duplicates = deliveries.duplicates + 1
    returning id, (xmax = 0) as inserted`,
  );
  const inserted = new Set(stored.filter((row) => row.inserted).map((row) => row.id));
  return deliveries.map((one) => inserted.has(one.id));
}

function keyOf(delivery: NewDelivery): string {
  return `${delivery.endpointId} ${delivery.dedupeKey}`;
}

interface FanOut {
  /** A delivery that fails does so alone: dearer, because each has a savepoint. */
  readonly isApart: boolean;
  readonly limit: number;
  readonly now: number;
  readonly open: (delivery: StoredDelivery) => Opened;
  readonly makeId: MakeId;
}

interface DeliveryRow {
  readonly id: DeliveryId;
  readonly provider: string;
  readonly tenant_id: TenantId | null;
  readonly connection_id: ConnectionId | null;
  readonly url: string;
  readonly headers: string;
  readonly body: Uint8Array;
}

async function fanOut(tx: Tx, { limit, now, open, makeId, isApart }: FanOut): Promise<FanOutCount> {
  const taken = await rows(
    tx,
    sql<DeliveryRow>`
    select d.id, d.provider, d.tenant_id, e.connection_id, e.url, d.headers, d.body
    from deliveries d join webhook_endpoints e on e.id = d.endpoint_id
    where d.state = 'received' order by d.received_at, d.id limit ${limit} for update of d skip locked`,
  );
  let events = 0;
  const woken = new Map<ConnectionId, true>();
  for (const row of taken) {
    const delivery = {
      id: row.id,
      provider: row.provider,
      tenantId: row.tenant_id,
      connectionId: row.connection_id,
      url: row.url,
      headers: headersOf(row.headers),
      body: row.body,
    };
    const opened = open(delivery);
    const take = async () => {
      if (opened.kind === 'dead') await settleDelivery(tx, row.id, 'fail', opened.reason, now);
      else events += await writeEvents(tx, { delivery, events: opened.events, now, makeId, woken });
    };
    const failure = isApart ? await inPart(tx, take) : await take();
    if (failure) await settleDelivery(tx, row.id, 'fail', `it cannot be stored: ${messageOf(failure)}`, now);
  }
  for (const connectionId of [...woken.keys()].sort()) await wake(tx, connectionId, now, PRIORITY.live);
  return { deliveries: taken.length, events };
}

function headersOf(text: string): Record<string, string> {
  return parseJson(text) as Record<string, string>;
}

interface WriteEvents {
  readonly delivery: StoredDelivery;
  readonly events: readonly SourceEvent[];
  readonly now: number;
  readonly makeId: MakeId;
  readonly woken: Map<ConnectionId, true>;
}

async function writeEvents(tx: Tx, { delivery, events, now, makeId, woken }: WriteEvents): Promise<number> {
  let written = 0;
  const strangers: string[] = [];
  for (const event of events) {
    for (const owner of await ownersOf(tx, delivery, event, strangers)) {
      const fresh = await firstRow(
        tx,
        sql<{ id: string }>`
        insert into events (id, tenant_id, connection_id, delivery_id, dedupe_key, type, occurred_at, touches, wakes, state, reason, received_at, settled_at)
        values (${makeId('evt')}, ${owner.tenantId}, ${owner.connectionId}, ${delivery.id}, ${event.dedupeKey}, ${event.type}, ${atOrNull(event.occurredAt)},
          ${writeJson(event.touches)}, ${writeJson(event.wakes)}, ${stateAfter(EVENT_TABLE, 'absent', event.ignoredBecause === null ? 'arrive' : 'leave_out')}, ${event.ignoredBecause},
          ${at(now)}, ${event.ignoredBecause === null ? null : at(now)})
        on conflict (connection_id, dedupe_key) do nothing returning id`,
      );
      if (fresh === null) continue;
      written += 1;
      if (event.ignoredBecause === null) woken.set(owner.connectionId, true);
    }
  }
  const ignored = events.length > 0 && events.every((event) => event.ignoredBecause !== null);
  const reason =
    strangers.length > 0
      ? `for companies that are not connected: ${[...new Set(strangers)].join(', ')}`
      : ignored
        ? events[0]!.ignoredBecause
        : null;
  const left = ignored || (written === 0 && strangers.length > 0);
  await settleDelivery(tx, delivery.id, left ? 'leave_out' : 'finish', reason, now);
  return written;
}

interface Owner {
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
}

/** An endpoint of one connection serves it; one of the whole app serves every connection of the company named. */
async function ownersOf(
  tx: Tx,
  delivery: StoredDelivery,
  event: SourceEvent,
  strangers: string[],
): Promise<readonly Owner[]> {
  if (delivery.tenantId !== null && delivery.connectionId !== null)
    return [{ tenantId: delivery.tenantId, connectionId: delivery.connectionId }];
  const owners = await rows(
    tx,
    sql<Owner>`
    select tenant_id as "tenantId", id as "connectionId" from connections
    where provider = ${delivery.provider} and account_id = ${event.accountId} and state <> 'disconnected' order by id`,
  );
  if (owners.length === 0) strangers.push(event.accountId ?? '(no company named)');
  return owners;
}
