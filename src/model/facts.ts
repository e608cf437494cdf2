import type { LocalDate } from '../kernel/dates.ts';
import type { Money } from '../kernel/money.ts';
import type { SourceRef } from './source-ref.ts';

/**
 * A canonical fact: one economic event, whatever the provider. Amounts are positive unless the comment says signed.
 * Facts are values: `normalise` makes equal facts of equal records.
 */
export type Fact =
  | ChargeFact
  | RefundFact
  | RefundFailedFact
  | FeeFact
  | DisputeOpenedFact
  | DisputeWonFact
  | DisputeLostFact
  | PayoutFact
  | PayoutItemsFact
  | PayoutReversedFact
  | ReserveFact
  | AdjustmentFact
  | InvoiceFact
  | BitcoinPaymentFact;

export type FactKind = Fact['kind'];

interface FactBase {
  readonly source: SourceRef;
  /** Milliseconds UTC at which it happened at the source. */
  readonly occurredAt: number;
  /** Ids by which other facts of the same source speak of this one, such as the charge id. */
  readonly references: Readonly<Record<string, string>>;
  /** For the memo of a document; no personal data beyond what the source put there. */
  readonly description: string;
}

/** What a processor kept for its service. */
export interface FeePart {
  readonly role: FeeRole;
  /** Positive when the processor keeps it, negative when it gives it back. */
  readonly amount: Money;
  readonly description: string;
}
export type FeeRole = 'processing' | 'dispute' | 'payout' | 'tax';

/** `null` tax means that the source does not say; it is never taken for zero. */
export interface SaleLine {
  readonly description: string;
  readonly amount: Money;
  readonly role: 'sales' | 'shipping' | 'discount';
}

export interface CustomerRef {
  /** The source's customer id, or null when the source names none. */
  readonly id: string | null;
  readonly name: string | null;
  readonly email: string | null;
}

/** Money collected: S1, or S3 when it pays an invoice. */
export interface ChargeFact extends FactBase {
  readonly kind: 'charge';
  readonly gross: Money;
  readonly fees: readonly FeePart[];
  readonly tax: Money | null;
  /** Lines without tax; they sum to gross − tax. Empty when the source gives none. */
  readonly lines: readonly SaleLine[];
  readonly customer: CustomerRef;
  /** What the customer saw when the processor converted: amount in the presentment currency and the rate's text. */
  readonly presentment: { readonly amount: Money; readonly rate: string } | null;
}

export interface RefundFact extends FactBase {
  readonly kind: 'refund';
  readonly amount: Money;
  /** Tax inside the amount; null when the source does not say (it then follows the original's share). */
  readonly tax: Money | null;
  readonly fees: readonly FeePart[];
  /** `refund` gives money back to a customer; `capture_reversal` only shrinks what was captured (S11). */
  readonly cause: 'refund' | 'capture_reversal';
}

/** A refund that came back: the money is owed to the customer again (S5c). */
export interface RefundFailedFact extends FactBase {
  readonly kind: 'refund_failed';
  readonly amount: Money;
}

/** A fee of its own (S4c), or a credit of one when negative (S4b). */
export interface FeeFact extends FactBase {
  readonly kind: 'fee';
  readonly fee: FeePart;
}

export interface DisputeOpenedFact extends FactBase {
  readonly kind: 'dispute_opened';
  readonly amount: Money;
  readonly fees: readonly FeePart[];
}

export interface DisputeWonFact extends FactBase {
  readonly kind: 'dispute_won';
  readonly amount: Money;
  /** Fees given back, negative parts. */
  readonly fees: readonly FeePart[];
}

/** No money moves: what was held is gone (S6c). */
export interface DisputeLostFact extends FactBase {
  readonly kind: 'dispute_lost';
  readonly amount: Money;
}

export interface PayoutFact extends FactBase {
  readonly kind: 'payout';
  /** Signed: negative when the processor debits the bank (S7c). */
  readonly amount: Money;
  readonly arrivesOn: LocalDate;
  readonly payoutId: string;
  /** Fee taken in the payout's own row (instant payouts). */
  readonly fees: readonly FeePart[];
  /** Whether the source lists what the payout is made of. */
  readonly itemised: boolean;
}

/** What a payout is made of. Posts nothing itself: the payout waits for it and for every member. */
export interface PayoutItemsFact extends FactBase {
  readonly kind: 'payout_items';
  readonly payoutId: string;
  /** Source object ids of the members with their signed net; they sum to the payout's amount. The payout's own row is not in it. */
  readonly members: readonly { readonly objectId: string; readonly net: Money }[];
}

/** A payout that failed or was cancelled: the money is back at the processor (S7b). */
export interface PayoutReversedFact extends FactBase {
  readonly kind: 'payout_reversed';
  /** Signed, as it comes back: positive for a failed payout of a positive amount. */
  readonly amount: Money;
  readonly payoutId: string;
}

export interface ReserveFact extends FactBase {
  readonly kind: 'reserve';
  /** Signed effect on the balance: negative is a hold, positive a release (S8). */
  readonly amount: Money;
}

/** Any other movement of the balance: goes to SUSPENSE with an attention item, never nowhere (S11). */
export interface AdjustmentFact extends FactBase {
  readonly kind: 'adjustment';
  /** Signed effect on the balance, without fees. */
  readonly amount: Money;
  readonly fees: readonly FeePart[];
  /** The source's own name for it. */
  readonly category: string;
}

/** A document that asks for money (S2), in its current state. */
export interface InvoiceFact extends FactBase {
  readonly kind: 'invoice';
  readonly number: string | null;
  readonly status: 'open' | 'paid' | 'void' | 'uncollectible';
  readonly total: Money;
  readonly tax: Money;
  readonly lines: readonly SaleLine[];
  readonly customer: CustomerRef;
  readonly issuedAt: number;
  readonly dueAt: number | null;
}

/** One payment of coins towards one BTCPay invoice, with the state of both. */
export interface BitcoinPaymentFact extends FactBase {
  readonly kind: 'bitcoin_payment';
  /** Coins received, in BTC. */
  readonly coins: Money;
  /** Invoice currency for one BTC, decimal text, fixed when the invoice was made. */
  readonly rate: string;
  /**
   * Value at the invoice's rate in the invoice currency, without the network fee the customer was asked to add. All
   * payments of an invoice sum to its paid amount exactly: the last one takes the rounding rest.
   */
  readonly value: Money;
  /** Wallet that received it: `on_chain` or `lightning`. */
  readonly wallet: 'on_chain' | 'lightning';
  /** Fee that the merchant asked the customer to add, valued at the same rate. */
  readonly networkFee: Money;
  readonly paymentStatus: 'processing' | 'settled' | 'invalid';
  readonly invoice: BitcoinInvoice;
  /** Sum of the values of the invoice's accounted payments received before this one. */
  readonly paidBefore: Money;
  /** Position among the invoice's payments by time received, from 0, and how many there are. */
  readonly position: number;
  readonly count: number;
}

export interface BitcoinInvoice {
  readonly id: string;
  readonly status: 'new' | 'processing' | 'expired' | 'invalid' | 'settled';
  readonly exception: 'none' | 'partial' | 'over' | 'late' | 'marked' | 'invalid';
  readonly asked: Money;
  readonly paid: Money;
  /** Tax inside the asked amount, or null when the invoice does not say. */
  readonly tax: Money | null;
  readonly orderId: string | null;
  readonly customer: CustomerRef;
  /** What a settled payment above the asked amount comes to; zero when not over. */
  readonly surplus: Money;
}
