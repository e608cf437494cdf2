import { assert, unreachable } from '../../kernel/assert.ts';
import { isZero, zero } from '../../kernel/money.ts';
import type {
  CreditApplication,
  CreditMemo,
  Expense,
  Invoice,
  LedgerDocument,
  Payment,
  RefundReceipt,
  SalesReceipt,
} from '../../model/document.ts';
import type { CreateItem, Marking } from '../sdk/index.ts';
import {
  amountJson,
  appliedLineJson,
  depositLineJson,
  expenseLineJson,
  itemLineJson,
  journalLineJson,
  referenceJson,
} from './lines.ts';
import { noteOf } from './marker.ts';
import { cut } from './text.ts';

/** Longest DocNumber, and longest PaymentRefNum (schema of the API, 2026-07). */
const MAX_NUMBER = 21;

/** The entity to create for a document, without its name: only fields that a create may carry. */
export function documentBody({ document, marking }: CreateItem): object {
  assert(marking.number.length <= MAX_NUMBER, `a document number has at most ${MAX_NUMBER} characters`);
  return { ...commonFields(document, marking), ...ownFields(document, marking) };
}

function commonFields(document: LedgerDocument, marking: Marking): object {
  return {
    TxnDate: document.on,
    CurrencyRef: referenceJson(document.currency),
    PrivateNote: noteOf(marking.postingId, document.memo),
  };
}

function ownFields(document: LedgerDocument, marking: Marking): object {
  const { currency } = document;
  switch (document.kind) {
    case 'sales_receipt':
    case 'refund_receipt':
      return receiptFields(document, marking);
    case 'invoice':
      return { ...salesFields(document, marking), ...(document.dueOn === null ? {} : { DueDate: document.dueOn }) };
    case 'credit_memo':
      return salesFields(document, marking);
    case 'expense':
      return expenseFields(document, marking);
    case 'deposit':
      return {
        DepositToAccountRef: referenceJson(document.accountId),
        Line: document.lines.map((line) => depositLineJson(line, currency)),
      };
    case 'transfer':
      return {
        FromAccountRef: referenceJson(document.fromAccountId),
        ToAccountRef: referenceJson(document.toAccountId),
        Amount: amountJson(document.amount, currency),
      };
    case 'payment':
      return paymentFields(document, marking);
    case 'journal_entry':
      return { DocNumber: marking.number, Line: document.lines.map((line) => journalLineJson(line, currency)) };
    case 'credit_application':
      return creditApplicationFields(document, marking);
    default:
      return unreachable(document, 'document kind');
  }
}

function receiptFields(document: SalesReceipt | RefundReceipt, marking: Marking): object {
  const { accountId, reference } = document;
  return {
    ...salesFields(document, marking),
    DepositToAccountRef: referenceJson(accountId),
    ...(reference === '' ? {} : { PaymentRefNum: cut(reference, MAX_NUMBER) }),
  };
}

function salesFields(document: SalesReceipt | RefundReceipt | Invoice | CreditMemo, marking: Marking): object {
  const { customerId, lines, tax, currency } = document;
  return {
    DocNumber: marking.number,
    ...(customerId === null ? {} : { CustomerRef: referenceJson(customerId) }),
    Line: lines.map((line) => itemLineJson(line, currency)),
    ...(isZero(tax) ? {} : { TxnTaxDetail: { TotalTax: amountJson(tax, currency) } }),
  };
}

function expenseFields(document: Expense, marking: Marking): object {
  const { accountId, vendorId, lines, currency } = document;
  return {
    DocNumber: marking.number,
    PaymentType: 'Cash',
    AccountRef: referenceJson(accountId),
    ...(vendorId === null ? {} : { EntityRef: { value: vendorId, type: 'Vendor' } }),
    Line: lines.map((line) => expenseLineJson(line, currency)),
  };
}

function paymentFields(document: Payment, marking: Marking): object {
  const { customerId, accountId, amount, applies, reference, currency } = document;
  return {
    CustomerRef: referenceJson(customerId),
    TotalAmt: amountJson(amount, currency),
    DepositToAccountRef: referenceJson(accountId),
    // Payments have no document number; without a reference of its own ours makes the payment findable for people.
    PaymentRefNum: cut(reference === '' ? marking.number : reference, MAX_NUMBER),
    ...(applies.length === 0 ? {} : { Line: applies.map((applied) => appliedLineJson(applied, currency)) }),
  };
}

function creditApplicationFields(document: CreditApplication, marking: Marking): object {
  const { customerId, applies, currency } = document;
  return {
    CustomerRef: referenceJson(customerId),
    TotalAmt: amountJson(zero(currency), currency),
    PaymentRefNum: marking.number,
    Line: applies.map((applied) => appliedLineJson(applied, currency)),
  };
}
