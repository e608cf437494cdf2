import type { SourceEvent } from '../../../src/connectors/sdk/index.ts';
import { DELIVERY_TABLE, EVENT_TABLE, type InboxEvent } from '../../../src/hub/inbox/index.ts';
import type {
  Endpoint,
  FanOutCount,
  InboxStore,
  NewDelivery,
  Opened,
  StoredDelivery,
} from '../../../src/hub/inbox/store.ts';
import { isCounterfoilError, messageOf } from '../../../src/kernel/errors.ts';
import type { ConnectionId, DeliveryId, MakeId, TenantId } from '../../../src/kernel/ids.ts';
import { writeJson } from '../../../src/kernel/json.ts';
import { stateAfter } from '../../../src/kernel/state-table.ts';
import { recordSecurityEvent } from './audit.ts';
import type { DeliveryRow, EventRow } from './rows.ts';
import type { MemoryTables } from './tables.ts';
import { instantOf, instantOrNull, jsonbText, textOf, textOrNull } from './values.ts';
import { compareText, wake } from './work.ts';

/** `hub/inbox/store.pg.ts` over tables in memory. */
export function memoryInboxStore(tables: MemoryTables, makeId: MakeId): InboxStore {
  return {
    endpointByToken: async (hash) => endpointByToken(tables, hash),
    save: (deliveries) => tables.transaction(() => save(tables, deliveries)),
    recordSecurityEvent: async (event, now) => recordSecurityEvent(tables, event, makeId, now),
    fanOut: (limit, now, open) => tables.transaction(() => fanOut({ tables, makeId, now }, limit, open)),
  };
}

function endpointByToken(tables: MemoryTables, hash: Uint8Array): Endpoint | null {
  const tokenHash = Buffer.from(hash).toString('hex');
  const [endpoint] = tables.endpoints.where((row) => row.tokenHash === tokenHash);
  if (endpoint === undefined) return null;
  const { id, provider, url, tenantId, connectionId } = endpoint;
  const secrets = tables.endpointSecrets
    .where((row) => row.endpointId === id)
    .sort((a, b) => b.createdAt - a.createdAt || compareText(a.secretId, b.secretId))
    .map((row) => ({ tenantId: row.tenantId, ciphertext: row.ciphertext, keyVersion: row.keyVersion }));
  return { id, provider, url, tenantId, connectionId, secrets };
}

/** True for each that is new. Of repeats inside the batch the first is, and the others do not count as duplicates. */
function save(tables: MemoryTables, deliveries: readonly NewDelivery[]): boolean[] {
  const seen = new Set<string>();
  return deliveries.map((one) => {
    const key = `${one.endpointId} ${one.dedupeKey}`;
    if (seen.has(key)) return false;
    seen.add(key);
    const [known] = tables.deliveries.by('dedupe', key);
    if (known === undefined) insertDelivery(tables, one);
    else tables.deliveries.update(known.id, { duplicates: known.duplicates + 1 });
    return known === undefined;
  });
}

function insertDelivery(tables: MemoryTables, one: NewDelivery): void {
  jsonbText(writeJson(one.headers));
  textOf(one.dedupeKey);
  const state = stateAfter(DELIVERY_TABLE, 'absent', 'arrive')!;
  tables.deliveries.insert({ ...one, state, reason: null, duplicates: 0, settledAt: null });
}

interface FanOut {
  readonly tables: MemoryTables;
  readonly makeId: MakeId;
  readonly now: number;
}

function fanOut(work: FanOut, limit: number, open: (delivery: StoredDelivery) => Opened): FanOutCount {
  const { tables, now } = work;
  const taken = tables.deliveries
    .by('received', 'received')
    .sort((a, b) => a.receivedAt - b.receivedAt || compareText(a.id, b.id))
    .slice(0, limit);
  const woken = new Set<ConnectionId>();
  let events = 0;
  for (const row of taken) {
    const delivery = toDelivery(tables, row);
    const opened = open(delivery);
    const delivered = { ...work, delivery, woken, written: [] };
    try {
      if (opened.kind === 'dead') settleDelivery(tables, row.id, 'fail', opened.reason, now);
      else events += writeEvents(delivered, opened.events);
    } catch (error) {
      if (isCounterfoilError(error)) throw error;
      for (const id of delivered.written) tables.events.delete(id);
      settleDelivery(tables, row.id, 'fail', `it cannot be stored: ${messageOf(error)}`, now);
    }
  }
  for (const connectionId of [...woken].sort()) wake(tables, connectionId, now);
  return { deliveries: taken.length, events };
}

