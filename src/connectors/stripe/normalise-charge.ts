import { formatAmount, type Money } from '../../kernel/money.ts';
import type { ChargeFact, CustomerRef } from '../../model/facts.ts';
import { type NormaliseContext, readAs } from '../sdk/index.ts';
import { type BalanceRow, feeParts } from './balance-row.ts';
import { baseOf } from './fact-base.ts';
import { moneyAt } from './reading.ts';
import { inSettlement, saleParts } from './sale-tax.ts';
import { type Charge, chargeSchema } from './schemas.ts';

/** Money collected. A pending row is a fact as well: the money is in the pending balance. */
export function chargeFact(row: BalanceRow, context: NormaliseContext): ChargeFact {
  const base = baseOf(row, context);
  const fees = feeParts(row, 'processing');
  if (row.source === null) {
    const customer = { id: null, name: null, email: null };
    return { kind: 'charge', ...base, gross: row.gross, fees, tax: null, lines: [], customer, presentment: null };
  }
  const charge = readAs(chargeSchema, row.source, 'source');
  const charged = chargedAmount(charge);
  const parts = saleParts(charged, { paymentIntent: charge.payment_intent, charge: charge.id }, context);
  return {
    kind: 'charge',
    ...base,
    description: charge.description ?? base.description,
    gross: row.gross,
    fees,
    ...inSettlement(parts, charged, row.gross),
    customer: customerOf(charge),
    presentment: presentmentOf(charge, charged, row),
  };
}

/** What was captured, in the charge's own currency; until something is, the amount asked for. */
function chargedAmount({ amount, amount_captured: captured, currency }: Charge): Money {
  return moneyAt('source.amount', captured ? captured : amount, currency);
}

function customerOf({ customer, billing_details: billing, receipt_email }: Charge): CustomerRef {
  return { id: customer, name: billing?.name ?? null, email: billing?.email ?? receipt_email };
}

/** What the customer saw, when it is not what was settled. */
function presentmentOf(charge: Charge, charged: Money, row: BalanceRow): ChargeFact['presentment'] {
  const shown = charge.presentment_details;
  const amount = shown
    ? moneyAt('source.presentment_details', shown.presentment_amount, shown.presentment_currency)
    : charged;
  if (amount.currency === row.currency) return null;
  // Stripe's rate leads from the charge's currency, which is not always the one that was shown.
  const rate = amount.currency === charged.currency ? row.exchangeRate : null;
  return { amount, rate: rate ?? `${formatAmount(row.gross)}/${formatAmount(amount)}` };
}
