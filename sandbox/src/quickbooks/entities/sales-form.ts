import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { businessRule } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import { currencyMembers, currencyOf, inHomeCurrency, type TransactionCurrency } from '../books/currency.ts';
import type { EntryLine, Party } from '../books/general-ledger.ts';
import { asParty, commonRefs, referred, refMember, required } from '../books/references.ts';
import { systemAccount } from '../books/system-accounts.ts';
import type { StoredEntity } from '../store/entity.ts';
import { salesLines } from './sales-lines.ts';
import { salesTax } from './sales-tax.ts';
import type { Draft } from './transaction-kind.ts';

/** A sales form worked out, before it is known whether it is a sale or gives one back. */
interface SalesForm {
  readonly data: JsonObject;
  readonly total: bigint;
  readonly currency: TransactionCurrency;
  readonly customer: StoredEntity | undefined;
  /** Income, discount and tax as a sale books them, in the form's currency. */
  readonly credits: readonly EntryLine[];
}

/** Works out customer, lines, tax and total of a sales form. */
export function salesForm(company: Company, draft: Draft, rules: { needsCustomer: boolean }): SalesForm {
  const { data } = draft;
  const path = { member: 'CustomerRef', entity: 'Customer' } as const;
  const customer = rules.needsCustomer ? required(company, data, path) : referred(company, data, path);
  const currency = currencyOf(company, data, customer);
  const lines = salesLines(company, data);
  const tax = salesTax(company, data, lines);
  const total = lines.subtotal - lines.discount + tax.amount;
  if (total < 0n) throw businessRule('The total of a sales form must be zero or greater.');
  const { TxnTaxDetail: _sent, ...kept } = data;
  return {
    total,
    currency,
    customer,
    credits: [
      ...lines.credits.map(({ account, amount }) => ({ account, amount: -amount })),
      ...(tax.amount === 0n ? [] : [{ account: systemAccount(company, 'SalesTaxPayable').id, amount: -tax.amount }]),
    ],
    data: {
      ApplyTaxAfterDiscount: false,
      PrintStatus: 'NeedToPrint',
      EmailStatus: 'NotSet',
      ...kept,
      ...commonRefs(company, data),
      ...refMember('CustomerRef', customer),
      ...currencyMembers(company, currency, total),
      Line: lines.lines,
      ...(tax.detail === undefined ? {} : { TxnTaxDetail: tax.detail }),
      TotalAmt: Decimal.fromMinor(total),
    },
  };
}

/** The entries of a form: its total on one account against everything else. `direction` is -1n to give a sale back. */
export function salesEntries(
  form: SalesForm,
  parts: { account: StoredEntity; direction: 1n | -1n; open?: boolean },
): EntryLine[] {
  const { direction } = parts;
  const party: Party | undefined = form.customer === undefined ? undefined : asParty(form.customer);
  const total: EntryLine = {
    account: parts.account.id,
    amount: direction * form.total,
    ...(party === undefined ? {} : { party }),
    ...(parts.open === true ? { open: direction * form.total } : {}),
  };
  const others = form.credits.map((line) => ({
    ...line,
    amount: direction * line.amount,
    ...(party === undefined ? {} : { party }),
  }));
  return inHomeCurrency(form.currency, [total, ...others]);
}
