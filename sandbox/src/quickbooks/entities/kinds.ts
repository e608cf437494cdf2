import type { EntityName, ListName, TransactionName } from '../store/entity.ts';
import { accountKind } from './account-create.ts';
import { billKind, billPaymentKind } from './bill.ts';
import { depositKind } from './deposit.ts';
import { itemKind } from './item.ts';
import { journalEntryKind } from './journal-entry.ts';
import type { ListKind } from './list-kind.ts';
import { customerKind, vendorKind } from './names.ts';
import { paymentKind } from './payment.ts';
import { purchaseKind } from './purchase.ts';
import { creditMemoKind, invoiceKind, refundReceiptKind, salesReceiptKind } from './sales-kinds.ts';
import {
  classKind,
  companyCurrencyKind,
  departmentKind,
  paymentMethodKind,
  taxAgencyKind,
  taxCodeKind,
  taxRateKind,
  termKind,
} from './small-lists.ts';
import type { TransactionKind } from './transaction-kind.ts';
import { transferKind } from './transfer.ts';

const LISTS: Readonly<Record<ListName, ListKind>> = {
  Account: accountKind,
  Class: classKind,
  CompanyCurrency: companyCurrencyKind,
  Customer: customerKind,
  Department: departmentKind,
  Item: itemKind,
  PaymentMethod: paymentMethodKind,
  TaxAgency: taxAgencyKind,
  TaxCode: taxCodeKind,
  TaxRate: taxRateKind,
  Term: termKind,
  Vendor: vendorKind,
};

const TRANSACTIONS: Readonly<Record<TransactionName, TransactionKind>> = {
  Bill: billKind,
  BillPayment: billPaymentKind,
  CreditMemo: creditMemoKind,
  Deposit: depositKind,
  Invoice: invoiceKind,
  JournalEntry: journalEntryKind,
  Payment: paymentKind,
  Purchase: purchaseKind,
  RefundReceipt: refundReceiptKind,
  SalesReceipt: salesReceiptKind,
  Transfer: transferKind,
};

/** How a name list is written; undefined for an entity that is none. */
export function listKind(entity: EntityName): ListKind | undefined {
  return (LISTS as Partial<Record<EntityName, ListKind>>)[entity];
}

/** How a kind of transaction is written. */
export function transactionKind(entity: TransactionName): TransactionKind {
  return TRANSACTIONS[entity];
}