function toDelivery(tables: MemoryTables, row: DeliveryRow): StoredDelivery {
  const { connectionId, url } = tables.endpoints.get(row.endpointId)!;
  const { id, provider, tenantId, headers, body } = row;
  return { id, provider, tenantId, connectionId, url, headers, body };
}

interface OneDelivery extends FanOut {
  readonly delivery: StoredDelivery;
  readonly woken: Set<ConnectionId>;
  /** Ids of the events that were written, for when the delivery as a whole cannot be. */
  readonly written: string[];
}

function writeEvents(work: OneDelivery, events: readonly SourceEvent[]): number {
  const { tables, delivery, written, now } = work;
  const strangers = new Set<string>();
  for (const event of events) {
    const owners = ownersOf(tables, delivery, event);
    if (owners.length === 0) strangers.add(event.accountId ?? '(no company named)');
    for (const owner of owners) writeEvent(work, owner, event);
  }
  const ignored = events.length > 0 && events.every((event) => event.ignoredBecause !== null);
  const left = ignored || (written.length === 0 && strangers.size > 0);
  const why = ignored ? events[0]!.ignoredBecause : null;
  const reason = strangers.size > 0 ? `for companies that are not connected: ${[...strangers].join(', ')}` : why;
  settleDelivery(tables, delivery.id, left ? 'leave_out' : 'finish', reason, now);
  return written.length;
}

interface Owner {
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
}

/** An endpoint of one connection serves it; one of the whole app serves every connection of the company named. */
function ownersOf(tables: MemoryTables, delivery: StoredDelivery, event: SourceEvent): readonly Owner[] {
  const { tenantId, connectionId, provider } = delivery;
  if (tenantId !== null && connectionId !== null) return [{ tenantId, connectionId }];
  return tables.connections
    .where((row) => row.provider === provider && row.accountId === event.accountId && row.state !== 'disconnected')
    .sort((a, b) => compareText(a.id, b.id))
    .map((row) => ({ tenantId: row.tenantId, connectionId: row.id }));
}

function writeEvent({ tables, makeId, delivery, woken, written, now }: OneDelivery, owner: Owner, event: SourceEvent) {
  const { touches, wakes, ignoredBecause } = event;
  const isLeftOut = ignoredBecause !== null;
  jsonbText(writeJson({ touches, wakes }));
  const row: EventRow = {
    id: makeId('evt'),
    ...owner,
    deliveryId: delivery.id,
    dedupeKey: textOf(event.dedupeKey),
    type: textOf(event.type),
    occurredAt: instantOrNull(event.occurredAt),
    touches,
    wakes,
    state: stateAfter(EVENT_TABLE, 'absent', isLeftOut ? 'leave_out' : 'arrive')!,
    reason: textOrNull(ignoredBecause),
    receivedAt: instantOf(now),
    settledAt: isLeftOut ? now : null,
  };
  if (tables.events.by('dedupe', `${owner.connectionId} ${event.dedupeKey}`).length > 0) return;
  tables.events.insert(row);
  written.push(row.id);
  if (!isLeftOut) woken.add(owner.connectionId);
}

type Settlement = Extract<InboxEvent, 'finish' | 'leave_out' | 'fail'>;

function settleDelivery(tables: MemoryTables, id: DeliveryId, event: Settlement, reason: string | null, now: number) {
  const state = stateAfter(DELIVERY_TABLE, tables.deliveries.get(id)!.state, event);
  if (state !== null) tables.deliveries.update(id, { state, reason: textOrNull(reason), settledAt: now });
}
