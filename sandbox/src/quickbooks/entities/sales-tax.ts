import { decimalAt, flagAt, minorAt, objectAt, objectsAt, refAt, textAt } from '../../core/exact/access.ts';
import { Decimal, percentOf } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { badReference, businessRule } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import type { StoredEntity } from '../store/entity.ts';
import type { SalesLines } from './sales-lines.ts';

/** A sales form's tax: the amount, and the member that answers it. */
interface SalesTax {
  readonly amount: bigint;
  readonly detail: JsonObject | undefined;
}

/**
 * The tax of a sales form. A company with manual tax takes the total that is sent, or computes it from the code that is
 * sent. A company with automated tax computes it itself, and finds none without a usable address.
 */
export function salesTax(company: Company, draft: JsonObject, lines: SalesLines): SalesTax {
  const automatic = company.settings.automatedSalesTax;
  if (automatic !== undefined) return automatedTax(company, { draft, lines, percent: percentText(automatic) });
  const sent = objectAt(draft, 'TxnTaxDetail');
  const codeId = refAt(sent, 'TxnTaxCodeRef');
  const rate = codeId === undefined ? undefined : rateOf(company, codeId);
  const base = taxBase(draft, lines);
  const percent = decimalAt(rate?.data, 'RateValue') ?? Decimal.zero;
  const amount = minorAt(sent, 'TotalTax') ?? percentOf(base, percent);
  if (amount < 0n) throw businessRule('The total tax cannot be negative.');
  if (sent === undefined) return { amount, detail: undefined };
  const taxLines = rate === undefined ? [] : [taxLine({ rate: rate.id, percent, base, amount })];
  return {
    amount,
    detail: {
      ...(codeId === undefined ? {} : { TxnTaxCodeRef: { value: codeId } }),
      TotalTax: Decimal.fromMinor(amount),
      ...(taxLines.length === 0 ? {} : { TaxLine: taxLines }),
    },
  };
}

function automatedTax(company: Company, parts: { draft: JsonObject; lines: SalesLines; percent: Decimal }): SalesTax {
  const { draft, lines, percent } = parts;
  const base = hasUsableAddress(company, draft) ? taxBase(draft, lines) : 0n;
  const amount = percentOf(base, percent);
  const [rate] = company.records.of('TaxRate').all();
  const taxLines = amount === 0n || rate === undefined ? [] : [taxLine({ rate: rate.id, percent, base, amount })];
  return { amount, detail: { TotalTax: Decimal.fromMinor(amount), TaxLine: taxLines } };
}

/** Taxable sales, less their share of the discount when tax comes after it. */
function taxBase(draft: JsonObject, lines: SalesLines): bigint {
  if (flagAt(draft, 'ApplyTaxAfterDiscount') !== true || lines.subtotal === 0n) return lines.taxable;
  return lines.taxable - (lines.discount * lines.taxable) / lines.subtotal;
}

function rateOf(company: Company, codeId: string): StoredEntity | undefined {
  const code = company.records.get('TaxCode', codeId);
  if (code === undefined) throw badReference('TxnTaxCodeRef', codeId);
  const [first] = objectsAt(objectAt(code.data, 'SalesTaxRateList'), 'TaxRateDetail');
  return company.records.get('TaxRate', refAt(first, 'TaxRateRef') ?? '');
}

function taxLine(parts: { rate: string; percent: Decimal; base: bigint; amount: bigint }): JsonObject {
  return {
    Amount: Decimal.fromMinor(parts.amount),
    DetailType: 'TaxLineDetail',
    TaxLineDetail: {
      TaxRateRef: { value: parts.rate },
      PercentBased: true,
      TaxPercent: parts.percent,
      NetAmountTaxable: Decimal.fromMinor(parts.base),
    },
  };
}

function hasUsableAddress(company: Company, draft: JsonObject): boolean {
  const customer = company.records.get('Customer', refAt(draft, 'CustomerRef') ?? '');
  const candidates = [draft, customer?.data].flatMap((source) => [
    objectAt(source, 'ShipAddr'),
    objectAt(source, 'BillAddr'),
  ]);
  return candidates.some(
    (address) =>
      textAt(address, 'PostalCode') !== undefined ||
      (textAt(address, 'City') !== undefined && textAt(address, 'CountrySubDivisionCode') !== undefined),
  );
}

function percentText(text: string): Decimal {
  const percent = Decimal.parse(text);
  if (percent === undefined) throw new RangeError(`${text} is no percentage`);
  return percent;
}
