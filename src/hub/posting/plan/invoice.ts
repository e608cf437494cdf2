import { isZero } from '../../../kernel/money.ts';
import type { InvoiceFact } from '../../../model/facts.ts';
import { dayOf, debit, finish, memoOf, post, wait } from './build.ts';
import { partyOf } from './party.ts';
import { itemLines, saleCredits, saleLinesOf } from './sale-lines.ts';
import type { PlanInput, PlanOutcome } from './types.ts';

/** S2, in invoicing mode only. What happens to an invoice later than its payment has no recipe yet and is shown. */
export function planInvoice(input: PlanInput<InvoiceFact>): PlanOutcome {
  const { fact, settings } = input;
  if (settings.mode === 'deposit') return { kind: 'ignore', because: 'Deposit mode does not touch receivables.' };
  if (fact.status === 'void' || fact.status === 'uncollectible') {
    return wait(
      'posting.not_built',
      `The invoice ${fact.number ?? fact.source.objectId} became ${fact.status} at the source. If it is in the ledger, void or write it off there.`,
    );
  }
  if (isZero(fact.total)) return { kind: 'ignore', because: 'The invoice asks for nothing.' };
  const lines = saleLinesOf({ ...fact, gross: fact.total, description: fact.description || 'Invoice' });
  return post(
    finish(input, {
      leg: 'invoice',
      recipe: 'S2',
      total: fact.total,
      party: partyOf(fact.customer),
      entry: [debit('AR', fact.total), ...saleCredits(lines, fact.tax)],
      document: {
        kind: 'invoice',
        on: dayOf(input, fact.issuedAt),
        currency: fact.total.currency,
        memo: memoOf(fact, `Invoice ${fact.number ?? ''}`.trim()),
        customerId: '',
        lines: itemLines(input, lines, fact.tax),
        tax: fact.tax,
        dueOn: fact.dueAt === null ? null : dayOf(input, fact.dueAt),
      },
    }),
  );
}
