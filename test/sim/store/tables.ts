import type { RecordRef } from '../../../src/connectors/sdk/index.ts';
import type { Connection } from '../../../src/hub/connections/index.ts';
import type { Role } from '../../../src/hub/mapping/index.ts';
import type { Posting, PostingState } from '../../../src/hub/posting/index.ts';
import type { ReconciliationRow } from '../../../src/hub/reconcile/index.ts';
import type {
  AttemptId,
  ConnectionId,
  DeliveryId,
  FactId,
  PairId,
  PostingId,
  TenantId,
} from '../../../src/kernel/ids.ts';
import type { Json } from '../../../src/kernel/json.ts';
import { Journal, Table } from './table.ts';

/**
 * The schema of `sql/` as tables in memory, for a simulation that runs thousands of months. Instants are milliseconds,
 * days ISO text, documents and bodies the same text that PostgreSQL keeps. Names follow the columns.
 */

export interface ConnectionRow extends Connection {
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface CredentialRow {
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly field: string;
  readonly ciphertext: Uint8Array;
  readonly keyVersion: number;
}

export interface PairRow {
  readonly id: PairId;
  readonly tenantId: TenantId;
  readonly sourceId: ConnectionId;
  readonly ledgerId: ConnectionId;
  readonly settings: Json;
  readonly version: number;
}

export interface AccountRoleRow {
  readonly tenantId: TenantId;
  readonly pairId: PairId;
  readonly role: Role;
  readonly ledgerId: string;
  readonly name: string;
}

export interface EndpointRow {
  readonly id: string;
  readonly tenantId: TenantId | null;
  readonly connectionId: ConnectionId | null;
  readonly provider: string;
  /** Hexadecimal. */
  readonly tokenHash: string;
  readonly url: string;
  readonly registrationId: string | null;
  readonly createdAt: number;
}

export interface EndpointSecretRow {
  readonly tenantId: TenantId;
  readonly endpointId: string;
  readonly secretId: string;
  readonly ciphertext: Uint8Array;
  readonly keyVersion: number;
  readonly createdAt: number;
}

export type DeliveryState = 'received' | 'processing' | 'done' | 'waiting' | 'ignored' | 'dead';

export interface DeliveryRow {
  readonly id: DeliveryId;
  readonly tenantId: TenantId | null;
  readonly endpointId: string;
  readonly provider: string;
  readonly dedupeKey: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly receivedAt: number;
  readonly state: DeliveryState;
  readonly reason: string | null;
  readonly duplicates: number;
  readonly settledAt: number | null;
}

export interface EventRow {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly deliveryId: DeliveryId;
  readonly dedupeKey: string;
  readonly type: string;
  readonly occurredAt: number | null;
  readonly touches: readonly RecordRef[];
  readonly wakes: readonly string[];
  readonly state: DeliveryState;
  readonly reason: string | null;
  readonly receivedAt: number;
  readonly settledAt: number | null;
}

export interface RecordRow {
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly stream: string;
  readonly externalId: string;
  readonly version: number;
  readonly settled: boolean;
  readonly deleted: boolean;
  readonly openedAt: number | null;
  readonly body: string;
  readonly bodySha256: string;
  readonly readAt: number;
  readonly normalised: boolean;
  readonly problem: string | null;
}

export interface RecordAliasRow {
  readonly connectionId: ConnectionId;
  readonly stream: string;
  readonly alias: string;
  readonly externalId: string;
}

export interface RecordWaitRow {
  readonly connectionId: ConnectionId;
  readonly needsStream: string;
  readonly needsId: string;
  readonly stream: string;
  readonly externalId: string;
}

export interface ReadDueRow {
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly stream: string;
  readonly externalId: string;
  readonly markedAt: number;
  /** Infinity: given up, kept with its problem. */
  readonly notBefore: number;
  readonly attempts: number;
  readonly problem: string | null;
}

export interface CheckpointRow {
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly stream: string;
  readonly cursor: Json | null;
  readonly checkpoint: Json | null;
  readonly progress: number | null;
  readonly completedAt: number | null;
}

export interface SyncRunRow {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly state: 'queued' | 'running' | 'paused' | 'done' | 'partly' | 'stopped' | 'cancelled';
  readonly pages: number;
  readonly records: number;
  readonly changed: number;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
}

export interface FactRow {
  readonly id: FactId;
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly stream: string;
  readonly externalId: string;
  readonly kind: string;
  readonly objectId: string;
  readonly occurredAt: number;
  /** Names by which other facts find this one: `charge:ch_…`. */
  readonly refs: readonly string[];
  readonly body: string;
  readonly bodySha256: string;
  readonly state: 'new' | 'planned' | 'waiting' | 'ignored';
  readonly reasonCode: string | null;
  readonly reasonDetail: string | null;
  readonly updatedAt: number;
}

export interface PostingRow extends Omit<Posting, 'document' | 'party' | 'state'> {
  readonly tenantId: TenantId;
  readonly state: PostingState;
  /** As `writeDocument` makes it. */
  readonly document: string;
  readonly settingsVersion: number;
  readonly reasonDetail: string | null;
  readonly held: boolean;
  readonly notBefore: number;
  readonly sentAt: number | null;
  readonly fence: bigint | null;
  readonly documentVersion: string | null;
  readonly adopted: boolean;
  readonly postedAt: number | null;
  readonly touchedAt: number | null;
}

export interface PostingLineRow {
  readonly postingId: PostingId;
  readonly line: number;
  readonly role: string;
  readonly amountMinor: bigint;
  readonly currency: string;
}

export interface PostingLegRow {
  readonly legId: string;
  readonly postingId: PostingId;
}

export interface PostingNeedRow {
  readonly postingId: PostingId;
  readonly needsId: PostingId;
}

export interface AttemptRow {
  readonly id: AttemptId;
  readonly tenantId: TenantId;
  readonly postingId: PostingId;
  readonly operation: 'create' | 'look_up' | 'void';
  readonly key: string | null;
  readonly fence: bigint;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly result: string | null;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
}

export interface CompanyRow {
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly companyName: string;
  readonly homeCurrency: string;
  readonly multiCurrency: boolean;
  readonly closedThrough: string | null;
  readonly enforcesNumbers: boolean;
  readonly timeZone: string | null;
  readonly readAt: number;
}

export interface LedgerInvoiceRow {
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly number: string;
  readonly documentId: string | null;
  readonly customerId: string | null;
  readonly currency: string | null;
  readonly wantedAt: number;
  readonly readAt: number | null;
}

export interface LedgerNameRow {
  readonly connectionId: ConnectionId;
  readonly kind: string;
  readonly name: string;
  readonly ledgerId: string;
}

export interface MarketRateRow {
  readonly tenantId: TenantId;
  readonly currency: string;
  readonly at: number;
  readonly rate: string;
}

export interface ReconciliationStored extends ReconciliationRow {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly pairId: PairId;
  readonly computedAt: number;
}

export interface AttentionRow {
  readonly id: string;
  readonly tenantId: TenantId;
  readonly connectionId: string | null;
  readonly code: string;
  readonly subject: string;
  readonly detail: string;
  readonly openedAt: number;
  readonly resolvedAt: number | null;
}

export interface SecurityEventRow {
  readonly id: string;
  readonly tenantId: string | null;
  readonly kind: string;
  readonly detail: Json;
  readonly at: number;
}

export interface WorkRow {
  readonly connectionId: ConnectionId;
  readonly tenantId: TenantId;
  readonly priority: number;
  readonly dueAt: number;
  readonly wakes: bigint;
  readonly owner: string | null;
  readonly fence: bigint;
  readonly leasedUntil: number | null;
  readonly failures: number;
}

export interface WakeRow {
  readonly id: number;
  readonly connectionId: ConnectionId;
  readonly dueAt: number;
  readonly priority: number;
}

/** Key of a row that belongs to an object of a stream of a connection. */
export function objectKey(connectionId: string, stream: string, id: string): string {
  return `${connectionId} ${stream} ${id}`;
}

/** All tables, and the transaction that spans them. */
export class MemoryTables {
  readonly #journal = new Journal();
  /** Ends when the transaction under way does. */
  #open: Promise<void> | null = null;

