import type { FactId, PairId, PostingId } from '../../kernel/ids.ts';
import type { Money } from '../../kernel/money.ts';
import type { ChargeFact, Fact, InvoiceFact, PayoutItemsFact } from '../../model/facts.ts';
import type { Lease } from '../../platform/engine/index.ts';
import type { Pair } from '../connections/index.ts';
import type { RoleMap } from '../mapping/index.ts';
import type { InvoiceMatch, OpenFee, Party, PlannedPosting, Reason, Recipe } from './plan/index.ts';

/** A number that was not in the ledger is looked up again after this. */
export const LOOK_AGAIN_MS = 3_600_000;
/** A stored market rate counts for payments received up to this long after it. */
export const RATE_VALID_MS = 15 * 60_000;

/** The ledger's own terms, as last read. */
export interface Book {
  readonly tenantId: string;
  readonly ledgerProvider: string;
  readonly companyId: string;
  readonly timeZone: string;
  readonly closedThrough: string | null;
}

export interface FactToPlan {
  readonly id: FactId;
  readonly fact: Fact;
}

export interface SavePlan {
  readonly pair: Pair;
  readonly factId: FactId;
  readonly provider: string;
  readonly posting: PlannedPosting;
  readonly now: number;
}

/** What became of one planned posting. */
export type Saved =
  | 'new'
  /** Replaced a plan that had not reached the ledger. */
  | 'replanned'
  /** It, or a summary that covers it, is there already and says the same. */
  | 'already_there'
  /** A call for it, or its removal, is under way: the fact is planned again later. */
  | 'busy'
  /** What was planned under its id is over, and certainly not in the ledger: nothing was written. */
  | 'undone'
  /** It is in the ledger and says something else. */
  | 'differs';

export interface Members {
  readonly postings: readonly PostingId[];
  readonly without: readonly string[];
  readonly openFees: readonly OpenFee[];
}

/** One transaction of planning: facts in, postings out, so that neither is ever without the other. */
export interface OutboxTx {
  pair(): Promise<Pair | null>;
  book(pair: Pair): Promise<Book | null>;
  roles(pairId: PairId): Promise<RoleMap>;
  /** In the order in which they happened, so that an original is planned before its refund. */
  factsToPlan(limit: number): Promise<readonly FactToPlan[]>;
  /** The charge with this id at the source; its recipe is null while it is not planned. */
  charge(chargeId: string): Promise<{
    readonly fact: ChargeFact;
    readonly recipe: Recipe | null;
    readonly receiptId: PostingId | null;
    readonly party: Party | null;
  } | null>;
  /** What was given back of a charge before a fact, by time and then id: shares of tax run on. */
  givenBackBefore(
    chargeId: string,
    before: { readonly id: FactId; readonly occurredAt: number },
  ): Promise<readonly Money[]>;
  payoutItems(payoutId: string): Promise<PayoutItemsFact | null>;
  /** Fees that only a document of the payout itself covers are still open: it is being planned again. */
  members(objectIds: readonly string[], book: Book, payout: FactId): Promise<Members>;
  invoice(invoiceId: string): Promise<{ readonly fact: InvoiceFact; readonly postingId: PostingId } | null>;
  /** The ledger invoice of a number; asks the ledger's next turn to look when nobody has. */
  ledgerInvoice(pair: Pair, number: string, now: number): Promise<InvoiceMatch>;
  marketRate(currency: string, instant: number): Promise<string | null>;
  save(plan: SavePlan): Promise<Saved>;
  /** Takes back what was planned or posted for a fact; answers how many documents that concerns. */
  withdraw(factId: FactId, reason: Reason, now: number): Promise<number>;
  settleFact(
    factId: FactId,
    state: 'planned' | 'waiting' | 'ignored' | 'new',
    reason: Reason | { readonly code: null; readonly detail: string } | null,
    now: number,
  ): Promise<void>;
  wakeLedger(pair: Pair, now: number): Promise<void>;
}

export interface OutboxStore {
  /** Runs `work` in one transaction of the source connection, under proof of the lease. */
  transaction<T>(lease: Lease, work: (tx: OutboxTx) => Promise<T>): Promise<T>;
  /** Makes waiting facts due for planning: something that they wait for may have come. Answers how many. */
  reopenWaiting(lease: Lease, now: number): Promise<number>;
}
