import type { LocalDate } from '../kernel/dates.ts';
import type { Money } from '../kernel/money.ts';

/**
 * A ledger document as we intend it, in terms that every ledger has. A ledger connector turns it into its own entity.
 * Accounts are already the ledger's own ids.
 */
export type LedgerDocument =
  | SalesReceipt
  | RefundReceipt
  | Expense
  | Deposit
  | Transfer
  | Invoice
  | Payment
  | CreditMemo
  | JournalEntry
  | CreditApplication;

export type DocumentKind = LedgerDocument['kind'];

interface DocumentBase {
  readonly on: LocalDate;
  readonly currency: string;
  /** Shown to people beside the marker. */
  readonly memo: string;
}

/** A line of a sales form: an item of the ledger (which carries its income account) and an amount before tax. */
export interface ItemLine {
  readonly itemId: string;
  readonly description: string;
  /** Signed: a negative line reduces the total. */
  readonly amount: Money;
  readonly taxable: boolean;
}

export interface AccountLine {
  readonly accountId: string;
  readonly description: string;
  /** Signed, in the direction of the document. */
  readonly amount: Money;
}

interface SalesForm extends DocumentBase {
  readonly customerId: string | null;
  readonly lines: readonly ItemLine[];
  /** Tax on top of the lines; the document's total is lines + tax. */
  readonly tax: Money;
}

/** Sale paid at once: the total goes to `accountId`. */
export interface SalesReceipt extends SalesForm {
  readonly kind: 'sales_receipt';
  readonly accountId: string;
  /** Short reference of the payment at the source. */
  readonly reference: string;
}

/** Money given back from `accountId` for a sale. */
export interface RefundReceipt extends SalesForm {
  readonly kind: 'refund_receipt';
  readonly accountId: string;
  readonly reference: string;
}

/** Money out of `accountId` (a bank-type account) to a vendor, coded by lines. */
export interface Expense extends DocumentBase {
  readonly kind: 'expense';
  readonly accountId: string;
  readonly vendorId: string | null;
  readonly lines: readonly AccountLine[];
}

/** Money into `accountId`, coded by lines. */
export interface Deposit extends DocumentBase {
  readonly kind: 'deposit';
  readonly accountId: string;
  readonly lines: readonly AccountLine[];
}

export interface Transfer extends DocumentBase {
  readonly kind: 'transfer';
  readonly fromAccountId: string;
  readonly toAccountId: string;
  readonly amount: Money;
}

export interface Invoice extends SalesForm {
  readonly kind: 'invoice';
  readonly customerId: string;
  readonly dueOn: LocalDate | null;
}

/** Money received from a customer into `accountId`, applied to documents; what is not applied stays as their credit. */
export interface Payment extends DocumentBase {
  readonly kind: 'payment';
  readonly customerId: string;
  readonly accountId: string;
  readonly amount: Money;
  readonly applies: readonly AppliedAmount[];
  readonly reference: string;
}

export interface AppliedAmount {
  readonly document: DocumentLink;
  readonly amount: Money;
}

/** A document already in the ledger by its id there, or one of our postings, whose document id is filled in on sending. */
export type DocumentLink =
  | { readonly kind: DocumentKind; readonly documentId: string }
  | { readonly kind: DocumentKind; readonly postingId: string };

export interface CreditMemo extends SalesForm {
  readonly kind: 'credit_memo';
  readonly customerId: string;
}

export interface JournalEntry extends DocumentBase {
  readonly kind: 'journal_entry';
  /** Positive is a debit, negative a credit; they sum to zero. */
  readonly lines: readonly (AccountLine & { readonly customerId: string | null })[];
}

/** Ties credits of a customer to debits without money moving. */
export interface CreditApplication extends DocumentBase {
  readonly kind: 'credit_application';
  readonly customerId: string;
  readonly applies: readonly AppliedAmount[];
}

/** A posted document as the ledger gives it back, reduced to what posting and reconciling compare. */
export interface PostedDocument {
  readonly kind: DocumentKind;
  readonly documentId: string;
  /** The ledger's version of it (SyncToken), needed to change or void it. */
  readonly version: string;
  /** The posting id from the marker, or null when the document is not ours. */
  readonly postingId: string | null;
  readonly on: LocalDate;
  readonly total: Money;
  readonly voided: boolean;
  /** Movements of asset and liability accounts: positive is a debit. Only accounts that the document itself names. */
  readonly movements: readonly { readonly accountId: string; readonly amount: Money }[];
}
