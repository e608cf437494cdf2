import { decimalAt, textAt } from '../../core/exact/access.ts';
import { addDays } from '../basics/calendar.ts';
import type { Company } from '../books/company.ts';
import { MONEY_ACCOUNTS, referred, refTo, requireAccountType, required } from '../books/references.ts';
import { openItemAccount, systemAccount } from '../books/system-accounts.ts';
import { salesEntries, salesForm } from './sales-form.ts';
import { SALES_FORM } from './shapes.ts';
import type { Draft, TransactionKind } from './transaction-kind.ts';

const DEPOSIT_TO = { member: 'DepositToAccountRef', entity: 'Account' } as const;

/** A sale to be paid later: debits the customer's receivable. */
export const invoiceKind: TransactionKind = {
  entity: 'Invoice',
  shape: SALES_FORM,
  required: ['CustomerRef', 'Line'],
  voidable: true,
  numbering: 'sales',
  build: (company, draft) => {
    const form = salesForm(company, draft, { needsCustomer: true });
    const account = openItemAccount(company, 'AccountsReceivable', form.currency.code);
    return {
      data: { ...form.data, DueDate: dueDate(company, draft) },
      lines: salesEntries(form, { account, direction: 1n, open: true }),
    };
  },
};

/** A sale paid at once: debits the account the money went to, Undeposited Funds when none is named. */
export const salesReceiptKind: TransactionKind = {
  entity: 'SalesReceipt',
  shape: SALES_FORM,
  required: ['Line'],
  voidable: true,
  numbering: 'sales',
  build: (company, draft) => {
    const form = salesForm(company, draft, { needsCustomer: false });
    const account = referred(company, draft.data, DEPOSIT_TO) ?? systemAccount(company, 'UndepositedFunds');
    requireAccountType(account, MONEY_ACCOUNTS, 'A sales receipt');
    return {
      data: { ...form.data, DepositToAccountRef: refTo(account) },
      lines: salesEntries(form, { account, direction: 1n }),
    };
  },
};

/** Money given back: credits the account it leaves. */
export const refundReceiptKind: TransactionKind = {
  entity: 'RefundReceipt',
  shape: SALES_FORM,
  required: ['DepositToAccountRef', 'Line'],
  voidable: true,
  numbering: 'sales',
  build: (company, draft) => {
    const form = salesForm(company, draft, { needsCustomer: false });
    const account = required(company, draft.data, DEPOSIT_TO);
    requireAccountType(account, MONEY_ACCOUNTS, 'A refund receipt');
    return {
      data: { ...form.data, DepositToAccountRef: refTo(account) },
      lines: salesEntries(form, { account, direction: -1n }),
    };
  },
};

/** Credit without money: credits the customer's receivable. */
export const creditMemoKind: TransactionKind = {
  entity: 'CreditMemo',
  shape: SALES_FORM,
  required: ['CustomerRef', 'Line'],
  voidable: true,
  numbering: 'sales',
  build: (company, draft) => {
    const form = salesForm(company, draft, { needsCustomer: true });
    const account = openItemAccount(company, 'AccountsReceivable', form.currency.code);
    return { data: form.data, lines: salesEntries(form, { account, direction: -1n, open: true }) };
  },
};

function dueDate(company: Company, draft: Draft): string {
  const sent = textAt(draft.data, 'DueDate');
  if (sent !== undefined) return sent;
  const term = referred(company, draft.data, { member: 'SalesTermRef', entity: 'Term' });
  return addDays(draft.date, Number(decimalAt(term?.data, 'DueDays')?.units ?? 0n));
}
