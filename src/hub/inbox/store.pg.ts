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
    save: (deliveries) => save(database, deliveries),
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
    where endpoint_id = ${row.id} and (ends_at is null or ends_at > now()) order by created_at desc, secret_id`,
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
async function save(database: Database, deliveries: readonly NewDelivery[]): Promise<boolean[]> {
  const first = new Map<string, NewDelivery>();
  for (const one of deliveries) if (!first.has(keyOf(one))) first.set(keyOf(one), one);
  const unique = [...first.values()];
  const bodies = inOnePiece(unique.map((one) => one.body));
  const stored = await database.inboxStatement(
    sql<{ id: string; inserted: boolean }>`
    insert into deliveries (id, tenant_id, endpoint_id, provider, dedupe_key, headers, body, received_at)
    select n.id, n.tenant_id, n.endpoint_id, n.provider, n.dedupe_key, n.headers, substr(${bodies.all}::bytea, n.body_from, n.body_length), n.received_at
    from unnest(
      ${unique.map((one) => one.id)}::text[], ${unique.map((one) => one.tenantId)}::text[], ${unique.map((one) => one.endpointId)}::text[],
      ${unique.map((one) => one.provider)}::text[], ${unique.map((one) => one.dedupeKey)}::text[], ${unique.map((one) => writeJson(one.headers))}::jsonb[],
      ${bodies.from}::int[], ${bodies.lengths}::int[], ${unique.map((one) => at(one.receivedAt))}::timestamptz[])
      as n(id, tenant_id, endpoint_id, provider, dedupe_key, headers, body_from, body_length, received_at)
    on conflict (endpoint_id, dedupe_key) do update set duplicates = deliveries.duplicates + 1
    returning id, (xmax = 0) as inserted`,
  );
  const inserted = new Set(stored.filter((row) => row.inserted).map((row) => row.id));
  return deliveries.map((one) => inserted.has(one.id));
}

/** Bytes travel as they are; in an array each would be written as text of twice its length. Places count from 1. */
function inOnePiece(bodies: readonly Uint8Array[]): { all: Uint8Array; from: number[]; lengths: number[] } {
  const lengths = bodies.map((body) => body.length);
  const from: number[] = [];
  let next = 1;
  for (const length of lengths) {
    from.push(next);
    next += length;
  }
  return { all: Buffer.concat(bodies), from, lengths };
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

/** Companies named in a reason: a delivery may speak of thousands. */
const NAMED_STRANGERS = 5;

async function writeEvents(tx: Tx, { delivery, events, now, makeId, woken }: WriteEvents): Promise<number> {
  const owners = await ownersByAccount(tx, delivery, events);
  const ownersOfOne = (event: SourceEvent) => owners.get(event.accountId) ?? [];
  const drafts = events.flatMap((event) => ownersOfOne(event).map((owner) => ({ id: makeId('evt'), event, owner })));
  const fresh = await insertEvents(tx, delivery.id, drafts, now);
  for (const { id, event, owner } of drafts)
    if (fresh.has(id) && event.ignoredBecause === null) woken.set(owner.connectionId, true);
  const strangers = new Set(
    events.filter((event) => ownersOfOne(event).length === 0).map(({ accountId }) => accountId ?? '(no company named)'),
  );
  const ignored = events.length > 0 && events.every((event) => event.ignoredBecause !== null);
  const reason = strangers.size > 0 ? strangersText([...strangers]) : ignored ? events[0]!.ignoredBecause : null;
  const left = ignored || (fresh.size === 0 && strangers.size > 0);
  await settleDelivery(tx, delivery.id, left ? 'leave_out' : 'finish', reason, now);
  return fresh.size;
}

function strangersText(strangers: readonly string[]): string {
  const more = strangers.length > NAMED_STRANGERS ? ` and ${strangers.length - NAMED_STRANGERS} more` : '';
  return `for companies that are not connected: ${strangers.slice(0, NAMED_STRANGERS).join(', ')}${more}`;
}

interface EventDraft {
  readonly id: string;
  readonly event: SourceEvent;
  readonly owner: Owner;
}

/** One statement however many they are: a delivery of thousands must not hold up the inbox. Answers the ids of new ones. */
async function insertEvents(
  tx: Tx,
  deliveryId: DeliveryId,
  drafts: readonly EventDraft[],
  now: number,
): Promise<ReadonlySet<string>> {
  if (drafts.length === 0) return new Set();
  const states = drafts.map(({ event }) =>
    stateAfter(EVENT_TABLE, 'absent', event.ignoredBecause === null ? 'arrive' : 'leave_out'),
  );
  const fresh = await rows(
    tx,
    sql<{ id: string }>`
    insert into events (id, tenant_id, connection_id, dedupe_key, type, occurred_at, touches, wakes, state, reason, settled_at, delivery_id, received_at)
    select *, ${deliveryId}, ${at(now)}::timestamptz from unnest(
      ${drafts.map(({ id }) => id)}::text[], ${drafts.map(({ owner }) => owner.tenantId)}::text[], ${drafts.map(({ owner }) => owner.connectionId)}::text[],
      ${drafts.map(({ event }) => event.dedupeKey)}::text[], ${drafts.map(({ event }) => event.type)}::text[],
      ${drafts.map(({ event }) => atOrNull(event.occurredAt))}::timestamptz[], ${drafts.map(({ event }) => writeJson(event.touches))}::jsonb[],
      ${drafts.map(({ event }) => writeJson(event.wakes))}::jsonb[], ${states}::text[], ${drafts.map(({ event }) => event.ignoredBecause)}::text[],
      ${drafts.map(({ event }) => (event.ignoredBecause === null ? null : at(now)))}::timestamptz[])
    on conflict (connection_id, dedupe_key) do nothing returning id`,
  );
  return new Set(fresh.map(({ id }) => id));
}

interface Owner {
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
}

/** An endpoint of one connection serves it; one of the whole app serves every connection of the company named. */
async function ownersByAccount(
  tx: Tx,
  delivery: StoredDelivery,
  events: readonly SourceEvent[],
): Promise<ReadonlyMap<string | null, readonly Owner[]>> {
  const accounts = [...new Set(events.map(({ accountId }) => accountId))];
  if (delivery.tenantId !== null && delivery.connectionId !== null) {
    const owner = { tenantId: delivery.tenantId, connectionId: delivery.connectionId };
    return new Map(accounts.map((account) => [account, [owner]]));
  }
  const found = await rows(
    tx,
    sql<Owner & { accountId: string }>`
    select tenant_id as "tenantId", id as "connectionId", account_id as "accountId" from connections
    where provider = ${delivery.provider} and account_id = any(${accounts.filter((account) => account !== null)}::text[]) and state <> 'disconnected'
    order by id`,
  );
  return Map.groupBy(found, ({ accountId }) => accountId);
}
