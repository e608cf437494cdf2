import { decimalAt, minorAt, objectsAt, textAt } from '../../core/exact/access.ts';
import { Decimal, percentOf } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { amountText, money, roundTo, taxInside, taxOnTop } from '../basics/money.ts';
import { Invalid } from '../basics/refusal.ts';
import { isUuid } from '../basics/uuid.ts';
import type { Entry } from '../books/ledger.ts';
import type { Organisation } from '../books/organisation.ts';
import type { XeroRecord } from '../store/record.ts';
import { ACCOUNT_CLASSES, TAX_FLAGS } from './account-types.ts';
import { given, numberAt } from './fields.ts';
import { itemDefaults } from './item.ts';
import { accountNamed, systemAccount, taxRateNamed } from './references.ts';

/** Whether amounts of lines hold their tax. */
export type AmountTypes = 'Exclusive' | 'Inclusive' | 'NoTax';
export const AMOUNT_TYPES: readonly AmountTypes[] = ['Exclusive', 'Inclusive', 'NoTax'];

/** What lines of a document go by. */
export interface LineHow {
  readonly amountTypes: AmountTypes;
  readonly unitDecimals: number;
  readonly side: 'sale' | 'purchase';
  /** A draft may leave accounts out. */
  readonly needsAccount: boolean;
  /** Whether a line may stand on the control account of debtors or creditors, or on a bank account. */
  readonly mayUse: (account: XeroRecord) => boolean;
}

/** How far a sent `TaxAmount` may be from the computed one; Xero says only that there is a limit. */
const TAX_MARGIN_MINOR = 100n;
const QUANTITY_DECIMALS = 4;
/** Tracking categories on a line. Source: Xero, Invoices. */
const MAX_TRACKING = 2;

/** The lines as they are kept. Tax is rounded for each line. A known `LineItemID` is kept, every other line gets a new one. */
export function readLines(
  organisation: Organisation,
  sent: readonly JsonObject[],
  before: readonly JsonObject[],
  how: LineHow,
): JsonObject[] {
  return sent.map((line) => readLine(organisation, given(line), before, how));
}

function readLine(
  organisation: Organisation,
  sent: JsonObject,
  before: readonly JsonObject[],
  how: LineHow,
): JsonObject {
  const itemCode = textAt(sent, 'ItemCode');
  const line: JsonObject = {
    ...(itemCode === undefined ? {} : itemDefaults(organisation, itemCode, how.side)),
    ...sent,
  };
  const account = accountNamed(organisation, line, 'AccountCode');
  if (account === undefined && how.needsAccount) throw new Invalid('Account code must be specified');
  if (account !== undefined && !how.mayUse(account))
    throw new Invalid(
      `Account code '${textAt(account.data, 'Code') ?? account.id}' is not a valid code for this document.`,
    );
  const amounts = lineAmounts(line, how);
  const tax = lineTax(organisation, line, { account, amount: amounts.amount, how });
  return {
    LineItemID: keptId(organisation, sent, before),
    ...(textAt(line, 'Description') === undefined ? {} : { Description: line.Description }),
    ...(itemCode === undefined ? {} : { ItemCode: itemCode }),
    UnitAmount: amounts.unit,
    Quantity: amounts.quantity,
    ...amounts.discount,
    ...tax,
    LineAmount: money(amounts.amount),
    ...(account === undefined ? {} : accountPart(account)),
    Tracking: tracking(line),
  };
}

function keptId(organisation: Organisation, sent: JsonObject, before: readonly JsonObject[]): string {
  const id = textAt(sent, 'LineItemID');
  if (id === undefined) return organisation.newId();
  if (!isUuid(id) || !before.some((line) => line.LineItemID === id)) throw new Invalid('The LineItemID is not valid');
  return id;
}

function accountPart({ id, data }: XeroRecord): JsonObject {
  return { ...(textAt(data, 'Code') === undefined ? {} : { AccountCode: data.Code }), AccountID: id };
}

function tracking(line: JsonObject): JsonObject[] {
  const categories = objectsAt(line, 'Tracking').map((category) => ({ ...category }));
  if (categories.length > MAX_TRACKING) throw new Invalid('A line can have at most two tracking categories');
  return categories;
}

interface Amounts {
  readonly unit: Decimal;
  readonly quantity: Decimal;
  readonly amount: bigint;
  readonly discount: JsonObject;
}

