import { equalMoney, formatAmount } from '../../../kernel/money.ts';
import type { ChargeFact } from '../../../model/facts.ts';
import { accountOf, clearing, credit, dayOf, debit, finish, memoOf, post, shortReference, wait } from './build.ts';
import { feePosting } from './fee.ts';
import { partyOf } from './party.ts';
import { itemLines, saleCredits, saleLinesOf } from './sale-lines.ts';
import { isReason, taxToBook } from './tax.ts';
import type { PlanInput, PlannedPosting, PlanOutcome } from './types.ts';

/** S1 or S3, with S4 beside it. */
export function planCharge(input: PlanInput<ChargeFact>): PlanOutcome {
  const { fact, settings, context } = input;
  if (settings.mode === 'invoicing' && fact.references['invoice'] !== undefined) {
    if (context.invoice === null)
      return wait('posting.original_missing', `The invoice ${fact.references['invoice']} is not posted yet.`);
    if (!sameCurrency(input)) {
      return wait(
        'ledger.currency',
        `The invoice is in ${context.invoice.fact.total.currency}, the money in ${fact.gross.currency}. Nothing was posted.`,
      );
    }
    return post(invoicePayment(input, context.invoice), feePosting(input, fact.fees, 'S4'));
  }
  const tax = taxToBook(fact.tax, fact.gross, settings);
  if (isReason(tax)) return { kind: 'wait', reason: tax };
  const lines = saleLinesOf({ ...fact, tax, description: fact.description || 'Sale' });
  const currency = fact.gross.currency;
  const receipt = finish(input, {
    leg: 'receipt',
    recipe: 'S1',
    total: fact.gross,
    entry: [debit(clearing(currency), fact.gross), ...saleCredits(lines, tax)],
    document: {
      kind: 'sales_receipt',
      on: dayOf(input, fact.occurredAt),
      currency,
      memo: chargeMemo(fact),
      accountId: accountOf(input, clearing(currency)),
      customerId: accountOf(input, 'CUSTOMER'),
      lines: itemLines(input, lines, tax),
      tax,
      reference: shortReference(fact.references['charge'] ?? fact.source.objectId),
    },
  });
  return post(receipt, feePosting(input, fact.fees, 'S4'));
}

function sameCurrency({ fact, context }: PlanInput<ChargeFact>): boolean {
  return context.invoice?.fact.total.currency === fact.gross.currency;
}

function invoicePayment(
  input: PlanInput<ChargeFact>,
  invoice: NonNullable<PlanInput['context']['invoice']>,
): PlannedPosting {
  const { fact } = input;
  const currency = fact.gross.currency;
  // What was paid above the invoice stays the customer's credit; the ledger refuses to apply more than is open.
  const { total } = invoice.fact;
  const applied = fact.gross.minor > total.minor ? total : fact.gross;
  return finish(input, {
    leg: 'receipt',
    recipe: 'S3',
    total: fact.gross,
    party: partyOf(invoice.fact.customer),
    needs: [invoice.postingId],
    entry: [debit(clearing(currency), fact.gross), credit('AR', fact.gross)],
    document: {
      kind: 'payment',
      on: dayOf(input, fact.occurredAt),
      currency,
      memo: chargeMemo(fact),
      customerId: '',
      accountId: accountOf(input, clearing(currency)),
      amount: fact.gross,
      applies: [{ document: { kind: 'invoice', postingId: invoice.postingId }, amount: applied }],
      reference: shortReference(fact.references['charge'] ?? fact.source.objectId),
    },
  });
}

function chargeMemo(fact: ChargeFact): string {
  const memo = memoOf(fact, 'Payment');
  if (fact.presentment === null || equalMoney(fact.presentment.amount, fact.gross)) return memo;
  const { amount, rate } = fact.presentment;
  return `${memo}\nPaid as ${formatAmount(amount)} ${amount.currency} at ${rate}`;
}
