/** What the store holds at a moment, in the terms of the checks. */
export interface Snapshot {
  readonly postings: readonly SnapshotPosting[];
  readonly facts: readonly SnapshotFact[];
  readonly deliveries: readonly SnapshotDelivery[];
  readonly events: readonly { readonly tenantId: string; readonly state: string; readonly dedupeKey: string }[];
  readonly readsDue: readonly { readonly tenantId: string; readonly subject: string; readonly notBefore: number }[];
  readonly records: readonly SnapshotRecord[];
  readonly reconciliations: readonly SnapshotReconciliation[];
  readonly connections: readonly { readonly id: string; readonly state: string }[];
  /** What people are asked for and have not done. */
  readonly attention: readonly { readonly subject: string; readonly code: string }[];
  /** End of the longest lease, or 0. */
  readonly leasedUntil: number;
}

export interface SnapshotPosting {
  readonly id: string;
  readonly tenantId: string;
  readonly factId: string;
  readonly leg: string;
  readonly recipe: string;
  readonly kind: string;
  readonly state: string;
  readonly wanted: string;
  readonly held: boolean;
  readonly reasonCode: string | null;
  readonly on: string;
  readonly totalMinor: bigint;
  readonly currency: string;
  readonly documentId: string | null;
  readonly ledgerId: string;
  readonly firstSentAt: number | null;
  readonly adopted: boolean;
  readonly notBefore: number;
  /** Sum of its lines by currency: always zero. */
  readonly imbalance: bigint;
}

export interface SnapshotFact {
  readonly id: string;
  readonly tenantId: string;
  readonly kind: string;
  readonly objectId: string;
  readonly state: string;
  readonly reasonCode: string | null;
}

export interface SnapshotDelivery {
  readonly id: string;
  readonly provider: string;
  readonly state: string;
  readonly reason: string | null;
  readonly dedupeKey: string;
}

export interface SnapshotRecord {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly stream: string;
  readonly externalId: string;
  readonly version: number;
  readonly normalised: boolean;
  readonly problem: string | null;
}

export interface SnapshotReconciliation {
  readonly tenantId: string;
  readonly subject: string;
  readonly period: string;
  readonly currency: string;
  readonly source: bigint;
  readonly ledger: bigint;
  readonly differences: readonly { readonly kind: string; readonly subject: string }[];
}