/** Quantity × unit amount less discount, rounded to cents; a `LineAmount` that was sent must agree or stand alone. */
function lineAmounts(line: JsonObject, how: LineHow): Amounts {
  const quantity = roundTo(numberAt(line, 'Quantity') ?? Decimal.of(1), QUANTITY_DECIMALS);
  const stated = numberAt(line, 'LineAmount');
  const unitSent = numberAt(line, 'UnitAmount');
  if (unitSent === undefined && stated !== undefined && quantity.compare(Decimal.of(1)) === 0) {
    return { unit: roundTo(stated, 2), quantity, amount: stated.toMinor(), discount: {} };
  }
  const unit = roundTo(unitSent ?? Decimal.zero, how.unitDecimals);
  const full = unit.times(quantity).toMinor();
  const rate = numberAt(line, 'DiscountRate');
  const fixed = numberAt(line, 'DiscountAmount');
  const less = rate !== undefined ? percentOf(full, rate) : (fixed?.toMinor() ?? 0n);
  const amount = full - less;
  if (stated !== undefined && stated.toMinor() !== amount)
    throw new Invalid(
      `The line total ${amountText(stated.toMinor())} does not match the expected line total ${amountText(amount)}`,
    );
  const discount = {
    ...(rate === undefined ? {} : { DiscountRate: rate }),
    ...(fixed === undefined || rate !== undefined ? {} : { DiscountAmount: fixed }),
  };
  return { unit, quantity, amount, discount };
}

function lineTax(
  organisation: Organisation,
  line: JsonObject,
  { account, amount, how }: { account: XeroRecord | undefined; amount: bigint; how: LineHow },
): JsonObject {
  if (how.amountTypes === 'NoTax') return { TaxType: 'NONE', TaxAmount: money(0n) };
  const taxType = textAt(line, 'TaxType') ?? textAt(account?.data, 'TaxType') ?? 'NONE';
  const rate = taxRateNamed(organisation, taxType);
  if (account !== undefined) refuseMisfit(rate, account);
  const percent = decimalAt(rate.data, 'EffectiveRate') ?? Decimal.zero;
  const computed = how.amountTypes === 'Inclusive' ? taxInside(amount, percent) : taxOnTop(amount, percent);
  const sent = numberAt(line, 'TaxAmount')?.toMinor();
  if (sent !== undefined && (sent - computed > TAX_MARGIN_MINOR || computed - sent > TAX_MARGIN_MINOR))
    throw new Invalid(`The tax amount ${amountText(sent)} is too far from the expected ${amountText(computed)}`);
  return { TaxType: rate.data.TaxType, TaxAmount: money(sent ?? computed) };
}

function refuseMisfit(rate: XeroRecord, account: XeroRecord): void {
  const flag = TAX_FLAGS[ACCOUNT_CLASSES[textAt(account.data, 'Type') ?? ''] ?? ''] ?? '';
  if (rate.data[flag] === true) return;
  const code = textAt(account.data, 'Code') ?? account.id;
  throw new Invalid(`The TaxType code '${textAt(rate.data, 'TaxType')}' cannot be used with account code '${code}'.`);
}

/** Sums of a document's lines, in minor units. */
export interface Totals {
  readonly subTotal: bigint;
  readonly totalTax: bigint;
  readonly total: bigint;
}

/** Adds up kept lines. */
export function totalsOf(lines: readonly JsonObject[], amountTypes: AmountTypes): Totals {
  const sum = (name: string) => lines.reduce((total, line) => total + (minorAt(line, name) ?? 0n), 0n);
  const amount = sum('LineAmount');
  const totalTax = sum('TaxAmount');
  const subTotal = amountTypes === 'Inclusive' ? amount - totalTax : amount;
  return { subTotal, totalTax, total: subTotal + totalTax };
}

/** What lines do to the books when they stand on the debit (1) or the credit side (-1). */
export function lineEntries(
  organisation: Organisation,
  lines: readonly JsonObject[],
  amountTypes: AmountTypes,
  sign: 1n | -1n,
): Entry[] {
  const entries = lines.map((line) => {
    const amount = minorAt(line, 'LineAmount') ?? 0n;
    const net = amountTypes === 'Inclusive' ? amount - (minorAt(line, 'TaxAmount') ?? 0n) : amount;
    return { accountId: textAt(line, 'AccountID')!, amount: net * sign };
  });
  const { totalTax } = totalsOf(lines, amountTypes);
  if (totalTax === 0n) return entries;
  return [...entries, { accountId: systemAccount(organisation, 'GST').id, amount: totalTax * sign }];
}
