import { assert } from '../../kernel/assert.ts';
import { rawJson } from '../../kernel/json.ts';
import { absolute, formatAmount, type Money } from '../../kernel/money.ts';
import type { AccountLine, AppliedAmount, DocumentKind, ItemLine, JournalEntry } from '../../model/document.ts';
import { cut } from './text.ts';

/** Most characters of a line's description (schema of the API, 2026-07). */
const MAX_DESCRIPTION = 4_000;

/** What a payment's line may link to, by QuickBooks' name of it. */
const LINKABLE: Partial<Record<DocumentKind, string>> = {
  invoice: 'Invoice',
  credit_memo: 'CreditMemo',
  journal_entry: 'JournalEntry',
  payment: 'Payment',
  expense: 'Expense',
};

/** An amount as the JSON number that QuickBooks wants, digit for digit. */
export function amountJson(amount: Money, currency: string): unknown {
  assert(amount.currency === currency, `a line in ${amount.currency} cannot stand in a document in ${currency}`);
  return rawJson(formatAmount(amount));
}

export function referenceJson(id: string): { readonly value: string } {
  return { value: id };
}

/**
 * A line of a sales form. Quantity and unit price stay out: the server insists that they multiply to the amount, which
 * a rounded price cannot.
 */
export function itemLineJson(line: ItemLine, currency: string): unknown {
  return {
    ...head(line, currency),
    DetailType: 'SalesItemLineDetail',
    SalesItemLineDetail: {
      ItemRef: referenceJson(line.itemId),
      TaxCodeRef: referenceJson(line.taxable ? 'TAX' : 'NON'),
    },
  };
}

export function expenseLineJson(line: AccountLine, currency: string): unknown {
  return {
    ...head(line, currency),
    DetailType: 'AccountBasedExpenseLineDetail',
    AccountBasedExpenseLineDetail: { AccountRef: referenceJson(line.accountId) },
  };
}

export function depositLineJson(line: AccountLine, currency: string): unknown {
  return {
    ...head(line, currency),
    DetailType: 'DepositLineDetail',
    DepositLineDetail: { AccountRef: referenceJson(line.accountId) },
  };
}

/** Amounts of a journal line are positive; the sign is its posting type. */
export function journalLineJson(line: JournalEntry['lines'][number], currency: string): unknown {
  const { customerId } = line;
  return {
    ...head({ description: line.description, amount: absolute(line.amount) }, currency),
    DetailType: 'JournalEntryLineDetail',
    JournalEntryLineDetail: {
      PostingType: line.amount.minor < 0n ? 'Credit' : 'Debit',
      AccountRef: referenceJson(line.accountId),
      ...(customerId === null ? {} : { Entity: { Type: 'Customer', EntityRef: referenceJson(customerId) } }),
    },
  };
}

/** The part of a payment that settles, or is taken from, another document. */
export function appliedLineJson(applied: AppliedAmount, currency: string): unknown {
  const { document, amount } = applied;
  assert('documentId' in document, 'a linked posting must be resolved to its document before it is sent');
  const type = LINKABLE[document.kind];
  assert(type !== undefined, `a payment cannot be applied to a document of kind ${document.kind}`);
  return { Amount: amountJson(amount, currency), LinkedTxn: [{ TxnId: document.documentId, TxnType: type }] };
}

function head(line: { readonly description: string; readonly amount: Money }, currency: string): object {
  return {
    Amount: amountJson(line.amount, currency),
    ...(line.description === '' ? {} : { Description: cut(line.description, MAX_DESCRIPTION) }),
  };
}
