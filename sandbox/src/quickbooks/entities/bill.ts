import { decimalAt, minorAt, objectAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { addDays } from '../basics/calendar.ts';
import { businessRule, missing } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import { currencyMembers, currencyOf, home, inHomeCurrency } from '../books/currency.ts';
import { asParty, commonRefs, referred, refTo, requireAccountType, required } from '../books/references.ts';
import { settle } from '../books/settlement.ts';
import { openItemAccount } from '../books/system-accounts.ts';
import type { StoredEntity } from '../store/entity.ts';
import { expenseLines } from './expense-lines.ts';
import { exchangeDifference, relief, settledLines } from './payment.ts';
import { ADDRESS, EXPENSE_LINES, PAYMENT_LINES, REF, TAX_CALCULATION, TAX_DETAIL, TRANSACTION } from './shapes.ts';
import type { TransactionKind } from './transaction-kind.ts';

const VENDOR = { member: 'VendorRef', entity: 'Vendor' } as const;

/** A cost to be paid later: credits the vendor's payable. */
export const billKind: TransactionKind = {
  entity: 'Bill',
  shape: {
    ...TRANSACTION,
    Line: EXPENSE_LINES,
    VendorRef: REF,
    APAccountRef: REF,
    SalesTermRef: REF,
    DueDate: 'date',
    VendorAddr: ADDRESS,
    RemitToAddr: ADDRESS,
    Memo: 'text',
    GlobalTaxCalculation: TAX_CALCULATION,
    TxnTaxDetail: TAX_DETAIL,
    TotalAmt: 'readonly',
    Balance: 'readonly',
  },
  required: ['VendorRef', 'Line'],
  voidable: false,
  numbering: 'own',
  build: (company, draft) => {
    const vendor = required(company, draft.data, VENDOR);
    const currency = currencyOf(company, draft.data, vendor);
    const { lines, total, debits } = expenseLines(company, draft.data, vendor);
    const payable = openItemAccount(company, 'AccountsPayable', currency.code);
    const term = referred(company, draft.data, { member: 'SalesTermRef', entity: 'Term' });
    const days = Number(decimalAt(term?.data, 'DueDays')?.units ?? 0n);
    return {
      data: {
        ...draft.data,
        ...commonRefs(company, draft.data),
        ...currencyMembers(company, currency),
        VendorRef: refTo(vendor),
        APAccountRef: refTo(payable),
        DueDate: textAt(draft.data, 'DueDate') ?? addDays(draft.date, days),
        Line: lines,
        TotalAmt: Decimal.fromMinor(total),
      },
      lines: inHomeCurrency(currency, [
        { account: payable.id, amount: -total, party: asParty(vendor), open: -total },
        ...debits,
      ]),
    };
  },
};

/** Money paid to a vendor for bills. */
export const billPaymentKind: TransactionKind = {
  entity: 'BillPayment',
  shape: {
    ...TRANSACTION,
    VendorRef: REF,
    APAccountRef: REF,
    PayType: { oneOf: ['Check', 'CreditCard'] },
    TotalAmt: 'decimal',
    CheckPayment: { object: { BankAccountRef: REF, PrintStatus: 'text', CheckDetail: 'any', PayeeAddr: ADDRESS } },
    CreditCardPayment: { object: { CCAccountRef: REF, CCDetail: 'any' } },
    Line: PAYMENT_LINES,
  },
  required: ['VendorRef', 'PayType', 'TotalAmt', 'Line'],
  voidable: true,
  numbering: 'own',
  build: (company, draft) => {
    const { data, id } = draft;
    const vendor = required(company, data, VENDOR);
    const party = asParty(vendor);
    const currency = currencyOf(company, data, vendor);
    const total = minorAt(data, 'TotalAmt');
    if (total === undefined) throw missing('TotalAmt');
    if (total < 0n) throw businessRule('The amount of a bill payment must be zero or greater.');
    const account = paidFrom(company, data);
    const settled = settle(company, { entity: 'BillPayment', id, data, total, party });
    const payable = openItemAccount(company, 'AccountsPayable', currency.code);
    const relieved = relief(currency, settled, total - settled.charges + settled.credits);
    const paid = home(currency, total);
    return {
      data: {
        ...data,
        ...commonRefs(company, data),
        ...currencyMembers(company, currency),
        VendorRef: refTo(vendor),
        APAccountRef: refTo(payable),
        TotalAmt: Decimal.fromMinor(total),
        Line: settledLines(settled),
      },
      lines: [
        { account: account.id, amount: -paid, party },
        { account: payable.id, amount: relieved, party, open: total },
        ...exchangeDifference(company, relieved - paid),
      ],
    };
  },
};

function paidFrom(company: Company, data: JsonObject): StoredEntity {
  const isCheck = data.PayType === 'Check';
  const detail = objectAt(data, isCheck ? 'CheckPayment' : 'CreditCardPayment');
  if (detail === undefined) throw missing(isCheck ? 'CheckPayment' : 'CreditCardPayment');
  const account = required(company, detail, { member: isCheck ? 'BankAccountRef' : 'CCAccountRef', entity: 'Account' });
  requireAccountType(account, [isCheck ? 'Bank' : 'Credit Card'], 'A bill payment');
  return account;
}
