import type { AttentionItem, SecurityEvent } from '../../../src/hub/audit/index.ts';
import type { Connection, ConnectionState, ConnectionStore } from '../../../src/hub/connections/index.ts';
import type { GrantStore } from '../../../src/hub/connections/oauth/grant-store.ts';
import type { InboxStore } from '../../../src/hub/inbox/index.ts';
import type { NewDelivery } from '../../../src/hub/inbox/store.ts';
import type { MappingStore } from '../../../src/hub/mapping/index.ts';
import type { SyncStore } from '../../../src/hub/sync/index.ts';
import { type ConnectionId, type DeliveryId, idMaker, type MakeId, type TenantId } from '../../../src/kernel/ids.ts';
import type { Json } from '../../../src/kernel/json.ts';
import { seededRandom } from '../../../src/kernel/random.ts';
import type { Lease } from '../../../src/platform/engine/index.ts';
import { createVault, localKeyProvider, type Vault, type VaultStore } from '../../../src/platform/vault/index.ts';
import { MASTER_KEY } from '../master-key.ts';
import type {
  AttentionRow,
  DeliveryRow,
  EndpointRow,
  EndpointSecretRow,
  EventRow,
  FactRow,
  ReadDueRow,
  RecordRow,
  SyncRunRow,
} from './rows.ts';
import type { MemoryWorkStore } from './work.ts';

export const NOW = Date.UTC(2026, 10, 1, 12);
export const MINUTE_MS = 60_000;

/** The verbs of attention and security events, each as a transaction of its own. */
export interface AuditStore {
  raise(item: AttentionItem, now: number): Promise<void>;
  resolve(tenantId: TenantId, subjects: readonly string[], now: number): Promise<void>;
  resolveHindrances(tenantId: TenantId, subjects: readonly string[], now: number): Promise<void>;
  record(event: SecurityEvent, now: number): Promise<void>;
}

/** Puts rows where the stores under test expect them. */
export interface Given {
  tenant(): Promise<TenantId>;
  connection(connection: Connection): Promise<void>;
  /** A connection's state, whatever led there. */
  state(connection: Connection, state: ConnectionState): Promise<void>;
  endpoint(endpoint: EndpointRow, secrets: readonly EndpointSecretRow[]): Promise<void>;
  /** A posting of a fact, so that the fact is not forgotten. */
  postingOf(fact: Pick<FactRow, 'id' | 'tenantId' | 'connectionId'>): Promise<void>;
  /** What the planner made of a fact. */
  factState(fact: Pick<FactRow, 'id' | 'tenantId'>, state: FactRow['state']): Promise<void>;
  work(tenantId: TenantId, connectionId: ConnectionId, now: number): Promise<void>;
  wake(tenantId: TenantId, connectionId: ConnectionId, now: number, priority: number): Promise<void>;
}

export type SeenFact = Pick<
  FactRow,
  | 'id'
  | 'tenantId'
  | 'connectionId'
  | 'stream'
  | 'externalId'
  | 'kind'
  | 'objectId'
  | 'occurredAt'
  | 'refs'
  | 'body'
  | 'state'
  | 'reasonCode'
>;

/** What is stored, in an order that is the same everywhere. */
export interface Seen {
  records(connectionId: ConnectionId): Promise<readonly Pick<RecordRow, 'externalId' | 'normalised' | 'problem'>[]>;
  facts(connectionId: ConnectionId): Promise<readonly SeenFact[]>;
  reads(connectionId: ConnectionId): Promise<readonly Pick<ReadDueRow, 'externalId' | 'notBefore' | 'problem'>[]>;
  runs(connectionId: ConnectionId): Promise<readonly Omit<SyncRunRow, 'tenantId' | 'connectionId' | 'startedAt'>[]>;
  events(
    connectionId: ConnectionId,
  ): Promise<readonly Omit<EventRow, 'id' | 'tenantId' | 'connectionId' | 'receivedAt'>[]>;
  deliveries(
    endpointId: string,
  ): Promise<readonly Pick<DeliveryRow, 'id' | 'state' | 'reason' | 'duplicates' | 'settledAt'>[]>;
  attention(tenantId: TenantId): Promise<readonly Omit<AttentionRow, 'id' | 'tenantId'>[]>;
  securityEvents(): Promise<
    readonly { readonly tenantId: string | null; readonly kind: string; readonly detail: Json }[]
  >;
  /** Connections with a wake that no claim has taken yet, each once. */
  woken(): Promise<readonly ConnectionId[]>;
}

/** One implementation of every port, over one set of tables without any work, delivery or event. */
export interface StoreUnderTest {
  readonly work: MemoryWorkStore;
  readonly sync: SyncStore;
  readonly inbox: InboxStore;
  readonly audit: AuditStore;
  readonly connections: ConnectionStore;
  readonly grants: GrantStore;
  readonly mapping: MappingStore;
  /** The one that seals what the stores keep. */
  readonly vault: Vault;
  readonly given: Given;
  readonly seen: Seen;
}

let instant = NOW;
/** Ids that differ from test to test, and of which the later one sorts later. */
export const makeId: MakeId = idMaker({ now: () => (instant += 1) }, seededRandom(7));

export function vaultOver(store: Pick<VaultStore, 'dataKeys'>): Vault {
  const random = seededRandom(11);
  return createVault({ keyProvider: localKeyProvider(MASTER_KEY, random), store, random });
}

export async function aConnection(store: StoreUnderTest, over: Partial<Connection> = {}): Promise<Connection> {
  const id = makeId('con');
  const connection: Connection = {
    id,
    tenantId: over.tenantId ?? (await store.given.tenant()),
    provider: 'stripe',
    role: 'source',
    accountId: `account of ${id}`,
    displayName: 'Acme LLC',
    environment: 'sandbox',
    baseUrl: null,
    timeZone: 'UTC',
    state: 'active',
    stateReason: null,
    since: NOW,
    ...over,
  };
  await store.given.connection(connection);
  return connection;
}

export interface Leased {
  readonly connection: Connection;
  readonly lease: Lease;
}

/** A connection that is being worked on. */
export async function aLease(store: StoreUnderTest, over: Partial<Connection> = {}): Promise<Leased> {
  const connection = await aConnection(store, over);
  await store.given.work(connection.tenantId, connection.id, NOW);
  const request = { connectionId: connection.id, owner: 'a', now: NOW, lease_ms: MINUTE_MS };
  return { connection, lease: (await store.work.claimOne(request))! };
}

/** As a worker has it that slept while another one took the connection. */
export function lost(lease: Lease): Lease {
  return { ...lease, fence: lease.fence - 1n };
}

export async function anEndpoint(store: StoreUnderTest, connection: Connection | null): Promise<EndpointRow> {
  const id = makeId('whk');
  const endpoint: EndpointRow = {
    id,
    tenantId: connection?.tenantId ?? null,
    connectionId: connection?.id ?? null,
    provider: 'stripe',
    tokenHash: Buffer.from(id).toString('hex'),
    url: 'https://example.com/webhooks/stripe/',
    registrationId: null,
    createdAt: NOW,
  };
  await store.given.endpoint(endpoint, []);
  return endpoint;
}

export function aDelivery(endpoint: EndpointRow, dedupeKey: string, over: Partial<NewDelivery> = {}): NewDelivery {
  return {
    id: makeId('dlv') as DeliveryId,
    tenantId: endpoint.tenantId,
    endpointId: endpoint.id,
    provider: endpoint.provider,
    dedupeKey,
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(dedupeKey),
    receivedAt: NOW,
    ...over,
  };
}
