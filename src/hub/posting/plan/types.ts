import type { LocalDate } from '../../../kernel/dates.ts';
import type { ErrorCode } from '../../../kernel/error-codes.ts';
import type { PostingId } from '../../../kernel/ids.ts';
import type { Money } from '../../../kernel/money.ts';
import type { LedgerDocument } from '../../../model/document.ts';
import type {
  BitcoinPaymentFact,
  ChargeFact,
  CustomerRef,
  Fact,
  InvoiceFact,
  PayoutItemsFact,
} from '../../../model/facts.ts';
import type { PairSettings, Role, RoleMap } from '../../mapping/index.ts';

/** Economic legs, the same in every mode and detail level: `docs/spec/posting.md` says what each is. */
export type Leg =
  | 'receipt'
  | 'fee'
  | 'refund'
  | 'refund.credit'
  | 'refund.apply'
  | 'refund_failed'
  | 'dispute'
  | 'dispute_won'
  | 'dispute_lost'
  | 'dispute_lost.credit'
  | 'dispute_lost.apply'
  | 'payout'
  | 'payout_reversed'
  | 'reserve'
  | 'adjustment'
  | 'invoice'
  | 'surplus'
  | 'value';

/** A row of `docs/spec/recipes.md`. */
export type Recipe =
  | 'S1'
  | 'S2'
  | 'S3'
  | 'S4'
  | 'S4b'
  | 'S4c'
  | 'S5'
  | 'S5b'
  | 'S5c'
  | 'S6'
  | 'S6b'
  | 'S6c'
  | 'S7'
  | 'S7b'
  | 'S7c'
  | 'S8'
  | 'S11'
  | 'B1'
  | 'B1b'
  | 'B2'
  | 'B3'
  | 'B4'
  | 'B5'
  | 'B6b'
  | 'B7';

/** A line of the entry that a document makes: positive is a debit. */
export interface EntryLine {
  readonly role: Role;
  readonly amount: Money;
}

/** A customer of the ledger that is found by name or made when the document is sent. */
export interface Party {
  readonly name: string;
  readonly email: string | null;
}

export interface Reason {
  readonly code: ErrorCode;
  readonly detail: string;
}

/** The generation under which a leg is planned; 1 when it is left out. */
export type Generations = Readonly<Partial<Record<Leg, number>>>;

export interface PlannedPosting {
  readonly id: PostingId;
  readonly leg: Leg;
  readonly generation: number;
  /** The posting of the generation before, whose place it takes; null for the first. */
  readonly replaces: PostingId | null;
  readonly recipe: Recipe;
  readonly document: LedgerDocument;
  readonly party: Party | null;
  readonly entry: readonly EntryLine[];
  readonly total: Money;
  /** Postings that must be posted first. */
  readonly needs: readonly PostingId[];
  /** Leg ids that this document stands for; its own, or those of many facts for a summary. */
  readonly covers: readonly string[];
  /** Planned, but not to be sent until the reason is gone. */
  readonly held: Reason | null;
  /** Posted, and somebody should look. */
  readonly attention: Reason | null;
}

export type PlanOutcome =
  | { readonly kind: 'post'; readonly postings: readonly PlannedPosting[] }
  /** Nothing can be planned until something arrives or is decided. */
  | { readonly kind: 'wait'; readonly reason: Reason }
  /** Nothing is to be posted, and that is right. */
  | { readonly kind: 'ignore'; readonly because: string }
  /** What was posted for the fact is to be removed. */
  | { readonly kind: 'withdraw'; readonly reason: Reason };

/** How an earlier fact was posted: a refund follows its original. */
export interface Original {
  readonly fact: ChargeFact;
  readonly recipe: Recipe;
  readonly receiptId: PostingId;
  readonly party: Party | null;
  /**
   * Sum of what refunds and lost disputes gave back for the same charge before this one (by time, then object id), so
   * that the shares of tax of several run on. Nothing when it is left out.
   */
  readonly givenBackBefore?: Money;
}

/** A ledger invoice found by its number. */
export interface MatchedInvoice {
  readonly documentId: string;
  readonly customerId: string;
  readonly currency: string;
  readonly number: string;
}

export type InvoiceMatch = MatchedInvoice | 'not_found' | 'not_looked_up';

/** A leg of a payout's member that is to be covered by the payout's own fee document. */
export interface OpenFee {
  readonly legId: string;
  readonly fact: Fact;
}

/** Everything a recipe may look at. Values only: planning the same input again gives the same postings. */
export interface PlanInput<F extends Fact = Fact> {
  readonly fact: F;
  readonly settings: PairSettings;
  readonly roles: RoleMap;
  readonly book: {
    readonly tenantId: string;
    readonly ledgerProvider: string;
    readonly companyId: string;
    readonly timeZone: string;
    readonly closedThrough: LocalDate | null;
  };
  readonly context: PlanContext;
}

export interface PlanContext {
  /** The charge that a refund or dispute belongs to; null when it was never seen. */
  readonly original: Original | null;
  /** What the payout is made of, when the source says so. */
  readonly items: PayoutItemsFact | null;
  /** Postings of the payout's members, and members that have none yet. */
  readonly memberPostings: readonly PostingId[];
  readonly membersWithoutPosting: readonly string[];
  readonly openFees: readonly OpenFee[];
  /** The invoice that a charge pays. */
  readonly invoice: { readonly fact: InvoiceFact; readonly postingId: PostingId } | null;
  readonly ledgerInvoice: InvoiceMatch;
  /** Stored market rate at the moment of a Bitcoin payment, decimal text. */
  readonly marketRate: string | null;
  /** Legs of the fact whose earlier postings were undone. */
  readonly generations: Generations;
}

export type { BitcoinPaymentFact, ChargeFact, CustomerRef };
