import type {
  AccountRoleRow,
  AttemptRow,
  AttentionRow,
  CheckpointRow,
  CompanyRow,
  ConnectionRow,
  CredentialRow,
  DeliveryRow,
  EndpointRow,
  EndpointSecretRow,
  EventRow,
  FactRow,
  GrantRow,
  LedgerInvoiceRow,
  LedgerNameRow,
  MarketRateRow,
  PairRow,
  PostingLegRow,
  PostingLineRow,
  PostingNeedRow,
  PostingRow,
  ReadDueRow,
  ReconciliationStored,
  RecordAliasRow,
  RecordRow,
  RecordWaitRow,
  SecurityEventRow,
  SyncRunRow,
  WakeRow,
  WorkRow,
} from './rows.ts';
import { Journal, Table } from './table.ts';

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
  readonly grants = this.#table<GrantRow>('oauth_grants', (row) => row.connectionId);
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
  readonly postings = new Table<PostingRow, 'ledgerState' | 'batch' | 'fact' | 'pair' | 'document'>({
    name: 'postings',
    journal: this.#journal,
    keyOf: (row) => row.id,
    indexes: {
      ledgerState: (row) => `${row.ledgerId} ${row.state}`,
      batch: (row) => (row.batch === null ? null : `${row.ledgerId} ${row.batch}`),
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
  readonly postingNeeds = new Table<PostingNeedRow, 'posting' | 'needs'>({
    name: 'posting_needs',
    journal: this.#journal,
    keyOf: (row) => `${row.postingId} ${row.needsId}`,
    indexes: { posting: (row) => row.postingId, needs: (row) => row.needsId },
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