  readonly connections = this.#table<ConnectionRow>('connections', (row) => row.id);
  readonly credentials = this.#table<CredentialRow>('credentials', (row) => `${row.connectionId} ${row.field}`);
  readonly pairs = this.#table<PairRow>('pairs', (row) => row.id);
  readonly accountRoles = this.#table<AccountRoleRow>('account_roles', (row) => `${row.pairId} ${row.role}`);
  readonly endpoints = this.#table<EndpointRow>('webhook_endpoints', (row) => row.id);
  readonly endpointSecrets = this.#table<EndpointSecretRow>(
    'endpoint_secrets',
    (row) => `${row.endpointId} ${row.secretId}`,
  );
  readonly deliveries = new Table<DeliveryRow, 'dedupe' | 'received'>({
    name: 'deliveries',
    journal: this.#journal,
    keyOf: (row) => row.id,
    indexes: {
      dedupe: (row) => `${row.endpointId} ${row.dedupeKey}`,
      received: (row) => (row.state === 'received' ? 'received' : null),
    },
  });
  readonly events = new Table<EventRow, 'dedupe' | 'received'>({
    name: 'events',
    journal: this.#journal,
    keyOf: (row) => row.id,
    indexes: {
      dedupe: (row) => `${row.connectionId} ${row.dedupeKey}`,
      received: (row) => (row.state === 'received' ? row.connectionId : null),
    },
  });
  /** Key: {@link objectKey}. */
  readonly records = new Table<RecordRow, 'open' | 'notNormalised'>({
    name: 'records',
    journal: this.#journal,
    keyOf: (row) => objectKey(row.connectionId, row.stream, row.externalId),
    indexes: {
      open: (row) => (row.settled ? null : `${row.connectionId} ${row.stream}`),
      notNormalised: (row) => (row.normalised ? null : row.connectionId),
    },
  });
  readonly recordAliases = new Table<RecordAliasRow, 'alias'>({
    name: 'record_aliases',
    journal: this.#journal,
    keyOf: (row) => `${objectKey(row.connectionId, row.stream, row.alias)} ${row.externalId}`,
    indexes: { alias: (row) => objectKey(row.connectionId, row.stream, row.alias) },
  });
  readonly recordWaits = new Table<RecordWaitRow, 'needs'>({
    name: 'record_waits',
    journal: this.#journal,
    keyOf: (row) => `${objectKey(row.connectionId, row.needsStream, row.needsId)} ${row.stream} ${row.externalId}`,
    indexes: { needs: (row) => objectKey(row.connectionId, row.needsStream, row.needsId) },
  });
  /** Key: {@link objectKey}. */
  readonly readsDue = new Table<ReadDueRow, 'connection'>({
    name: 'reads_due',
    journal: this.#journal,
    keyOf: (row) => objectKey(row.connectionId, row.stream, row.externalId),
    indexes: { connection: (row) => row.connectionId },
  });
  readonly checkpoints = new Table<CheckpointRow, 'connection'>({
    name: 'checkpoints',
    journal: this.#journal,
    keyOf: (row) => `${row.connectionId} ${row.stream}`,
    indexes: { connection: (row) => row.connectionId },
  });
  readonly syncRuns = new Table<SyncRunRow, 'open'>({
    name: 'sync_runs',
    journal: this.#journal,
    keyOf: (row) => row.id,
    indexes: { open: (row) => (row.finishedAt === null ? row.connectionId : null) },
  });
  readonly facts = new Table<FactRow, 'state' | 'ref' | 'record' | 'object'>({
    name: 'facts',
    journal: this.#journal,
    keyOf: (row) => row.id,
    indexes: {
      state: (row) => `${row.connectionId} ${row.state}`,
      /** All facts of a connection and kind; the caller looks into `refs`. */
      ref: (row) => `${row.connectionId} ${row.kind}`,
      record: (row) => objectKey(row.connectionId, row.stream, row.externalId),
      object: (row) => `${row.connectionId} ${row.objectId}`,
    },
  });
  readonly postings = new Table<PostingRow, 'ledgerState' | 'fact' | 'pair' | 'document'>({
    name: 'postings',
    journal: this.#journal,
    keyOf: (row) => row.id,
    indexes: {
      ledgerState: (row) => `${row.ledgerId} ${row.state}`,
      fact: (row) => row.factId,
      pair: (row) => row.pairId,
      /** Of posted ones; a document of one kind belongs to one of them. */
      document: (row) =>
        row.state === 'posted' && row.documentId !== null ? `${row.ledgerId} ${row.documentId}` : null,
    },
  });
  readonly postingLines = new Table<PostingLineRow, 'posting'>({
    name: 'posting_lines',
    journal: this.#journal,
    keyOf: (row) => `${row.postingId} ${row.line}`,
    indexes: { posting: (row) => row.postingId },
  });
  readonly postingLegs = new Table<PostingLegRow, 'posting'>({
    name: 'posting_legs',
    journal: this.#journal,
    keyOf: (row) => row.legId,
    indexes: { posting: (row) => row.postingId },
  });
  readonly postingNeeds = new Table<PostingNeedRow, 'posting'>({
    name: 'posting_needs',
    journal: this.#journal,
    keyOf: (row) => `${row.postingId} ${row.needsId}`,
    indexes: { posting: (row) => row.postingId },
  });
  readonly attempts = new Table<AttemptRow, 'posting'>({
    name: 'attempts',
    journal: this.#journal,
    keyOf: (row) => row.id,
    indexes: { posting: (row) => row.postingId },
  });
  readonly companies = this.#table<CompanyRow>('ledger_companies', (row) => row.connectionId);
  readonly ledgerInvoices = this.#table<LedgerInvoiceRow>(
    'ledger_invoices',
    (row) => `${row.connectionId} ${row.number}`,
  );
  readonly ledgerNames = this.#table<LedgerNameRow>(
    'ledger_names',
    (row) => `${row.connectionId} ${row.kind} ${row.name}`,
  );
  readonly marketRates = this.#table<MarketRateRow>(
    'market_rates',
    (row) => `${row.tenantId} ${row.currency} ${row.at}`,
  );
  readonly reconciliations = new Table<ReconciliationStored, 'pair' | 'subject'>({
    name: 'reconciliations',
    journal: this.#journal,
    keyOf: (row) => row.id,
    indexes: {
      pair: (row) => row.pairId,
      /** With kind, period and currency there is one row. */
      subject: (row) => `${row.pairId} ${row.subject}`,
    },
  });
  readonly attention = new Table<AttentionRow, 'open'>({
    name: 'attention_items',
    journal: this.#journal,
    keyOf: (row) => row.id,
    /** Subject of an open item; one cause and subject has one open item. */
    indexes: { open: (row) => (row.resolvedAt === null ? `${row.tenantId} ${row.subject}` : null) },
  });
  readonly securityEvents = this.#table<SecurityEventRow>('security_events', (row) => row.id);
  readonly work = this.#table<WorkRow>('work', (row) => row.connectionId);
  readonly wakes = this.#table<WakeRow>('work_wakes', (row) => String(row.id));
  #lastWake = 0;

  nextWakeId(): number {
    this.#lastWake += 1;
    return this.#lastWake;
  }

  /**
   * Runs `work` as a whole or not at all. Transactions come one after the other; work that awaits nothing is done, and
   * committed, in one step. `work` must come to an end, or the next one waits for ever.
   */
  async transaction<T>(work: () => T | Promise<T>): Promise<T> {
    while (this.#open !== null) await this.#open;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#open = promise;
    this.#journal.begin();
    try {
      const result = work();
      const value = result instanceof Promise ? await result : result;
      this.#journal.commit();
      return value;
    } catch (error) {
      this.#journal.rollback();
      throw error;
    } finally {
      this.#open = null;
      resolve();
    }
  }

  #table<Row extends object>(name: string, keyOf: (row: Row) => string): Table<Row> {
    return new Table<Row>({ name, journal: this.#journal, keyOf });
  }
}
