import { add, equalMoney, type Money, negate, subtract, sumMoney } from '../../kernel/money.ts';
import type { SaleLine } from '../../model/facts.ts';
import { moneyAt } from './reading.ts';
import type { Invoice } from './schemas.ts';

/** What an invoice asks for. */
export interface InvoiceAmounts {
  readonly total: Money;
  /** Tax inside the total, whether it was added to the prices or was in them. */
  readonly tax: Money;
  /** Without tax; they sum to total − tax. Empty when what Stripe shows does not. */
  readonly lines: readonly SaleLine[];
}

/** Throws `Unreadable` for amounts that are no money. */
export function invoiceAmounts(invoice: Invoice): InvoiceAmounts {
  const total = moneyAt('total', invoice.total, invoice.currency);
  const tax = taxSum(invoice.total_taxes ?? [], 'total_taxes', invoice.currency);
  const lines = [...itemLines(invoice), ...shippingLines(invoice), ...discountLines(invoice)];
  const sum = sumMoney(
    lines.map(({ amount }) => amount),
    total.currency,
  );
  const exact = !invoice.lines.has_more && equalMoney(sum, subtract(total, tax));
  return { total, tax, lines: exact ? lines : [] };
}

type Taxes = readonly { readonly amount: bigint; readonly tax_behavior: string }[];

function itemLines({ lines, currency }: Invoice): SaleLine[] {
  return lines.data.map((line, i) => {
    const amount = moneyAt(`lines.data[${i}].amount`, line.amount, currency);
    const included = (line.taxes ?? []).filter(({ tax_behavior }) => tax_behavior === 'inclusive');
    return {
      description: line.description ?? 'Item',
      amount: subtract(amount, taxSum(included, `lines.data[${i}].taxes`, currency)),
      role: 'sales',
    };
  });
}

function shippingLines({ shipping_cost: cost, currency }: Invoice): SaleLine[] {
  if (!cost || cost.amount_total === 0n) return [];
  const net = moneyAt('shipping_cost.amount_total', cost.amount_total - cost.amount_tax, currency);
  return [{ description: 'Shipping', amount: net, role: 'shipping' }];
}

function discountLines({ total_discount_amounts: discounts, currency }: Invoice): SaleLine[] {
  const sum = (discounts ?? []).reduce((all, { amount }) => all + amount, 0n);
  if (sum === 0n) return [];
  return [
    { description: 'Discount', amount: negate(moneyAt('total_discount_amounts', sum, currency)), role: 'discount' },
  ];
}

function taxSum(taxes: Taxes, field: string, currency: string): Money {
  return taxes.map(({ amount }) => moneyAt(field, amount, currency)).reduce(add, moneyAt(field, 0n, currency));
}
