import type { Kind } from '../store/record.ts';
import { accountRules } from './account.ts';
import { bankTransactionRules } from './bank-transaction.ts';
import { bankTransferRules } from './bank-transfer.ts';
import { contactRules } from './contact.ts';
import { creditNoteRules } from './credit-note.ts';
import { invoiceRules } from './invoice.ts';
import { itemRules } from './item.ts';
import { manualJournalRules } from './manual-journal.ts';
import { paymentRules } from './payment.ts';
import type { KindRules } from './rules.ts';
import { taxRateRules } from './tax-rate.ts';

/** The rules of every kind. */
export const RULES: Readonly<Record<Kind, KindRules>> = {
  Account: accountRules,
  BankTransaction: bankTransactionRules,
  BankTransfer: bankTransferRules,
  Contact: contactRules,
  CreditNote: creditNoteRules,
  Invoice: invoiceRules,
  Item: itemRules,
  ManualJournal: manualJournalRules,
  Payment: paymentRules,
  TaxRate: taxRateRules,
};

/** The rules behind a resource such as `Invoices`. */
export function rulesOf(resource: string): KindRules | undefined {
  return Object.values(RULES).find(({ plural }) => plural === resource);
}
