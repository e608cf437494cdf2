import type { SourceEvent } from '../../connectors/sdk/index.ts';
import type { ConnectionId, DeliveryId, TenantId } from '../../kernel/ids.ts';
import type { SecurityEvent } from '../audit/index.ts';

export interface Endpoint {
  readonly id: string;
  readonly provider: string;
  readonly url: string;
  /** Null for an endpoint of the whole app. */
  readonly tenantId: TenantId | null;
  readonly connectionId: ConnectionId | null;
  readonly secrets: readonly SealedSecret[];
}

export interface SealedSecret {
  readonly tenantId: TenantId;
  readonly ciphertext: Uint8Array;
  readonly keyVersion: number;
}

export interface NewDelivery {
  readonly id: DeliveryId;
  readonly tenantId: TenantId | null;
  readonly endpointId: string;
  readonly provider: string;
  readonly dedupeKey: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly receivedAt: number;
}

export interface StoredDelivery {
  readonly id: DeliveryId;
  readonly provider: string;
  readonly tenantId: TenantId | null;
  readonly connectionId: ConnectionId | null;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What a delivery turned out to be. */
export type Opened =
  | { readonly kind: 'events'; readonly events: readonly SourceEvent[] }
  | { readonly kind: 'dead'; readonly reason: string };

export interface FanOutCount {
  readonly deliveries: number;
  readonly events: number;
}

/** What the inbox asks of the store. Every verb is one transaction. */
export interface InboxStore {
  endpointByToken(tokenHash: Uint8Array): Promise<Endpoint | null>;
  /** Inserts what is new; true for each that was, false for one that was there already. */
  save(deliveries: readonly NewDelivery[]): Promise<readonly boolean[]>;
  recordSecurityEvent(event: SecurityEvent, now: number): Promise<void>;
  /**
   * Takes received deliveries that nobody else is taking, writes the events inside them to the tenants they belong to
   * and wakes their connections.
   */
  fanOut(limit: number, now: number, open: (delivery: StoredDelivery) => Opened): Promise<FanOutCount>;
}
