import { type Money, subtract } from '../../../kernel/money.ts';
import type { ItemLine } from '../../../model/document.ts';
import type { SaleLine } from '../../../model/facts.ts';
import type { Role } from '../../mapping/index.ts';
import { accountOf, credit } from './build.ts';
import type { EntryLine, PlanInput } from './types.ts';

const ITEM: Readonly<Record<SaleLine['role'], { item: Role; income: Role }>> = {
  sales: { item: 'ITEM:sales', income: 'SALES' },
  shipping: { item: 'ITEM:shipping', income: 'SHIPPING' },
  discount: { item: 'ITEM:discount', income: 'DISCOUNT' },
};

/** Lines as the source gives them, or one line of sales for the whole amount before tax. */
export function saleLinesOf(
  lines: readonly SaleLine[],
  gross: Money,
  tax: Money,
  description: string,
): readonly SaleLine[] {
  return lines.length > 0 ? lines : [{ description, amount: subtract(gross, tax), role: 'sales' }];
}

export function itemLines(input: PlanInput, lines: readonly SaleLine[], tax: Money): ItemLine[] {
  return lines.map((line) => ({
    itemId: accountOf(input, ITEM[line.role].item),
    description: line.description,
    amount: line.amount,
    taxable: tax.minor !== 0n,
  }));
}

/** The credit side of a sale: income by kind of line, and the tax. */
export function saleCredits(lines: readonly SaleLine[], tax: Money): EntryLine[] {
  return [...lines.map((line) => credit(ITEM[line.role].income, line.amount)), credit('TAX', tax)];
}
