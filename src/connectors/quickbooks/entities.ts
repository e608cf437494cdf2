import type { DocumentKind } from '../../model/document.ts';

/** The QuickBooks entity of each kind of document. */
export const ENTITY_OF = {
  sales_receipt: 'SalesReceipt',
  refund_receipt: 'RefundReceipt',
  expense: 'Purchase',
  deposit: 'Deposit',
  transfer: 'Transfer',
  invoice: 'Invoice',
  payment: 'Payment',
  credit_memo: 'CreditMemo',
  journal_entry: 'JournalEntry',
  // A payment of nothing that links a credit to a debit.
  credit_application: 'Payment',
} as const satisfies Record<DocumentKind, string>;

export type DocumentEntity = (typeof ENTITY_OF)[DocumentKind];

/** One kind for each entity; credit applications are found among the payments. */
export const LISTED_KINDS = [
  'sales_receipt',
  'refund_receipt',
  'expense',
  'deposit',
  'transfer',
  'invoice',
  'payment',
  'credit_memo',
  'journal_entry',
] as const satisfies readonly DocumentKind[];

/**
 * Kinds whose DocNumber is refused when used before, while the company's custom transaction numbers are on. The
 * preference is one of the sales forms, so only these count; expenses and journal entries are looked up instead.
 */
export const NUMBERED_KINDS = [
  'sales_receipt',
  'refund_receipt',
  'invoice',
  'credit_memo',
] as const satisfies readonly DocumentKind[];

/** The path segment of an entity. */
export function resourceOf(entity: string): string {
  return entity.toLowerCase();
}
