import { apportion, includedIn, type Money, percentOf, sumOf, timesQuantity } from './money.ts';
import type { Fields } from './objects/kept.ts';
import type { OrderLine } from './objects/order.ts';

export interface LineInput {
  readonly uid: string;
  readonly name?: string;
  readonly quantity: string;
  readonly unitAmount: number;
  readonly itemType: OrderLine['item_type'];
  readonly catalogObject?: string;
}

export interface DiscountInput {
  readonly uid: string;
  readonly name: string;
  /** Decimal text; a fixed amount when missing. */
  readonly percentage?: string;
  readonly amount?: number;
}

export interface TaxInput {
  readonly uid: string;
  readonly name: string;
  readonly percentage: string;
  readonly inclusive: boolean;
}

export interface ChargeInput {
  readonly uid: string;
  readonly name: string;
  readonly percentage?: string;
  readonly amount?: number;
}

export interface OrderInput {
  readonly currency: string;
  readonly lines: readonly LineInput[];
  readonly discounts: readonly DiscountInput[];
  readonly taxes: readonly TaxInput[];
  readonly serviceCharges: readonly ChargeInput[];
}

/** The priced parts of an order as the API shows them, and its sums in minor units. */
export interface Priced {
  readonly line_items: OrderLine[];
  readonly discounts: Fields[];
  readonly taxes: Fields[];
  readonly service_charges: Fields[];
  readonly total: number;
  readonly tax: number;
  readonly discount: number;
  readonly serviceCharge: number;
}

interface Working {
  readonly input: LineInput;
  readonly gross: number;
  discount: number;
  taxAdded: number;
  tax: number;
}

/**
 * Prices an order as Square does: discounts over the goods in the order given, then taxes on what is left of each
 * line, then service charges. Gift cards are neither discounted nor taxed.
 */
export function priceOrder(input: OrderInput): Priced {
  const lines = input.lines.map((line): Working => {
    const gross = timesQuantity(line.unitAmount, line.quantity);
    return { input: line, gross, discount: 0, taxAdded: 0, tax: 0 };
  });
  const goods = lines.filter((line) => line.input.itemType !== 'GIFT_CARD');
  const discounts = input.discounts.map((discount) => applyDiscount(goods, discount));
  const taxes = input.taxes.map((tax) => applyTax(goods, tax));
  const afterDiscount = sumOf(lines.map(({ gross, discount }) => gross - discount));
  const charges = input.serviceCharges.map((charge) =>
    charge.percentage === undefined ? (charge.amount ?? 0) : percentOf(afterDiscount, charge.percentage),
  );
  const of = (amount: number): Money => ({ amount, currency: input.currency });
  return {
    line_items: lines.map((line) => shownLine(line, of)),
    discounts: input.discounts.map((discount, index) => shownDiscount(discount, discounts[index] ?? 0, of)),
    taxes: input.taxes.map((tax, index) => ({
      uid: tax.uid,
      name: tax.name,
      type: tax.inclusive ? 'INCLUSIVE' : 'ADDITIVE',
      percentage: tax.percentage,
      scope: 'ORDER',
      applied_money: of(taxes[index] ?? 0),
    })),
    service_charges: input.serviceCharges.map((charge, index) => shownCharge(charge, charges[index] ?? 0, of)),
    total: sumOf(lines.map((line) => line.gross - line.discount + line.taxAdded)) + sumOf(charges),
    tax: sumOf(taxes),
    discount: sumOf(discounts),
    serviceCharge: sumOf(charges),
  };
}

function applyDiscount(goods: readonly Working[], discount: DiscountInput): number {
  const left = goods.map((line) => line.gross - line.discount);
  const all = sumOf(left);
  const wanted = discount.percentage === undefined ? (discount.amount ?? 0) : percentOf(all, discount.percentage);
  const total = Math.min(wanted, all);
  for (const [index, share] of apportion(total, left).entries()) goods[index]!.discount += share;
  return total;
}

function applyTax(goods: readonly Working[], tax: TaxInput): number {
  let total = 0;
  for (const line of goods) {
    const base = line.gross - line.discount;
    const amount = tax.inclusive ? includedIn(base, tax.percentage) : percentOf(base, tax.percentage);
    line.tax += amount;
    if (!tax.inclusive) line.taxAdded += amount;
    total += amount;
  }
  return total;
}

function shownLine(line: Working, of: (amount: number) => Money): OrderLine {
  const { input } = line;
  return {
    uid: input.uid,
    ...(input.name === undefined ? {} : { name: input.name }),
    quantity: input.quantity,
    ...(input.catalogObject === undefined ? {} : { catalog_object_id: input.catalogObject }),
    item_type: input.itemType,
    base_price_money: of(input.unitAmount),
    variation_total_price_money: of(line.gross),
    gross_sales_money: of(line.gross),
    total_discount_money: of(line.discount),
    total_tax_money: of(line.tax),
    total_service_charge_money: of(0),
    total_money: of(line.gross - line.discount + line.taxAdded),
  };
}

function shownDiscount(discount: DiscountInput, applied: number, of: (amount: number) => Money): Fields {
  const how =
    discount.percentage === undefined
      ? { type: 'FIXED_AMOUNT', amount_money: of(discount.amount ?? 0) }
      : { type: 'FIXED_PERCENTAGE', percentage: discount.percentage };
  return { uid: discount.uid, name: discount.name, ...how, scope: 'ORDER', applied_money: of(applied) };
}

function shownCharge(charge: ChargeInput, applied: number, of: (amount: number) => Money): Fields {
  const how =
    charge.percentage === undefined ? { amount_money: of(charge.amount ?? 0) } : { percentage: charge.percentage };
  return {
    uid: charge.uid,
    name: charge.name,
    ...how,
    applied_money: of(applied),
    total_money: of(applied),
    total_tax_money: of(0),
    calculation_phase: 'SUBTOTAL_PHASE',
    taxable: false,
    type: 'CUSTOM',
  };
}
