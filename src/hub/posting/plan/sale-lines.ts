import { absolute, isZero, type Money, subtract, sumMoney } from '../../../kernel/money.ts';
import type { ItemLine } from '../../../model/document.ts';
import type { SaleLine } from '../../../model/facts.ts';
import type { Role } from '../../mapping/index.ts';
import { AmountMismatch, accountOf, credit } from './build.ts';
import type { EntryLine, PlanInput } from './types.ts';

/** A line of a sale as it is posted: the source's own, or the rounding between them and the whole. */
export interface PostedLine {
  readonly description: string;
  readonly amount: Money;
  readonly role: SaleLine['role'] | 'rounding';
}

const ITEM: Readonly<Record<PostedLine['role'], { item: Role; income: Role }>> = {
  sales: { item: 'ITEM:sales', income: 'SALES' },
  shipping: { item: 'ITEM:shipping', income: 'SHIPPING' },
  discount: { item: 'ITEM:discount', income: 'DISCOUNT' },
  rounding: { item: 'ITEM:rounding', income: 'ROUND' },
};

/** Minor units by which lines may miss the amount before tax and still be taken for rounded. */
const MAX_ROUNDING_MINOR = 1n;

/** A sale whose lines are to sum to its amount before tax. */
interface Sale {
  readonly lines: readonly SaleLine[];
  readonly gross: Money;
  readonly tax: Money;
  /** Of the one line that a sale without lines gets. */
  readonly description: string;
}

/**
 * Lines as the source gives them, or one line of sales for the whole amount before tax. One minor unit of difference
 * becomes a line of its own; more throws {@link AmountMismatch}.
 */
export function saleLinesOf({ lines, gross, tax, description }: Sale): readonly PostedLine[] {
  const before = subtract(gross, tax);
  if (lines.length === 0) return [{ description, amount: before, role: 'sales' }];
  const sum = sumMoney(
    lines.map((line) => line.amount),
    gross.currency,
  );
  const rest = subtract(before, sum);
  if (isZero(rest)) return lines;
  if (absolute(rest).minor > MAX_ROUNDING_MINOR)
    throw new AmountMismatch(`the lines miss the amount before tax by ${rest.minor} minor units of ${rest.currency}`);
  return [...lines, { description: 'Rounding', amount: rest, role: 'rounding' }];
}

export function itemLines(input: PlanInput, lines: readonly PostedLine[], tax: Money): ItemLine[] {
  return lines.map((line) => ({
    itemId: accountOf(input, ITEM[line.role].item),
    description: line.description,
    amount: line.amount,
    taxable: line.role !== 'rounding' && tax.minor !== 0n,
  }));
}

/** The credit side of a sale: income by kind of line, and the tax. */
export function saleCredits(lines: readonly PostedLine[], tax: Money): EntryLine[] {
  return [...lines.map((line) => credit(ITEM[line.role].income, line.amount)), credit('TAX', tax)];
}
