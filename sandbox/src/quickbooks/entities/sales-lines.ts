import { decimalAt, flagAt, objectAt, objectsAt, refAt } from '../../core/exact/access.ts';
import { Decimal, percentOf } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { badReference, businessRule, missing } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import { referred, refMember, refTo, required } from '../books/references.ts';
import { systemAccount } from '../books/system-accounts.ts';
import type { StoredEntity } from '../store/entity.ts';
import { lineAmount, withLineIds } from './lines.ts';

/** What the lines of a sales form come to, in the form's currency. */
export interface SalesLines {
  /** The lines as answered, the subtotal line last. */
  readonly lines: readonly JsonObject[];
  readonly subtotal: bigint;
  readonly taxable: bigint;
  readonly discount: bigint;
  /** Amount for each account, as the sale credits it; a discount is negative. */
  readonly credits: readonly { readonly account: string; readonly amount: bigint }[];
}

interface SalesItemLine {
  readonly line: JsonObject;
  readonly account: string;
  readonly amount: bigint;
  readonly isTaxable: boolean;
}

/** Works out the lines of a sales form; a fault names the first wrong one. */
export function salesLines(company: Company, draft: JsonObject): SalesLines {
  const sent = objectsAt(draft, 'Line');
  const items: SalesItemLine[] = [];
  const answered: JsonObject[] = [];
  const discounts: JsonObject[] = [];
  for (const line of sent) {
    if (line.DetailType === 'SalesItemLineDetail') {
      const item = salesItem(company, line);
      items.push(item);
      answered.push(item.line);
    } else if (line.DetailType === 'DiscountLineDetail') discounts.push(line);
    else if (line.DetailType === 'DescriptionOnly') answered.push(line);
  }
  if (discounts.length > 1) throw businessRule('A sales form takes one discount line.');
  if (items.length === 0) throw businessRule('A sales form needs at least one item line.');
  const subtotal = items.reduce((sum, item) => sum + item.amount, 0n);
  const taxable = items.reduce((sum, item) => sum + (item.isTaxable ? item.amount : 0n), 0n);
  const discount = discounts[0] === undefined ? undefined : discountLine(company, discounts[0], subtotal);
  return {
    lines: [...withLineIds([...answered, ...(discount === undefined ? [] : [discount.line])]), subtotalLine(subtotal)],
    subtotal,
    taxable,
    discount: discount?.amount ?? 0n,
    credits: [
      ...items.map(({ account, amount }) => ({ account, amount })),
      ...(discount === undefined ? [] : [{ account: discount.account, amount: -discount.amount }]),
    ],
  };
}

function salesItem(company: Company, line: JsonObject): SalesItemLine {
  const detail = objectAt(line, 'SalesItemLineDetail');
  if (detail === undefined) throw missing('Line.SalesItemLineDetail');
  const item = referred(company, detail, { member: 'ItemRef', entity: 'Item' }) ?? defaultItem(company);
  const accountId = refAt(item.data, 'IncomeAccountRef');
  const account = company.records.get('Account', accountId ?? '');
  if (account === undefined) throw businessRule(`Item ${item.id} has no income account and cannot be sold.`);
  const taxCode = taxCodeOf(company, detail, item);
  const amount = lineAmount(line, detail);
  return {
    account: account.id,
    amount,
    isTaxable: taxCode === 'TAX',
    line: {
      ...line,
      Amount: Decimal.fromMinor(amount),
      SalesItemLineDetail: {
        ...detail,
        ItemRef: refTo(item),
        ItemAccountRef: refTo(account),
        TaxCodeRef: { value: taxCode },
        ...refMember('ClassRef', referred(company, detail, { member: 'ClassRef', entity: 'Class' })),
      },
    },
  };
}

function taxCodeOf(company: Company, detail: JsonObject, item: StoredEntity): string {
  const sent = refAt(detail, 'TaxCodeRef');
  if (sent === undefined) return flagAt(item.data, 'Taxable') === true ? 'TAX' : 'NON';
  if (company.records.get('TaxCode', sent) === undefined) throw badReference('TaxCodeRef', sent);
  return sent;
}

/** A line without an item silently falls on the company's default item. */
function defaultItem(company: Company): StoredEntity {
  return required(
    company,
    { ItemRef: objectAt(objectAt(company.preferences(), 'SalesFormsPrefs'), 'DefaultItem') },
    {
      member: 'ItemRef',
      entity: 'Item',
    },
  );
}

function discountLine(
  company: Company,
  line: JsonObject,
  subtotal: bigint,
): { line: JsonObject; amount: bigint; account: string } {
  const detail = objectAt(line, 'DiscountLineDetail') ?? {};
  const account =
    referred(company, detail, { member: 'DiscountAccountRef', entity: 'Account' }) ??
    systemAccount(company, 'DiscountsRefundsGiven');
  const percent = decimalAt(detail, 'DiscountPercent');
  const isPercent = flagAt(detail, 'PercentBased') === true;
  if (isPercent && percent === undefined) throw missing('Line.DiscountLineDetail.DiscountPercent');
  const amount = isPercent ? percentOf(subtotal, percent ?? Decimal.zero) : lineAmount(line, undefined);
  return {
    amount,
    account: account.id,
    line: {
      ...line,
      Amount: Decimal.fromMinor(amount),
      DiscountLineDetail: { ...detail, PercentBased: isPercent, DiscountAccountRef: refTo(account) },
    },
  };
}

function subtotalLine(subtotal: bigint): JsonObject {
  return { Amount: Decimal.fromMinor(subtotal), DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} };
}
