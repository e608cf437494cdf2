import type { LedgerCompany, OpenInvoice, RecordRef } from '../../../src/connectors/sdk/index.ts';
import type { Connection, Pair } from '../../../src/hub/connections/index.ts';
import type { Role } from '../../../src/hub/mapping/index.ts';
import { posting as postingFixture } from '../../../src/hub/posting/fixtures/posting.ts';
import type { DeliveryStore, OutboxStore, Posting } from '../../../src/hub/posting/index.ts';
import type { Saved } from '../../../src/hub/posting/outbox-store.ts';
import type { PlannedPosting } from '../../../src/hub/posting/plan/index.ts';
import type { ReconcileStore } from '../../../src/hub/reconcile/index.ts';
import type { ConnectionId, FactId, PostingId, TenantId } from '../../../src/kernel/ids.ts';
import { type Money, money } from '../../../src/kernel/money.ts';
import type { Fact } from '../../../src/model/facts.ts';
import type { Lease } from '../../../src/platform/engine/index.ts';
import type { AttemptRow, FactRow, LedgerInvoiceRow, PostingLineRow, PostingRow } from './rows.ts';

export const NOW = Date.parse('2026-03-02T12:00:00Z');
export const HOUR_MS = 3_600_000;

export const COMPANY: LedgerCompany = {
  companyId: 'ledger account',
  name: 'Acme LLC',
  homeCurrency: 'USD',
  multiCurrency: false,
  closedThrough: null,
  enforcesNumbers: true,
  timeZone: null,
};
export const INVOICE: OpenInvoice = {
  documentId: '77',
  number: '1042',
  customerId: '12',
  currency: 'USD',
  balance: '1.00',
  voided: false,
};

export interface FactSeed {
  readonly name: string;
  readonly fact: Fact;
  readonly state?: FactRow['state'];
  readonly reasonCode?: string;
}

export interface EventSeed {
  readonly type: string;
  readonly touches: readonly RecordRef[];
  readonly state?: 'received' | 'done';
}

/** An item for a person, as far as the contracts look at it. */
export interface AttentionSeen {
  readonly code: string;
  readonly detail: string;
  readonly connectionId: string | null;
  readonly isOpen: boolean;
}

export interface ReconciliationSeen {
  readonly kind: 'payout' | 'day';
  readonly subject: string;
  readonly period: string;
  readonly currency: string;
  readonly source: bigint;
  readonly postings: bigint;
  readonly ledger: bigint;
  readonly computedAt: number;
  readonly differences: number;
}

/** The stores of one fresh tenant that has a source, a ledger and their pair, with ways around the ports. */
export interface PostingHarness {
  readonly tenantId: TenantId;
  readonly source: Connection;
  readonly ledger: Connection;
  readonly pair: Pair;
  readonly outbox: OutboxStore;
  readonly deliveries: DeliveryStore;
  readonly reconcile: ReconcileStore;
  /** Takes a connection over from whoever has it. */
  claim(connection: Connection): Promise<Lease>;
  readonly put: PostingPut;
  readonly seen: PostingSeen;
}

export interface PostingPut {
  fact(id: FactId, seed: FactSeed): Promise<void>;
  event(seed: EventSeed): Promise<void>;
  rate(currency: string, at: number, rate: string): Promise<void>;
  role(role: Role, ledgerId: string): Promise<void>;
  /** Brings a posting into any condition. */
  posting(id: PostingId, change: PostingChange): Promise<void>;
}

/** How calls begin: each document alone under its own key, and the removal of one. */
export const ALONE = { operation: 'create', batch: null } as const;
export const REMOVAL = { operation: 'void', batch: null } as const;

export type PostingChange = Partial<
  Pick<
    PostingRow,
    | 'state'
    | 'wanted'
    | 'held'
    | 'reasonCode'
    | 'notBefore'
    | 'failures'
    | 'firstSentAt'
    | 'fence'
    | 'looks'
    | 'batch'
    | 'keyRevision'
    | 'documentId'
    | 'plannedAt'
    | 'postedAt'
    | 'touchedAt'
  >
>;

export interface PostingSeen {
  posting(id: PostingId): Promise<PostingRow | null>;
  lines(id: PostingId): Promise<readonly PostingLineRow[]>;
  /** In order. */
  legs(id: PostingId): Promise<readonly string[]>;
  needs(id: PostingId): Promise<readonly PostingId[]>;
  /** In the order in which they were made. */
  attempts(id: PostingId): Promise<readonly AttemptRow[]>;
  fact(id: FactId): Promise<Pick<FactRow, 'state' | 'reasonCode' | 'reasonDetail' | 'updatedAt'>>;
  attention(subject: string): Promise<readonly AttentionSeen[]>;
  /** Connections woken since the harness was made, each once, in order. */
  wakes(): Promise<readonly ConnectionId[]>;
  ledgerInvoice(number: string): Promise<LedgerInvoiceRow | null>;
  receivedEvents(): Promise<number>;
  /** In the order of period, kind, subject and currency. */
  reconciliations(): Promise<readonly ReconciliationSeen[]>;
}

export type MakeHarness = () => Promise<PostingHarness>;

export function usd(minor: bigint): Money {
  return money(minor, 'USD');
}

/** Ids are unique over all tenants of a database. `name` decides their order. */
export function postingIdOf({ tenantId }: PostingHarness, name: string): PostingId {
  return `pst_${tenantId}_${name}`;
}

export function factIdOf({ tenantId }: PostingHarness, name: string): FactId {
  return `fct_${tenantId}_${name}`;
}

export interface PlanSeed extends Partial<Omit<PlannedPosting, 'id' | 'needs'>> {
  readonly on?: string;
  /** Cents of the sale, tax included. */
  readonly cents?: bigint;
  readonly memo?: string;
  readonly needs?: readonly string[];
}

/** A sale without tax; its entry balances unless one is given. */
export function aPlan(h: PostingHarness, name: string, seed: PlanSeed = {}): PlannedPosting {
  const { on = '2026-03-01', cents = 10_825n, memo = 'Payment', needs = [], ...over } = seed;
  const id = postingIdOf(h, name);
  return {
    id,
    leg: 'receipt',
    recipe: 'S1',
    document: { ...postingFixture().document, on, memo },
    party: null,
    entry: [
      { role: 'CLR:USD', amount: usd(cents) },
      { role: 'SALES', amount: usd(-cents) },
    ],
    total: usd(cents),
    generation: 1,
    replaces: null,
    covers: [`leg_${id}`],
    held: null,
    attention: null,
    ...over,
    needs: needs.map((need) => postingIdOf(h, need)),
  };
}

export async function addFact(h: PostingHarness, seed: FactSeed): Promise<FactId> {
  const id = factIdOf(h, seed.name);
  await h.put.fact(id, seed);
  return id;
}

/** Plans postings for one fact, in one transaction. */
export async function save(
  h: PostingHarness,
  factId: FactId,
  plans: readonly PlannedPosting[],
  now = NOW,
): Promise<readonly Saved[]> {
  const lease = await h.claim(h.source);
  return h.outbox.transaction(lease, async (tx) => {
    const saved: Saved[] = [];
    for (const posting of plans) saved.push(await tx.save({ pair: h.pair, factId, provider: 'stripe', posting, now }));
    return saved;
  });
}

/** The posting as delivery reads it; it must be planned, due and free. */
export async function readToSend(h: PostingHarness, name: string): Promise<Posting> {
  const ready = await h.deliveries.toSend(h.ledger, 100, NOW + 1_000 * HOUR_MS);
  return ready.find(({ id }) => id === postingIdOf(h, name))!;
}
