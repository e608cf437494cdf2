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

export interface GrantRow {
  readonly connectionId: ConnectionId;
  readonly tenantId: TenantId;
  readonly clientId: string;
  readonly generation: bigint;
  readonly isProven: boolean;
  readonly accessExpiresAt: number;
  readonly refreshedAt: number;
  readonly refreshExpiresAt: number | null;
  readonly consentEndsAt: number | null;
  readonly owner: string | null;
  readonly fence: bigint;
  readonly leasedUntil: number | null;
  readonly failures: number;
  readonly retryAt: number | null;
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
  readonly generation: number;
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
  readonly unfinishedFence: bigint | null;
}

export interface WakeRow {
  readonly id: number;
  readonly connectionId: ConnectionId;
  readonly dueAt: number;
  readonly priority: number;
}
