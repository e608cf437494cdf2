import { flagAt, minorAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { businessRule, missing } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import { currencyMembers, currencyOf, home, type TransactionCurrency } from '../books/currency.ts';
import type { EntryLine } from '../books/general-ledger.ts';
import {
  asParty,
  commonRefs,
  MONEY_ACCOUNTS,
  referred,
  refTo,
  requireAccountType,
  required,
} from '../books/references.ts';
import { type Settled, settle } from '../books/settlement.ts';
import { openItemAccount, systemAccount } from '../books/system-accounts.ts';
import { PAYMENT_LINES, PAYMENT_REF_MAX, REF, TRANSACTION } from './shapes.ts';
import type { TransactionKind } from './transaction-kind.ts';

const { DocNumber: _none, ...SHARED } = TRANSACTION;

/** Money received from a customer, applied to what is open; the rest stays as the customer's credit. */
export const paymentKind: TransactionKind = {
  entity: 'Payment',
  shape: {
    ...SHARED,
    CustomerRef: REF,
    ARAccountRef: REF,
    DepositToAccountRef: REF,
    PaymentMethodRef: REF,
    PaymentRefNum: { max: PAYMENT_REF_MAX },
    PaymentType: { oneOf: ['Cash', 'Check', 'CreditCard', 'Expense', 'Other'] },
    TotalAmt: 'decimal',
    UnappliedAmt: 'readonly',
    ProcessPayment: 'flag',
    Line: PAYMENT_LINES,
  },
  required: ['CustomerRef', 'TotalAmt'],
  voidable: true,
  numbering: 'none',
  build: (company, draft) => {
    const { data, id } = draft;
    if (flagAt(data, 'ProcessPayment') === true) throw businessRule('ProcessPayment must stay false.');
    const customer = required(company, data, { member: 'CustomerRef', entity: 'Customer' });
    const currency = currencyOf(company, data, customer);
    const total = minorAt(data, 'TotalAmt');
    if (total === undefined) throw missing('TotalAmt');
    if (total < 0n) throw businessRule('The amount of a payment must be zero or greater.');
    const account =
      referred(company, data, { member: 'DepositToAccountRef', entity: 'Account' }) ??
      systemAccount(company, 'UndepositedFunds');
    requireAccountType(account, MONEY_ACCOUNTS, 'A payment');
    const party = asParty(customer);
    const settled = settle(company, { entity: 'Payment', id, data, total, party });
    const spent = settled.charges - settled.credits;
    if (company.applications.total(`Payment/${id}`) > total - spent) {
      throw businessRule('Another transaction already uses this payment as a credit.');
    }
    const receivable = openItemAccount(company, 'AccountsReceivable', currency.code);
    const relieved = -relief(currency, settled, total - spent);
    const received = home(currency, total);
    const entries: EntryLine[] = [
      { account: account.id, amount: received, party },
      { account: receivable.id, amount: relieved, party, open: -total },
    ];
    return {
      data: {
        ...data,
        ProcessPayment: false,
        ...commonRefs(company, data),
        ...currencyMembers(company, currency),
        CustomerRef: refTo(customer),
        DepositToAccountRef: refTo(account),
        TotalAmt: Decimal.fromMinor(total),
        Line: settledLines(settled),
      },
      lines: [...entries, ...exchangeDifference(company, received + relieved)],
    };
  },
};

/** The home amount a payment takes off the open items: each at its own rate, the unapplied rest at the payment's. */
export function relief(currency: TransactionCurrency, settled: Settled, unapplied: bigint): bigint {
  return settled.lines.reduce(
    (sum, line) => {
      const amount = home({ code: currency.code, rate: currency.rate && (line.rate ?? currency.rate) }, line.amount);
      return line.side === 'charge' ? sum + amount : sum - amount;
    },
    home(currency, unapplied),
  );
}

/** What a foreign payment gains or loses against the rates its items were booked at. */
export function exchangeDifference(company: Company, difference: bigint): EntryLine[] {
  if (difference === 0n) return [];
  return [{ account: systemAccount(company, 'ExchangeGainOrLoss').id, amount: -difference }];
}

/** A payment's lines as answered. */
export function settledLines(settled: Settled): JsonObject[] {
  return settled.lines.map(({ link, amount }) => ({
    Amount: Decimal.fromMinor(amount),
    LinkedTxn: [{ TxnId: link.id, TxnType: link.txnType }],
  }));
}
